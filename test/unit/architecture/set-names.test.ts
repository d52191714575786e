/** Sets of the server tests: their files run side by side on one server, where a set has one record. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const folder = 'test/server';

it('no two files of server tests use a set of the same name', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const used = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const names = [...text.matchAll(/\bspec(?:File)?Of\('([\w-]+)'/g)].map(([, name = '']) => name);
    return [...new Set(names)];
  });
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name, at) => used.indexOf(name) !== at)).toEqual([]);
});
