/** The programs of README and docs compile against the packed package, as CommonJS and as ES modules, in strict projects. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startNode } from '../server/support/node-process';
import { installPacked, tsc } from '../server/support/packed-package';
import { listingsOf, readPages } from '../unit/docs/pages';

const listings = readPages().flatMap(listingsOf);
const compilerOptions = {
  module: 'node16',
  target: 'es2022',
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ['node'],
};

/** A compiler takes its time where others use the machine. */
const slow = 300_000;

let userFolder: string;

beforeAll(async () => {
  userFolder = await realpath(await mkdtemp(join(tmpdir(), 'polytomic-listings-')));
  await installPacked(userFolder, ['@jest/globals', '@temporalio/testing']);
}, slow);
afterAll(async () => rm(userFolder, { recursive: true, force: true }));

async function compile(type: string, programs: typeof listings): Promise<string> {
  const project = join(userFolder, type);
  for (const { page, file, code } of programs) {
    const path = join(project, page.replaceAll(/[^\w-]/g, '_'), file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ type }));
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const { code, stdout, stderr } = await startNode({ args: [tsc, '-p', project], cwd: project }).ended;
  return code === 0 ? '' : stdout + stderr;
}

it.each(['commonjs', 'module'])(
  'all listings compile in a project of type %s',
  async (type) => {
    expect(listings.length).toBeGreaterThan(8);
    expect(await compile(type, listings)).toBe('');
  },
  slow,
);

it(
  'a listing that is wrong would be found',
  async () => {
    const code = "import { PolytomicPlugin } from 'temporal-polytomic';\nnew PolytomicPlugin({ apikey: 'x' });\n";
    await rm(join(userFolder, 'commonjs'), { recursive: true, force: true });
    const problems = await compile('commonjs', [{ page: 'wrong', file: 'wrong.ts', code }]);
    expect(problems).toContain("'apikey' does not exist");
  },
  slow,
);
