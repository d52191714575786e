/** The other examples in TypeScript as their users run them; the emulator's list of executions is the judge. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Notification } from '../../src/contracts/notification';
import { startEmulator, type Emulator, type ExecutionRecord } from '../../src/testing';
import { installForExamples, type ExampleProject, type ExampleProjects } from './support/example-project';
import { temporalAddress } from './support/harness';
import type { NodeProcess } from './support/node-process';
import { sideBySide } from './support/side-by-side';
import { waitUntil } from './support/wait-until';
import { startWorld, type World } from './support/world';

/** Stands for dbt: notes its arguments, and fails where it is asked to build what is broken. */
const fakeDbt = `
require('node:fs').appendFileSync('built.jsonl', JSON.stringify({ at: Date.now(), args: process.argv.slice(2) }) + '\\n');
console.log('Completed');
process.exitCode = process.argv.includes('broken') ? 3 : 0;
`;

const told: Notification[] = [];
let projects: ExampleProjects;
/** Serves our workflows to callers. */
let world: World;
/** What the workers of the examples reach. */
let emulator: Emulator;
let workers: NodeProcess[];
let dbt: ExampleProject;
let waiting: ExampleProject;
let schedule: ExampleProject;
let caller: ExampleProject;

beforeAll(async () => {
  [projects, emulator, world] = await Promise.all([
    installForExamples(),
    startEmulator({ durationMs: 300 }),
    startWorld('recipes', {
      // No bulk syncs but those of the tests: one of them runs whatever there is.
      emulator: { seed: { modelSyncs: [{ name: 'Unused' }] } },
      plugin: { notify: { ops: { activity: 'tellOps' } } },
      worker: { activities: { tellOps: async (notification: Notification) => void told.push(notification) } },
    }),
  ]);
  const env = { TEMPORAL_ADDRESS: temporalAddress() };
  const { url: POLYTOMIC_URL, apiKey: POLYTOMIC_API_KEY } = emulator;
  const reach = { ...env, POLYTOMIC_URL, POLYTOMIC_API_KEY, POLYTOMIC_REQUESTS_PER_MINUTE: '600' };
  const calling = { ...env, POLYTOMIC_TASK_QUEUE: world.taskQueue };
  [dbt, waiting, schedule, caller] = await Promise.all([
    projects.add('sync-then-dbt', { ...reach, DBT_COMMAND: 'node fake-dbt.js' }),
    projects.add('wait-for-scheduled-run', reach),
    projects.add('scheduled-fan-out', { ...calling, NOTIFY: 'ops' }),
    projects.add('retrying-caller', calling),
  ]);
  // Only compiled here; examples.test.ts runs it.
  await projects.add('nightly', env);
  await writeFile(join(dbt.folder, 'fake-dbt.js'), fakeDbt);
  workers = await Promise.all([dbt.start('worker'), waiting.start('worker')]);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  await world.close();
  await emulator.close();
  await projects.remove();
});

function runsOf(where: Emulator, id: string): ExecutionRecord[] {
  return where.executions().filter(({ syncId }) => syncId === id);
}

