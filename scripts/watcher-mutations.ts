/**
 * `npx tsx scripts/watcher-mutations.ts [part of a name]`: breaks the watcher on purpose, one place at a time, in a copy, and
 * runs its tests there. Exits 1 where none noticed, or where a text to replace is not found exactly once.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutation } from './simulation/mutation';
import { watcherMutations } from './watcher/mutations';

const root = join(__dirname, '..');
/** Those that take seconds go first; those that measure costs take minutes, and are left out. */
const stages = [
  'test/unit/(next-run/(pick|searched)|reads|sources/(event-windows|unbelieved)|watcher/(execution-watcher|late-joins|missed-ends|watched))',
  'test/unit/(next-run/run-finder|sources/sources|watcher/(bad-answers|hostile-hours|rules|short-runs))',
];

const maxStageMs = 900_000;

function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'watcher-mutations-'));
  for (const name of ['src', 'test', 'package.json', 'jest.config.js', 'tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The names of the tests that noticed. */
function runTests(copy: string): string[] {
  const noticed: string[] = [];
  for (const tests of stages) if (noticed.length === 0) noticed.push(...runStage(copy, tests));
  return noticed;
}

function runStage(copy: string, tests: string): string[] {
  const jest = join(root, 'node_modules', '.bin', 'jest');
  const args = ['--selectProjects', 'unit', '--rootDir', copy, '--bail', '--testPathPatterns', tests];
  const { status, signal, stderr } = spawnSync(jest, args, { cwd: copy, encoding: 'utf8', timeout: maxStageMs });
  if (status === 0) return [];
  if (signal) return ['the tests never end'];
  const names = [...stderr.matchAll(/● (.*)/g)].map(([, name = '']) => name);
  return names.length > 0 ? names : ['the tests cannot run'];
}

function kill({ name, file, from, to }: Mutation, copy: string): boolean {
  const path = join(copy, 'src', file);
  const text = readFileSync(path, 'utf8');
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`"${name}": its text stands ${places} times in src/${file}, expected once`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  const [noticed] = runTests(copy);
  writeFileSync(path, text);
  console.log(`${name}: ${noticed === undefined ? 'SURVIVED' : `killed by "${noticed}"`}`);
  return noticed !== undefined;
}

function main(): void {
  const [part = ''] = process.argv.slice(2);
  const copy = copyProject();
  try {
    const failing = runTests(copy);
    if (failing.length > 0) throw new Error(`without a mutation "${failing[0]}" fails already`);
    const wanted = watcherMutations.filter(({ name }) => name.includes(part));
    const killed = wanted.filter((mutation) => kill(mutation, copy)).length;
    console.log(`${killed} of ${wanted.length} mutations of the watcher were noticed`);
    process.exitCode = killed === wanted.length ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

main();
