/** docs/errors.md says of every failure type what to do. */
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { failureTypes } from '../../../src/contracts/failure-types';

/** First column of the table: the types of each row. */
const firstColumn = readFileSync('docs/errors.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((row) => row.split('|')[1] ?? '');
const named = firstColumn.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => `polytomic.${name}`));

it('names every failure type once, and no other', () => {
  expect(named.toSorted()).toEqual(Object.values(failureTypes).toSorted());
});
