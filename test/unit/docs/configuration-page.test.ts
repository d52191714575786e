/** docs/configuration.md names every variable that the worker reads, and no other. */
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { loadWorkerSettings } from '../../../src/config';
import { defaultOperations } from '../../../src/settings/operation-policy';

const page = readFileSync('docs/configuration.md', 'utf8');
/** First column of the table of variables: the one whose rows begin with a variable. */
const rows = page.split('\n').filter((line) => /^\| `(POLYTOMIC|TEMPORAL)_/.test(line));
const told = rows.flatMap((row) =>
  [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
);

/** What it asks its environment for. */
function readByWorker(): string[] {
  const asked = new Set<string>();
  const env = new Proxy<NodeJS.ProcessEnv>(
    { POLYTOMIC_API_KEY: 'key' },
    {
      getOwnPropertyDescriptor: (target, name) => {
        asked.add(String(name));
        return Reflect.getOwnPropertyDescriptor(target, name);
      },
    },
  );
  loadWorkerSettings(env);
  return [...asked];
}

it('names each variable once, and each of them is read', () => {
  const read = readByWorker();
  expect(read.filter((name) => !told.includes(name))).toEqual([]);
  expect(told.filter((name) => !read.includes(name))).toEqual([]);
  expect(told.length).toBe(new Set(told).size);
});

it('tells the default of what is allowed as the code has it', () => {
  const [row] = rows.filter((line) => line.startsWith('| `POLYTOMIC_OPERATIONS` '));
  expect(row?.split('|')[2]?.trim()).toBe(`\`${defaultOperations}\``);
});
