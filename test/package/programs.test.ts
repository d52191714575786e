/** The package's programs, as the build leaves them. */
import { accessSync, constants } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bin } from '../../package.json';
import { startNode } from '../server/support/node-process';

it.each(Object.entries(bin))('%s can be executed after every build', (_name, path) => {
  expect(() => accessSync(resolve(path), constants.X_OK)).not.toThrow();
});

describe('where its peers are not installed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytomic-alone-'));
    for (const part of ['lib', 'package.json']) await cp(resolve(part), join(folder, part), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([...Object.values(bin), 'lib/worker.js'])('%s says so in one line', async (program) => {
    const { code, stderr } = await startNode({ args: [join(folder, program), '--help'], cwd: folder }).ended;
    expect(stderr).toMatch(/^temporal-polytomic needs packages .*: npm install '@temporalio\/activity@.*\n$/);
    expect(code).toBe(2);
  });
});
