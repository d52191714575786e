/** Running, awaiting and steering syncs from a terminal: the bin as a child process, with a real server, worker and emulator. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../src/cli/exit-codes';
import type { PipelineResult } from '../../src/contracts/fan-out-result';
import { callCli, startCli, type CliEnd } from '../unit/cli/cli-process';
import { noSyncs, untilRuns } from './support/fan-out';
import { temporalAddress, uniqueTaskQueue, waitUntil } from './support/harness';
import { sideBySide } from './support/side-by-side';
import { startWorld, type World } from './support/world';

const ids = {
  lake: '00000000-0000-4000-8000-00000000000a',
  crm: '00000000-0000-4000-8000-00000000000b',
  broken: '00000000-0000-4000-8000-00000000000c',
  slow: '00000000-0000-4000-8000-00000000000d',
  slower: '00000000-0000-4000-8000-00000000000e',
} as const;

let world: World;

beforeAll(async () => {
  world = await startWorld('cli-run', { emulator: { seed: noSyncs } });
  const { emulator } = world;
  emulator.addBulkSync({ id: ids.lake, name: 'Lake' });
  emulator.addModelSync({ id: ids.crm, name: 'Users to CRM' });
  emulator.addBulkSync({ id: ids.broken, name: 'Broken', script: 'failed' });
  emulator.addBulkSync({ id: ids.slow, name: 'Slow', durationMs: 3_600_000 });
  emulator.addBulkSync({ id: ids.slower, name: 'Slower', durationMs: 3_600_000 });
  emulator.addBulkSync({ name: 'Twin' });
  emulator.addBulkSync({ name: 'Twin' });
});

afterAll(() => world.close());

const env = (): NodeJS.ProcessEnv => ({ TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue });

const call = (...args: string[]): Promise<CliEnd> => callCli({ args, env: env() });

const runsOf = (syncId: string) => world.emulator.executions().filter((run) => run.syncId === syncId);

describe('temporal-polytomic run, await, cancel', () => {
  sideBySide({
    'runs a bulk sync by its name, and prints its result as JSON alone on standard output': async () => {
      const { code, stdout, stderr } = await call('run', 'bulk', 'lake', '-o', 'json');
      expect(code).toBe(exitCodes.ok);
      const printed = JSON.parse(stdout) as { result: unknown };
      const [run] = runsOf(ids.lake);
      expect(printed).toMatchObject({
        status: 'completed',
        exitCode: 0,
        failure: null,
        result: { kind: 'bulk', syncId: ids.lake, executionId: run?.id, outcome: 'completed' },
      });
      expect(stderr).toMatch(/Lake: workflow runBulkSync-lake-\S+ started/);
    },
    'runs a model sync by its id, with the options in front of the command as the Temporal CLI passes them':
      async () => {
        const { code, stdout } = await call(
          '-o',
          'jsonl',
          '--time-format',
          'iso',
          'run',
          'model',
          ids.crm,
          '--timeout',
          '1h',
        );
        expect(code).toBe(exitCodes.ok);
        expect(
          stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown),
        ).toEqual([
          expect.objectContaining({ exitCode: 0, result: expect.objectContaining({ name: 'Users to CRM' }) }),
        ]);
      },
    'fails as the sync fails, and says why in words': async () => {
      const { code, stdout } = await call('run', 'bulk', 'Broken');
      expect(code).toBe(exitCodes.failed);
      expect(stdout).toMatch(/✗ failed {2}Broken \(bulk sync\)/);
      expect(stdout).toMatch(/error: connection refused by the source/);
    },
    'starts nothing for a name that several syncs bear, and lists them': async () => {
      const { code, stderr, stdout } = await call('run', 'bulk', 'Twin');
      expect(code).toBe(exitCodes.usage);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/2 syncs are named "Twin":\n {2}bulk \S+\n {2}bulk \S+\n {2}Name one of them by its id/);
    },
    'suggests the name that was meant': async () => {
      const { code, stderr } = await call('run', 'model', 'Users to CMR');
      expect(code).toBe(exitCodes.usage);
      expect(stderr).toContain('Did you mean "Users to CRM"?');
    },
    'says at once that no worker polls the queue': async () => {
      const { code, stderr } = await call('run', 'bulk', 'Lake', '--task-queue', uniqueTaskQueue('nobody'));
      expect(code).toBe(exitCodes.noWorker);
      expect(stderr).toMatch(/No worker polls nobody-\S+ \(workflows\)/);
    },
    'says that Temporal cannot be reached': async () => {
      const { code, stderr } = await call('run', 'bulk', 'Lake', '--address', '127.0.0.1:1');
      expect(code).toBe(exitCodes.noTemporal);
      expect(stderr).toMatch(/Temporal at 127\.0\.0\.1:1 cannot be reached/);
    },
    'ends with the code for a timeout, and leaves no run of ours behind': async () => {
      const { code } = await call('run', 'bulk', 'Slower', '--timeout', '3s');
      expect(code).toBe(exitCodes.timedOut);
      // On a busy machine the time may pass before anything was started.
      expect(runsOf(ids.slower).filter(({ completedAt }) => completedAt === undefined)).toEqual([]);
    },
    'leaves the workflow running at Ctrl-C, says how to come back, comes back, and cancels': async () => {
      const cli = startCli({ args: ['run', 'bulk', 'Slow'], env: env() });
      const [, workflowId = ''] = await cli.untilSaid(/workflow (runBulkSync-slow-\S+) started/);
      await untilRuns(world.emulator, (runs) => runs.some(({ syncId }) => syncId === ids.slow));
      cli.child.kill('SIGINT');
      expect(await cli.ended).toBe(exitCodes.interrupted);
      expect(cli.stderr()).toContain(`To come back: temporal-polytomic await ${workflowId}`);
      expect(cli.stderr()).toContain(`To cancel:    temporal-polytomic cancel ${workflowId}`);

      const status = await call('status', '-o', 'json');
      expect(JSON.parse(status.stdout)).toContainEqual(
        expect.objectContaining({ workflowId, title: 'Slow', workflow: 'runBulkSync' }),
      );
      const back = startCli({ args: ['await', workflowId, '-o', 'json'], env: env() });
      await back.untilSaid(/Slow: running/);
      const canceled = await call('cancel', workflowId, '-o', 'json');
      expect(canceled.code).toBe(exitCodes.ok);
      expect(JSON.parse(canceled.stdout)).toMatchObject({ workflowId, status: 'canceled', exitCode: exitCodes.ok });
      expect(await back.ended).toBe(exitCodes.canceled);
      expect(runsOf(ids.slow).map(({ status: end }) => end)).toEqual(['canceled']);
      const over = await call('await', workflowId, '-o', 'json');
      expect(over.code).toBe(exitCodes.canceled);
      expect(JSON.parse(over.stdout)).toMatchObject({ workflowId, status: 'canceled', exitCode: exitCodes.canceled });
    },
    'repeats safely under an id of its own: one workflow, followed by both': async () => {
      const workflowId = `${world.taskQueue}-daily`;
      const sync = world.emulator.addBulkSync({ name: 'Daily', durationMs: 3_600_000 });
      const first = startCli({ args: ['run', 'bulk', 'Daily', '--workflow-id', workflowId], env: env() });
      await untilRuns(world.emulator, (runs) => runs.some(({ syncId }) => syncId === sync.id));
      const second = startCli({ args: ['run', 'bulk', 'Daily', '--workflow-id', workflowId], env: env() });
      await second.untilSaid(/Daily: running/);
      expect((await call('cancel', workflowId)).code).toBe(exitCodes.ok);
      expect([await first.ended, await second.ended]).toEqual([exitCodes.canceled, exitCodes.canceled]);
      expect(runsOf(sync.id)).toHaveLength(1);
    },
    'lists syncs with their last run': async () => {
      const sync = world.emulator.addModelSync({ name: 'Listed' });
      expect((await call('run', 'model', 'Listed', '-q', '-o', 'none')).stdout).toBe('');
      const { stdout } = await call('list', '--kind', 'model', '--name', 'Li*', '-o', 'json');
      expect(JSON.parse(stdout)).toEqual([
        {
          kind: 'model',
          syncId: sync.id,
          name: 'Listed',
          active: true,
          lastRun: expect.objectContaining({
            phase: 'ended',
            ending: 'completed',
            executionId: runsOf(sync.id)[0]?.id,
          }),
        },
      ]);
    },
    'waits for the next run of a sync, whoever starts it': async () => {
      const sync = world.emulator.addBulkSync({ name: 'Scheduled elsewhere', durationMs: 1_000 });
      const cli = startCli({ args: ['await', 'scheduled elsewhere', '-o', 'json'], env: env() });
      await cli.untilSaid(/waiting by workflow (\S+)/);
      await waitUntil(() => world.emulator.requests().some(({ path }) => path.includes(sync.id)));
      const headers = { authorization: `Bearer ${world.emulator.apiKey}`, 'content-type': 'application/json' };
      const url = `${world.emulator.url}/api/bulk/syncs/${sync.id}/executions`;
      expect((await fetch(url, { method: 'POST', headers, body: '{}' })).ok).toBe(true);
      expect(await cli.ended).toBe(exitCodes.ok);
      expect(JSON.parse(cli.stdout())).toMatchObject({ result: { outcome: 'completed', attached: true } });
      expect(runsOf(sync.id)).toHaveLength(1);
    },
    'says when the next run of a sync is due': async () => {
      const due = new Date(Date.now() + 86_400_000).toISOString();
      const sync = world.emulator.addModelSync({ name: 'Due tomorrow', nextExecutionTime: due });
      const cli = startCli({ args: ['await', 'Due tomorrow', '-o', 'json'], env: env() });
      await cli.untilSaid(new RegExp(`Due tomorrow: .*, next run at ${due}`));
      const [, workflowId = ''] = /waiting by workflow (\S+)/.exec(cli.stderr()) ?? [];
      expect((await call('show', workflowId)).stdout).toContain(`next run at ${due}`);
      expect((await call('status')).stdout).toContain(`next run at ${due}`);
      world.emulator.startRun(sync.id);
      expect(await cli.ended).toBe(exitCodes.ok);
    },
    'waits until an ingestion has caught up': async () => {
      const sync = world.emulator.addBulkSync({ name: 'Orders', ingestion: { lagMs: 3_600_000 } });
      const cli = startCli({ args: ['await', 'Orders', '--caught-up-within', '1m'], env: env() });
      await cli.untilSaid(/Orders: waiting until the ingestion has caught up/);
      world.emulator.setIngestion(sync.id, { lagMs: 20_000 });
      expect(await cli.ended).toBe(exitCodes.ok);
      expect(cli.stdout()).toMatch(/completed.*Orders[^]*the ingestion is \d+s behind \(ok\)/);
      const wrong = await call('await', 'Orders', '--caught-up-within', 'soon');
      expect([wrong.code, wrong.stderr]).toEqual([exitCodes.usage, expect.stringContaining('--caught-up-within')]);
      world.emulator.setIngestion(sync.id, null);
      const none = await call('await', 'Orders', '--caught-up-within', '1m');
      expect([none.code, none.stderr + none.stdout]).toEqual([
        exitCodes.usage,
        expect.stringContaining('caughtUpWithin: expected a sync by change data capture'),
      ]);
    },
  });
});

describe('temporal-polytomic run-all and pipeline', () => {
  it('previews without asking where nobody can be asked, and starts nothing', async () => {
    const before = world.emulator.executions().length;
    const { code, stderr } = await call('run-all', 'bulk', '--name', 'L*');
    expect(code).toBe(exitCodes.notAllowed);
    expect(stderr).toMatch(/1 syncs would run, with about \d+ requests to Polytomic and \d+ billable actions/);
    expect(stderr).toContain('Say --yes to approve it');
    expect(world.emulator.executions()).toHaveLength(before);
  });

  it('runs all that the filter takes, steers them, and fails as one failed', async () => {
    const workflowId = `${world.taskQueue}-all`;
    const args = [
      'run-all',
      'bulk',
      '--name',
      'all *',
      '--max-concurrent',
      '1',
      '--yes',
      '--workflow-id',
      workflowId,
      '-o',
      'json',
    ];
    const names = ['all 1', 'all 2', 'all 3', 'all 4'];
    const idsByName = new Map<string, string>();
    const runsNamed = (name: string): number => runsOf(idsByName.get(name) ?? '').length;
    for (const name of names) {
      const sync = world.emulator.addBulkSync({
        name,
        durationMs: 4_000,
        ...(name === 'all 2' && { script: 'failed' as const }),
      });
      idsByName.set(name, sync.id);
    }
    const cli = startCli({ args, env: env() });
    await cli.untilSaid(/0 of 4: 1 running, 3 waiting/);
    expect((await call('pause', workflowId)).code).toBe(exitCodes.ok);
    await cli.untilSaid(/paused, /);
    expect((await call('concurrency', workflowId, '4')).code).toBe(exitCodes.ok);
    const shown = await call('show', workflowId, '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ progress: { fanOut: { phase: 'paused', maxConcurrent: 4 } } });
    // Nothing is started while it is paused, so that a sync without a run has not had its turn.
    const skipped = names.find((name) => name !== 'all 2' && runsNamed(name) === 0);
    expect((await call('skip', workflowId, skipped ?? '')).code).toBe(exitCodes.ok);
    expect((await call('concurrency', workflowId, '0')).code).toBe(exitCodes.usage);
    expect((await call('resume', workflowId)).code).toBe(exitCodes.ok);
    expect(await cli.ended).toBe(exitCodes.failed);
    expect(JSON.parse(cli.stdout())).toMatchObject({
      status: 'failed',
      failure: { type: 'polytomic.SyncsFailed' },
      result: { total: 4, completed: 2, failed: 1, skipped: 1 },
    });
  });

  it('runs a pipeline of a file by names, skips what depends on a failure, and runs only that again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-run-'));
    const file = join(folder, 'night.yaml');
    const flaky = world.emulator.addBulkSync({ name: 'step flaky', nextScripts: ['failed'] });
    const after = world.emulator.addModelSync({ name: 'step after' });
    const alone = world.emulator.addBulkSync({ name: 'step alone' });
    const steps = [
      'load, kind: bulk, sync: step flaky',
      'crm, sync: Step After, after: [load]',
      'alone, sync: step alone',
    ];
    writeFileSync(file, `steps:\n${steps.map((step) => `  - { id: ${step} }\n`).join('')}`);
    const first = await call('pipeline', file, '-o', 'json');
    expect(first.code).toBe(exitCodes.failed);
    const { workflowId, result } = JSON.parse(first.stdout) as { workflowId: string; result: PipelineResult };
    expect(result.steps).toMatchObject({
      load: { outcome: 'failed', syncId: flaky.id },
      crm: { outcome: 'skipped', because: 'load' },
      alone: { outcome: 'completed', syncId: alone.id },
    });
    const again = await call('retry', workflowId, '-o', 'json');
    expect(again.code).toBe(exitCodes.ok);
    expect([flaky, after, alone].map(({ id }) => runsOf(id).length)).toEqual([2, 1, 1]);
    writeFileSync(file, 'steps: none\n');
    const wrong = await call('pipeline', file);
    expect([wrong.code, wrong.stderr]).toEqual([exitCodes.usage, expect.stringContaining('expected "steps", a list')]);
    rmSync(folder, { recursive: true });
  });
});
