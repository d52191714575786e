import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { wireChanges } from '../../scripts/replay/changes';
import { mutations } from '../../scripts/simulation/mutations';
import { watcherMutations } from '../../scripts/watcher/mutations';

// Scripts that run by hand would else find out long after the code has changed.
describe.each([
  ['the simulation', mutations],
  ['the replay', wireChanges],
  ['the watcher', watcherMutations],
])('what is broken on purpose for %s', (_name, all) => {
  it.each(all.map((one) => [one.name, one] as const))('stands once in the code: %s', (_of, { file, from }) => {
    const text = readFileSync(join(__dirname, '../../src', file), 'utf8');
    expect(text.split(from)).toHaveLength(2);
  });
});
