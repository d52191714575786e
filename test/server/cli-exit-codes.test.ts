/** The table of exit codes, row by row: the bin as a child process, with a real server, workers and an emulator. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../src/cli/exit-codes';
import { callCli, startCli, type CliEnd } from '../unit/cli/cli-process';
import { noSyncs } from './support/fan-out';
import { temporalAddress } from './support/harness';
import { startWorld, type World } from './support/world';

let world: World;
/** Its worker's key is refused by Polytomic. */
let refused: World;
/** Its operator allows reading alone. */
let readers: World;
const running = 'exit-codes-running';
/** Runs another sync, started by the CLI. */
const shared = 'exit-codes-shared';

beforeAll(async () => {
  world = await startWorld('cli-exit-codes', { emulator: { seed: noSyncs } });
  refused = await startWorld('cli-exit-codes-refused', { plugin: { apiKey: 'wrong' } });
  readers = await startWorld('cli-exit-codes-readers', { plugin: { operations: ['read'] } });
  world.emulator.addBulkSync({ name: 'Good' });
  world.emulator.addBulkSync({ name: 'Broken', script: 'failed' });
  world.emulator.addBulkSync({ name: 'Stopped', script: 'canceled' });
  const slow = world.emulator.addBulkSync({ name: 'Slow', durationMs: 3_600_000 });
  const { client, taskQueue } = world;
  world.emulator.addBulkSync({ name: 'Slower', durationMs: 3_600_000 });
  await call('run', 'bulk', 'Slower', '--workflow-id', shared, '--detach');
  await client.workflow.start('runBulkSync', { workflowId: running, taskQueue, args: [{ syncId: slow.id }] });
});

afterAll(async () => {
  for (const id of [running, shared]) await world.client.workflow.getHandle(id).cancel();
  await Promise.all([world.close(), refused.close(), readers.close()]);
});

const env = (): NodeJS.ProcessEnv => ({ TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue });
const call = (...args: string[]): Promise<CliEnd> => callCli({ args, env: env() });

describe('exit codes', () => {
  it.each([
    [0, 'a sync that completes', ['run', 'bulk', 'Good'], /✓ completed {2}Good/],
    [1, 'a sync that fails', ['run', 'bulk', 'Broken'], /✗ failed {2}Broken/],
    [2, 'a name that no sync has', ['run', 'bulk', 'Godo'], /Did you mean "Good"\?/],
    [2, 'an option that there is not', ['run', 'bulk', 'Good', '--nope'], /\(see temporal-polytomic run --help\)/],
    [2, 'options of another kind', ['run', 'bulk', 'Good', '--resync'], /--resync: for model syncs only/],
    [
      2,
      'the same, all at once',
      ['run', 'model', 'Good', '--schema', 'x', '--fetch-mode', 'full'],
      /--fetch-mode, --schema: for bulk syncs only/,
    ],
    [
      2,
      'the id of a workflow of another sync',
      ['run', 'bulk', 'Good', '--workflow-id', shared],
      /of Slower is open as/,
    ],
    [2, 'a namespace that there is not', ['run', 'bulk', 'Good', '-n', 'nowhere'], /--namespace, TEMPORAL_NAMESPACE/],
    [2, 'the same, listing', ['status', '-n', 'nowhere'], /no namespace "nowhere"\n {2}Name one that there is/],
    [2, 'an empty id', ['show', ''], /not set|empty|expected/i],
    [2, 'steering what cannot be steered', ['pause', running], /only fan-outs and pipelines are steered/],
    [3, 'a run that is canceled', ['run', 'bulk', 'Stopped'], /canceled/],
    [4, 'a time to wait that passes', ['await', running, '--timeout', '1s'], /To come back: temporal-polytomic await/],
    [4, 'a command that takes too long', ['await', running, '--command-timeout', '1s'], /goes on/],
    [5, 'no Temporal', ['status', '--address', '127.0.0.1:1'], /cannot be reached/],
    [6, 'no worker', ['list', '-t', 'nobody-polls'], /No worker polls nobody-polls/],
    [7, 'nobody to ask', ['run-all', 'bulk'], /Say --yes to approve it/],
  ] as const)('%i: %s', async (code, _what, args, words) => {
    const end = await call(...args);
    expect(end.stdout + end.stderr).toMatch(words);
    expect(end.code).toBe(code);
    expect((await world.client.workflow.getHandle(running).describe()).status.name).toBe('RUNNING');
  });

  it('7: a key that Polytomic refuses, and an operation that the operator does not allow', async () => {
    const wrong = await call('list', '-t', refused.taskQueue);
    expect([wrong.code, wrong.stderr]).toEqual([
      exitCodes.notAllowed,
      expect.stringMatching(/polytomic\.Unauthorized/),
    ]);
    const [sync] = JSON.parse((await call('list', '--kind', 'bulk', '-t', readers.taskQueue, '-o', 'json')).stdout) as {
      syncId: string;
    }[];
    const denied = await call('run', 'bulk', sync?.syncId ?? '', '-t', readers.taskQueue);
    expect([denied.code, denied.stdout]).toEqual([
      exitCodes.notAllowed,
      expect.stringMatching(/polytomic\.NotAllowed/),
    ]);
  });

  it('130: Ctrl-C, which leaves what runs', async () => {
    const cli = startCli({ args: ['await', running], env: env() });
    await cli.untilSaid(/running/);
    cli.child.kill('SIGINT');
    expect(await cli.ended).toBe(exitCodes.interrupted);
    const nobody = startCli({ args: ['await', running, '--on-interrupt', 'cancel'], env: env() });
    await nobody.untilSaid(/running/);
    nobody.child.kill('SIGINT');
    expect(await nobody.ended).toBe(exitCodes.canceled);
    const over = await call('pause', running);
    expect([over.code, over.stderr]).toEqual([
      exitCodes.failed,
      expect.stringMatching(/is over\n {2}See how it ended/),
    ]);
  });
});
