/** How a terminal follows: one failure that ends all, a run of others, names that lead to it, a shell that completes. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../src/cli/exit-codes';
import { callCli, startCli, type CliEnd } from '../unit/cli/cli-process';
import { noSyncs, untilRuns } from './support/fan-out';
import { temporalAddress } from './support/harness';
import { startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('cli-follow', { emulator: { seed: noSyncs } });
});

afterAll(() => world.close());

const env = (): NodeJS.ProcessEnv => ({ TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue });
const call = (...args: string[]): Promise<CliEnd> => callCli({ args, env: env() });
const runsOf = (syncId: string) => world.emulator.executions().filter((run) => run.syncId === syncId);
const hourMs = 3_600_000;

describe('--fail-fast', () => {
  it('of run cancels the other workflows and their runs as soon as one did not succeed', async () => {
    const long = world.emulator.addBulkSync({ name: 'fast long', durationMs: hourMs });
    world.emulator.addBulkSync({ name: 'fast broken', script: 'failed', durationMs: 10_000 });
    const { code, stdout } = await call('run', 'bulk', 'fast long', 'fast broken', '--fail-fast', '-o', 'json');
    expect(code).toBe(exitCodes.failed);
    expect(JSON.parse(stdout)).toMatchObject([{ status: 'canceled' }, { status: 'failed' }]);
    expect(runsOf(long.id).filter(({ status }) => status !== 'canceled')).toEqual([]);
  });

  it('of run-all, and of a retry of it, is a failure policy of the workflow', async () => {
    const long = world.emulator.addBulkSync({ name: 'all long', durationMs: hourMs });
    const broken = world.emulator.addBulkSync({ name: 'all broken', script: 'failed', durationMs: 10_000 });
    const ended = await call('run-all', 'bulk', '--name', 'all *', '--yes', '--fail-fast', '-o', 'json');
    expect(ended.code).toBe(exitCodes.failed);
    const { workflowId, result } = JSON.parse(ended.stdout) as { workflowId: string; result: unknown };
    expect(result).toMatchObject({ total: 2, failed: 1, canceled: 1 });
    const again = await call('retry', workflowId, '--fail-fast', '-o', 'json');
    expect(again.code).toBe(exitCodes.failed);
    expect(JSON.parse(again.stdout)).toMatchObject({ result: { total: 2, failed: 1, canceled: 1 } });
    expect([runsOf(long.id), runsOf(broken.id)].map((runs) => runs.every(({ completedAt }) => completedAt))).toEqual([
      true,
      true,
    ]);
  });
});

describe('cancel', () => {
  let impatient: World;
  beforeAll(async () => {
    impatient = await startWorld('cli-unconfirmed', {
      plugin: { cancelTimeout: '2 seconds' },
      emulator: { seed: noSyncs },
    });
  });
  afterAll(() => impatient.close());

  it('fails where Polytomic did not confirm, and names what may still run; so does await, later', async () => {
    const { emulator, taskQueue } = impatient;
    const { id } = emulator.addBulkSync({ name: 'Stubborn', script: { outcome: 'neverEnds', onCancel: 'never' } });
    const on = { ...env(), POLYTOMIC_TASK_QUEUE: taskQueue };
    const cli = startCli({ args: ['run', 'bulk', 'Stubborn'], env: on });
    const [, workflowId = ''] = await cli.untilSaid(/workflow (runBulkSync-\S+) started/);
    await untilRuns(emulator, (runs) => runs.length > 0);
    const canceled = await callCli({ args: ['cancel', workflowId], env: on });
    const executionId = emulator.executions()[0]?.id;
    expect(canceled.code).toBe(exitCodes.failed);
    expect(canceled.stdout).toContain(`run ${executionId} of sync ${id} was not seen to end: it may still run`);
    expect(await cli.ended).toBe(exitCodes.failed);
    const { code, stdout } = await callCli({ args: ['await', workflowId, '-o', 'json'], env: on });
    expect(code).toBe(exitCodes.failed);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'canceled',
      openCancellation: { unconfirmed: [{ syncId: id, executionId }] },
    });
  });
});

describe('await', () => {
  it('waits for one execution that somebody else started, and says how it ended when it is over', async () => {
    const sync = world.emulator.addBulkSync({ name: 'theirs', durationMs: 2_000 });
    const url = `${world.emulator.url}/api/bulk/syncs/${sync.id}/executions`;
    const headers = { authorization: `Bearer ${world.emulator.apiKey}`, 'content-type': 'application/json' };
    for (let run = 0; run < 2; run += 1) {
      expect((await fetch(url, { method: 'POST', headers, body: '{}' })).ok).toBe(true);
      await untilRuns(world.emulator, () => runsOf(sync.id).length > run);
      if (run === 0) await untilRuns(world.emulator, () => runsOf(sync.id)[0]?.completedAt !== undefined);
    }
    const [first = '', second = ''] = runsOf(sync.id).map(({ id }) => id);
    for (const executionId of [second, first]) {
      const { code, stdout } = await call('await', executionId, '--sync', 'Theirs', '-o', 'json');
      expect(code).toBe(exitCodes.ok);
      expect(JSON.parse(stdout)).toMatchObject({ result: { executionId, attached: true, outcome: 'completed' } });
    }
    expect(runsOf(sync.id)).toHaveLength(2);
    const alone = await call('await', first);
    expect([alone.code, alone.stderr]).toEqual([exitCodes.usage, expect.stringContaining('--sync')]);
    const nowhere = await call('await', world.taskQueue, '--sync', 'Theirs');
    expect(nowhere.code).toBe(exitCodes.usage);
  });

  it('leaves no wait behind whose time has passed', async () => {
    world.emulator.addBulkSync({ name: 'never' });
    const { code, stderr } = await call('await', 'never', '--timeout', '2s', '-o', 'none');
    expect(code).toBe(exitCodes.timedOut);
    const [, workflowId = ''] = /waiting by workflow (\S+)/.exec(stderr) ?? [];
    const { status } = await world.client.workflow.getHandle(workflowId).describe();
    expect(status.name).toBe('FAILED');
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s that asks this program', async (shell) => {
    const { code, stdout, stderr } = await call('completion', shell);
    expect([code, stderr]).toEqual([exitCodes.ok, '']);
    expect(stdout).toMatch(/temporal-polytomic complete/);
  });

  it('is a script that bash takes, and offers the names of syncs with blanks as one word each', async () => {
    world.emulator.addBulkSync({ name: 'Warehouse to lake' });
    const { stdout: script } = await call('completion', 'bash');
    const answer = (await call('complete', '--', 'run', 'bulk', 'Ware')).stdout;
    expect(answer).toBe('Warehouse to lake\tbulk sync\n:4\n');
    const bash = [
      `temporal-polytomic() { printf '%s' "$ANSWER"; }`,
      script,
      'COMP_WORDS=(temporal-polytomic run bulk Ware); COMP_CWORD=3; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}',
      `$(complete -p temporal-polytomic | sed 's/.*-F \\([^ ]*\\).*/\\1/')`,
      `printf '<%s>' "\${COMPREPLY[@]}"`,
    ];
    const offered = execFileSync('bash', ['--norc', '-c', bash.join('\n')], {
      ...{ encoding: 'utf8', env: { ANSWER: answer }, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    expect(offered).toMatch(/^<Warehouse(?: |\\ )to(?: |\\ )lake[^>]*>$/);
  });

  it('refuses a shell that it does not know', async () => {
    const { code, stderr } = await call('completion', 'tcsh');
    expect([code, stderr]).toEqual([exitCodes.usage, expect.stringContaining('bash, zsh, fish, powershell')]);
  });
});

describe('the start of a workflow that is interrupted', () => {
  it('says how to come back, and leaves what was started', async () => {
    const sync = world.emulator.addBulkSync({ name: 'begun', durationMs: hourMs });
    const cli = startCli({ args: ['run', 'bulk', 'begun'], env: env() });
    await cli.untilSaid(/begun: workflow \S+ started/);
    cli.child.kill('SIGINT');
    expect(await cli.ended).toBe(exitCodes.interrupted);
    const [, workflowId = ''] = /To come back: temporal-polytomic await (\S+)/.exec(cli.stderr()) ?? [];
    await untilRuns(world.emulator, () => runsOf(sync.id).length === 1);
    expect((await call('cancel', workflowId)).code).toBe(exitCodes.ok);
    expect(runsOf(sync.id).map(({ status }) => status)).toEqual(['canceled']);
  });
});
