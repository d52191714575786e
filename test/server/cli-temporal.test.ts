/** As an extension of the real Temporal CLI: `temporal polytomic …`. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../src/cli/exit-codes';
import type { CliEnd } from '../unit/cli/cli-process';
import { noSyncs } from './support/fan-out';
import { temporalAddress, temporalCliPath } from './support/harness';
import { startWorld, type World } from './support/world';

let world: World;
const bin = mkdtempSync(join(tmpdir(), 'cli-temporal-'));

/** The bins as npm links them, but from the sources. */
function link(name: string, main: string): void {
  const tsx = resolve('node_modules/tsx/dist/loader.mjs');
  writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' --import '${tsx}' '${resolve(main)}' "$@"\n`);
  chmodSync(join(bin, name), 0o755);
}

beforeAll(async () => {
  link('temporal-polytomic', 'src/cli/main.ts');
  link('temporal-__complete-polytomic', 'src/cli/complete-main.ts');
  world = await startWorld('cli-temporal', { emulator: { seed: noSyncs } });
  world.emulator.addBulkSync({ name: 'Lake' });
  world.emulator.addBulkSync({ name: 'Broken', script: 'failed' });
});

afterAll(async () => {
  rmSync(bin, { recursive: true });
  await world.close();
});

const temporal = (...args: string[]): Promise<CliEnd> => callProgram(temporalCliPath(), args);

/** Calls a program that finds ours on its path. */
function callProgram(program: string, args: readonly string[]): Promise<CliEnd> {
  const env = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: bin,
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_TASK_QUEUE: world.taskQueue,
  };
  return new Promise((done) => {
    execFile(program, args, { env, cwd: bin }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : (error.signal ?? error.message)) : 0;
      done({ code, stdout, stderr });
    });
  });
}

describe('temporal polytomic', () => {
  it("takes the Temporal CLI's own options, which that moves in front of the command", async () => {
    const { code, stdout } = await temporal(
      'polytomic',
      'run',
      'bulk',
      'Lake',
      '-o',
      'jsonl',
      '--time-format',
      'iso',
      '--color',
      'never',
    );
    expect(code).toBe(exitCodes.ok);
    expect(JSON.parse(stdout)).toMatchObject({ result: { name: 'Lake', outcome: 'completed' } });
  });

  it('hands the exit code and the words on', async () => {
    const failed = await temporal('polytomic', 'run', 'bulk', 'Broken', '--output', 'none');
    expect([failed.code, failed.stdout]).toEqual([exitCodes.failed, '']);
    const unknown = await temporal('polytomic', 'run', 'bulk', 'Lkae');
    expect(unknown.code).toBe(exitCodes.usage);
    expect(unknown.stderr).toContain('Did you mean "Lake"?');
  });

  it("completes through the Temporal CLI's own completion, names of syncs included", async () => {
    const commands = await temporal('__complete', 'polytomic', 'run-');
    expect(commands.stdout).toMatch(/^run-all\t.*\n:4\n/);
    const syncs = await temporal('__complete', 'polytomic', 'run', 'bulk', '');
    expect(syncs.stdout).toMatch(/^Broken\tbulk sync\nLake\tbulk sync\n:4\n|^Lake\tbulk sync\nBroken\tbulk sync\n:4\n/);
  });
});

describe('examples/ci/sync.sh', () => {
  const build = (...args: string[]): Promise<CliEnd> => callProgram('sh', [resolve('examples/ci/sync.sh'), ...args]);
  const kept = (file: string): string => readFileSync(join(bin, file), 'utf8');

  it('passes and fails the build as the sync does, and leaves its result and a report', async () => {
    expect((await build('Lake', 'commit-1')).code).toBe(exitCodes.ok);
    expect(JSON.parse(kept('sync.json'))).toMatchObject({ workflowId: 'ci-commit-1', exitCode: 0 });
    expect(kept('sync.html')).toContain('Lake');
    expect((await build('Broken', 'commit-2')).code).toBe(exitCodes.failed);
    expect(JSON.parse(kept('sync.json'))).toMatchObject({ status: 'failed', result: { outcome: 'failed' } });
    expect(kept('sync.html')).toContain('Broken');
  });

  it('fails the build for a sync that there is not, without a report', async () => {
    const { code, stderr } = await build('Lkae', 'commit-3');
    expect([code, stderr]).toEqual([exitCodes.usage, expect.stringContaining('Did you mean "Lake"?')]);
  });
});