async function builds(): Promise<{ at: number; args: string[] }[]> {
  const lines = (await readFile(join(dbt.folder, 'built.jsonl'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as { at: number; args: string[] });
}

sideBySide({
  'all examples compile against the packed package': async () => {
    await expect(projects.checkTypes()).resolves.toBeUndefined();
  },

  'scheduled-fan-out: one schedule, however often it is deployed; a night runs what it should and tells of failures':
    async () => {
      const [good, bad, sandbox] = [
        world.emulator.addBulkSync({ name: 'Lake' }).id,
        world.emulator.addBulkSync({ name: 'Ads', script: 'failed' }).id,
        world.emulator.addBulkSync({ name: 'Sandbox of Ann' }).id,
      ];
      expect(await schedule.run('schedule')).toMatch(/^Next: \d{4}-/);
      await schedule.run('schedule', 'now');
      const handle = world.client.schedule.getHandle('nightly-fan-out');
      const night = await waitUntil(
        async () => (await handle.describe()).info.recentActions[0]?.action.workflow.workflowId ?? '',
      );
      const { policies, spec } = await handle.describe();
      await handle.delete();
      expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 3_600_000 });
      expect(spec.jitter).toBe(600_000);
      await expect(world.client.workflow.getHandle(night).result()).rejects.toMatchObject({
        cause: { type: 'polytomic.SyncsFailed', details: [{ total: 2, completed: 1 }] },
      });
      // The failed schemas were run once more.
      expect([good, bad, sandbox].map((id) => runsOf(world.emulator, id).length)).toEqual([1, 2, 0]);
      expect(told.flatMap(({ failed }) => failed.map(({ syncId }) => syncId))).toEqual([bad]);
    },

  'retrying-caller: callers that overlap or are killed run the sync once, and learn how it ended': async () => {
    const { id } = world.emulator.addModelSync({ durationMs: 4_000 });
    const killed = await caller.start('start', id);
    await waitUntil(() => runsOf(world.emulator, id).length > 0);
    await killed.end('SIGKILL');
    const overlapping = await Promise.all([caller.run('start', id), caller.run('start', id)]);
    const said = [...overlapping, await caller.run('start', id)];
    const [run, ...others] = runsOf(world.emulator, id);
    expect(others).toEqual([]);
    expect(said.map((line) => JSON.parse(line) as unknown)).toEqual(
      said.map(() => ({ executionId: run?.id, outcome: 'completed' })),
    );
  },

  'retrying-caller: a call after a failure starts the sync anew': async () => {
    const { id } = world.emulator.addModelSync({ script: 'failed' });
    for (const runs of [1, 2]) {
      const { code, stderr } = await (await caller.start('start', id)).ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining('polytomic.SyncFailed')]);
      expect(runsOf(world.emulator, id)).toHaveLength(runs);
    }
  },

  'sync-then-dbt: builds once the very run has ended well, and never otherwise': async () => {
    const [good, bad] = [emulator.addBulkSync().id, emulator.addBulkSync({ script: 'failed' }).id];
    const [report, failed, broken] = await Promise.all([
      dbt.run('start', good, '+marts'),
      (await dbt.start('start', bad, 'never')).ended,
      (await dbt.start('start', emulator.addBulkSync().id, 'broken')).ended,
    ]);
    const [run] = runsOf(emulator, good);
    expect(JSON.parse(report)).toEqual({ executionId: run?.id, built: 'Completed' });
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('polytomic.SyncFailed')]);
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('BuildFailed')]);
    const built = await builds();
    expect(built.map(({ args }) => args.join(' ')).sort()).toEqual(['build --select +marts', 'build --select broken']);
    const marts = built.find(({ args }) => args.includes('+marts'));
    expect(marts?.at).toBeGreaterThanOrEqual(run?.completedAt ?? Infinity);
  },

  "wait-for-scheduled-run: sends after somebody else's run has ended, and at once when asked again": async () => {
    const [lake, crm] = [emulator.addBulkSync({ durationMs: 1_000 }).id, emulator.addModelSync().id];
    const before = new Date().toISOString();
    const first = await waiting.start('start', lake, crm, before);
    const workflow = world.client.workflow.getHandle(`send-fresh-${crm}-${before}`);
    await waitUntil(async () => {
      const pending = (await workflow.describe().catch(() => null))?.raw.pendingActivities ?? [];
      return pending.some(({ activityType }) => activityType?.name === 'polytomic.awaitNextRun');
    });
    const loadedBy = emulator.startRun(lake, { type: 'scheduled' });
    const { code, stdout } = await first.ended;
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ loadedBy, sent: 10 })]);
    const again = JSON.parse(await waiting.run('start', lake, crm, before)) as unknown;
    expect(again).toEqual(JSON.parse(stdout));
    const [[load, ...loads], sent] = [runsOf(emulator, lake), runsOf(emulator, crm)];
    expect([load?.id, loads, sent.length]).toEqual([loadedBy, [], 2]);
    expect(sent[0]?.createdAt).toBeGreaterThanOrEqual(load?.completedAt ?? Infinity);
  },
});
