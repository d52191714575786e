/** `apply --approve` and `approve`: one person plans, another agrees; the bin as child processes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { exitCodes } from '../../src/cli/exit-codes';
import { callCli, startCli, type CliEnd, type CliProcess } from '../unit/cli/cli-process';
import { temporalAddress } from './support/harness';
import { countsOf, password, provisioningPlugin, specOf, writesOf } from './support/provisioning';
import { startWorld, type World } from './support/world';

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'cli-approve-'));

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('cli-approve', { plugin: provisioningPlugin });
});

afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  rmSync(folder, { recursive: true });
  await world.close();
});

const env = (): NodeJS.ProcessEnv => ({ TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue });
const call = (...args: string[]): Promise<CliEnd> => callCli({ args, env: env() });

function specFileOf(name: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify(specOf(name)));
  return file;
}

/** Resolves once it waits: its workflow, and the hash of the plan. */
async function untilWaiting(cli: CliProcess): Promise<{ workflowId: string; hash: string }> {
  const [, hash = ''] = await cli.untilSaid(/waiting for an approval of plan (\w+)/);
  const [, workflowId = ''] = await cli.untilSaid(/to approve: temporal-polytomic approve (\S+)/);
  return { workflowId, hash };
}

describe('temporal-polytomic approve', () => {
  it('shows the plan that an apply waits with, asks, and lets it go on; nothing is written before', async () => {
    const file = specFileOf('agreed');
    world.emulator.clearRequests();
    const cli = startCli({ args: ['apply', file, '--yes', '--approve', 'always', '-o', 'json'], env: env() });
    const { workflowId, hash } = await untilWaiting(cli);
    const status = await call('status', '-o', 'json');
    expect(JSON.parse(status.stdout)).toContainEqual(
      expect.objectContaining({ workflowId, state: `waiting for an approval of plan ${hash}` }),
    );
    const unasked = await call('approve', workflowId);
    expect(unasked.code).toBe(exitCodes.notAllowed);
    expect(unasked.stderr).toMatch(/^\+ create {2}connections\.warehouse "agreed warehouse"/m);
    expect(unasked.stderr).toContain(`Plan ${hash}`);
    expect(unasked.stderr).toContain('Say --yes to approve it');
    const other = await call('approve', workflowId, '--plan-hash', 'f00');
    expect([other.code, other.stderr]).toEqual([
      exitCodes.failed,
      expect.stringContaining(`The plan that waits is ${hash}`),
    ]);
    expect(writesOf(world)).toEqual([]);

    const approved = await call('approve', workflowId, '--yes', '--by', 'release manager', '-o', 'json');
    expect(approved.code).toBe(exitCodes.ok);
    expect(JSON.parse(approved.stdout)).toEqual({
      ...{ workflowId, update: 'approve', planHash: hash, by: 'release manager' },
    });
    expect(await cli.ended).toBe(exitCodes.ok);
    expect(JSON.parse(cli.stdout())).toMatchObject({ status: 'completed', exitCode: 0 });
    expect(await countsOf(world, 'agreed')).toEqual([1, 1, 1, 1]);
    const late = await call('approve', workflowId, '--yes');
    expect([late.code, late.stderr]).toEqual([exitCodes.failed, expect.stringContaining('is over (completed)')]);

    const destroy = startCli({ args: ['destroy', file, '--yes', '--approve', 'destructive'], env: env() });
    const waiting = await untilWaiting(destroy);
    const shown = await call('approve', waiting.workflowId);
    expect([shown.code, shown.stderr]).toEqual([
      exitCodes.notAllowed,
      expect.stringMatching(/^- delete {2}bulkSyncs\.lake "agreed lake"/m),
    ]);
    expect((await call('approve', waiting.workflowId, '--plan-hash', waiting.hash)).code).toBe(exitCodes.ok);
    expect(await destroy.ended).toBe(exitCodes.ok);
    expect(await countsOf(world, 'agreed')).toEqual([0, 0, 0, 0]);
  });

  it('is not given: the apply ends with the code for not approved, and has written nothing', async () => {
    world.emulator.clearRequests();
    const args = [
      'apply',
      specFileOf('unanswered'),
      '--yes',
      '--approve',
      'always',
      '--approval-timeout',
      '1s',
      '-o',
      'json',
    ];
    const ended = await call(...args);
    expect(ended.code).toBe(exitCodes.notAllowed);
    expect(JSON.parse(ended.stdout)).toMatchObject({ failure: { type: 'polytomic.NotApproved' }, exitCode: 7 });
    expect(writesOf(world)).toEqual([]);
  });

  it('refuses a plan that is no longer what would be done', async () => {
    const cli = startCli({ args: ['apply', specFileOf('outdated'), '--yes', '--approve', 'always'], env: env() });
    const { workflowId } = await untilWaiting(cli);
    world.emulator.addConnection({ name: 'outdated warehouse', type: 'postgresql' });
    const refused = await call('approve', workflowId);
    expect([refused.code, refused.stderr]).toEqual([
      exitCodes.failed,
      expect.stringContaining('no longer what would be done'),
    ]);
    expect((await call('cancel', workflowId)).code).toBe(exitCodes.ok);
    expect(await cli.ended).toBe(exitCodes.canceled);
  });

  it('names a workflow that waits for nobody', async () => {
    const sync = world.emulator.addBulkSync({ name: 'no plan' });
    const handle = await world.start('runBulkSync', { syncId: sync.id });
    const { code, stderr } = await call('approve', handle.workflowId, '--yes');
    expect([code, stderr]).toEqual([exitCodes.usage, expect.stringContaining('only an apply or destroy waits')]);
    await handle.result();
  });
});
