/** `awaitSync`: runs that somebody else starts. Judged by the emulator: it saw no request but reads. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { RunProgress } from '../../src/contracts/progress';
import { PolytomicPlugin } from '../../src/plugin';
import type { EmulatorSync, ExecutionRecord, ExecutionScript, ModelSyncSeed } from '../../src/testing';
import { pluginFor } from './support/fan-out';
import { bundle, uniqueTaskQueue } from './support/harness';
import { activitiesOf, eventsOf, timeOf, untilWaiting } from './support/history';
import { onChildWorkers, type ChildStory } from './support/on-child-workers';
import { sideBySide } from './support/side-by-side';
import { addSync, endedByHand, runsOf, type Kind } from './support/syncs';
import { untilPhase } from './support/until-phase';
import { waitUntil } from './support/wait-until';
import { failureOf, startWorld, type Handle, type World } from './support/world';

const modes = { cached: {}, replayed: { maxCachedWorkflows: 0 } } as const;
let worlds: Record<keyof typeof modes, World>;

beforeAll(async () => {
  const start = (mode: keyof typeof modes): Promise<World> => startWorld(`await-${mode}`, { worker: modes[mode] });
  const [cached, replayed] = await Promise.all([start('cached'), start('replayed')]);
  worlds = { cached, replayed };
});
afterAll(async () => Promise.all(Object.values(worlds).map((world) => world.close())));

type Story = (world: World, kind: Kind) => Promise<void>;
type Fields = Readonly<Record<string, unknown>>;

const endless: ExecutionScript = { outcome: 'neverEnds' };
const inLookingActivity = 'awaitNextRun';

/** A sync, and a workflow that waits for a run of it. */
async function awaiting(world: World, kind: Kind, sync: EmulatorSync, input: Fields = {}): Promise<Handle> {
  return world.start('awaitSync', { kind, syncId: sync.id, ...input });
}

/** A run that has ended. */
async function endedRun(world: World, sync: EmulatorSync): Promise<ExecutionRecord> {
  const id = world.emulator.startRun(sync.id);
  const recordOf = (): ExecutionRecord | undefined => runsOf(world, sync).find((run) => run.id === id);
  await waitUntil(() => recordOf()?.completedAt !== undefined);
  return recordOf() as ExecutionRecord;
}

/** Polytomic only answered questions, and nobody asked it to cancel anything. */
function expectOnlyReads({ emulator }: Pick<World, 'emulator'>, sync: Pick<EmulatorSync, 'id'>): void {
  expectOnlyQuestions({ emulator }, sync);
  const runs = emulator.executions().filter(({ syncId }) => syncId === sync.id);
  expect(runs.filter(({ cancelRequestedAt, startedBy }) => cancelRequestedAt || startedBy === 'api')).toEqual([]);
}

/** The same, where the test itself has ended a run. */
function expectOnlyQuestions({ emulator }: Pick<World, 'emulator'>, sync: Pick<EmulatorSync, 'id'>): void {
  const requests = emulator.requests().filter(({ path }) => path.includes(sync.id));
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']));
}

const stories: Record<string, Story> = {
  'takes the next run of a schedule': async (world, kind) => {
    const sync = addSync(world, kind, { everyMs: 3_000, name: 'Scheduled' });
    const handle = await awaiting(world, kind, sync);
    const result = await handle.result();
    const beganAt = (await handle.describe()).startTime.getTime();
    const first = runsOf(world, sync).find(({ completedAt = 0 }) => completedAt > beganAt);
    expect(first?.startedBy).toBe('schedule');
    expect(result).toMatchObject({
      ...{ kind, syncId: sync.id, name: 'Scheduled', organization: 'default' },
      ...{ executionId: first?.id, outcome: 'completed', status: 'completed', attached: true },
    });
    expectOnlyReads(world, sync);
  },

  'returns the run of an id that ended long ago, which is not late': async (world, kind) => {
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const id = `${kind}-long-ago`;
    const times = { created_at: at, started_at: at, completed_at: at };
    const sync = addSync(world, kind, { executions: [{ id, status: 'completed', ...times }] });
    const handle = await awaiting(world, kind, sync, { executionId: id, warnAfter: '1 second' });
    expect(await handle.result()).toMatchObject({ executionId: id, outcome: 'completed', attached: true });
    expect((await activitiesOf(handle)).map(({ name }) => name)).toEqual(['prepareAwaitSync', 'awaitExecutions']);
  },

  'waits for the run of an id, whatever else ran': async (world, kind) => {
    const sync = addSync(world, kind);
    const given = await endedRun(world, sync);
    await endedRun(world, sync);
    expect(await world.run('awaitSync', { kind, syncId: sync.id, executionId: given.id })).toMatchObject({
      ...{ executionId: given.id, outcome: 'completed', attached: true },
    });
    const going = world.emulator.startRun(sync.id);
    expect(await world.run('awaitSync', { kind, syncId: sync.id, executionId: going })).toMatchObject({
      ...{ executionId: going, outcome: 'completed', attached: true },
    });
    expectOnlyReads(world, sync);
  },

  'returns at once with the first run that ended after a time, which is never late': async (world, kind) => {
    const ago = (minutes: number): string => new Date(Date.now() - 60_000 * minutes).toISOString();
    const ran = (id: string, from: number, to: number): Fields => {
      return {
        id: `${kind}-${id}`,
        status: 'completed',
        created_at: ago(from),
        started_at: ago(from),
        completed_at: ago(to),
      };
    };
    const executions = [ran('old', 182, 180), ran('first', 62, 60), ran('second', 32, 30)];
    const sync = addSync(world, kind, { executions });
    const handle = await awaiting(world, kind, sync, { completedAfter: ago(120) });
    expect(await handle.result()).toMatchObject({ executionId: `${kind}-first`, outcome: 'completed', attached: true });
    const activities = (await activitiesOf(handle)).map(({ name }) => name);
    expect(activities).toEqual(['prepareAwaitSync', inLookingActivity, 'awaitExecutions']);
    expectOnlyReads(world, sync);
  },

  'never takes a run that ended before it began, however lately': async (world, kind) => {
    const sync = addSync(world, kind);
    await endedRun(world, sync);
    const handle = await awaiting(world, kind, sync);
    await untilWaiting(handle, inLookingActivity);
    expect(await handle.query<RunProgress>('progress')).toMatchObject({ phase: 'waitingForOther', syncId: sync.id });
    const next = world.emulator.startRun(sync.id);
    expect(await handle.result()).toMatchObject({ executionId: next });
    expectOnlyReads(world, sync);
  },

  'takes a run that ended after it was started, though its worker came only later': async (world, kind) => {
    const sync = addSync(world, kind);
    const taskQueue = uniqueTaskQueue('await-later');
    const handle = await world.client.workflow.start('awaitSync', {
      args: [{ kind, syncId: sync.id }],
      taskQueue,
      workflowId: taskQueue,
    });
    const { id } = await endedRun(world, sync);
    const worker = await Worker.create({
      connection: world.connection,
      taskQueue,
      workflowBundle: bundle(),
      plugins: [new PolytomicPlugin(pluginFor(world.emulator))],
    });
    expect(await worker.runUntil(handle.result())).toMatchObject({ executionId: id, outcome: 'completed' });
    expectOnlyReads(world, sync);
  },

  'begins when its start delay is over': async (world, kind) => {
    const sync = addSync(world, kind);
    const { id: executionId } = await endedRun(world, sync);
    const { client, taskQueue } = world;
    const handle = await client.workflow.start('awaitSync', {
      args: [{ kind, syncId: sync.id, executionId }],
      ...{ taskQueue, workflowId: `await-delayed-${sync.id}`, startDelay: '1 second' },
    });
    await handle.result();
    const [read] = (await eventsOf(handle)).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
    const { beganAt } = defaultPayloadConverter.fromPayload<{ beganAt: string }>(read?.input?.payloads?.[0] ?? {});
    const startedAt = Math.trunc(await timeOf(handle, 'workflowExecutionStartedEventAttributes'));
    expect(Date.parse(beganAt) - startedAt).toBe(1_000);
  },

  'tells when the next run is due': async (world, kind) => {
    const due = new Date(Date.now() + 86_400_000).toISOString();
    const sync = addSync(world, kind, { nextExecutionTime: due });
    const handle = await awaiting(world, kind, sync);
    await untilWaiting(handle, inLookingActivity);
    expect(await handle.query<RunProgress>('progress')).toMatchObject({ phase: 'waitingForOther', nextRunAt: due });
    const next = world.emulator.startRun(sync.id);
    expect(await handle.result()).toMatchObject({ executionId: next });
    expectOnlyReads(world, sync);
  },

  'takes the run in progress, which ends later': async (world, kind) => {
    const sync = addSync(world, kind, { script: endedByHand });
    const going = world.emulator.startRun(sync.id);
    const handle = await awaiting(world, kind, sync);
    await untilPhase(handle, 'running');
    expect(await handle.query<RunProgress>('progress')).toMatchObject({ executionId: going, late: false });
    expectOnlyReads(world, sync);
    world.emulator.cancelRun(going);
    expect(await handle.result()).toMatchObject({ executionId: going, outcome: 'completed', attached: true });
    expectOnlyQuestions(world, sync);
  },

  'fails as every run does when that run fails': async (world, kind) => {
    const sync = addSync(world, kind, { script: 'failed' });
    const handle = await awaiting(world, kind, sync);
    const executionId = world.emulator.startRun(sync.id);
    expect(await failureOf(handle)).toMatchObject({
      type: 'polytomic.SyncFailed',
      details: [{ outcome: 'failed', executionId, attached: true, errors: expect.any(Array) }],
    });
    const input = { executionId, onFailure: 'return', errorText: 'omit' };
    const returned = await (await awaiting(world, kind, sync, input)).result();
    expect(returned).toMatchObject({ outcome: 'failed', executionId });
    expect(returned.errors.join('')).toBe('');
    expectOnlyReads(world, sync);
  },

  'tells of a run that somebody cancels': async (world, kind) => {
    const sync = addSync(world, kind, { script: endless });
    const executionId = world.emulator.startRun(sync.id);
    const handle = await awaiting(world, kind, sync);
    await untilPhase(handle, 'running');
    world.emulator.cancelRun(executionId);
    expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.SyncCanceled', details: [{ executionId }] });
  },

  'leaves the run alone when its time is up': async (world, kind) => {
    const sync = addSync(world, kind, { script: endless });
    const executionId = world.emulator.startRun(sync.id);
    const handle = await awaiting(world, kind, sync);
    await untilWaiting(handle);
    await handle.executeUpdate('changeTimeout', { args: ['1 second'] });
    expect(await failureOf(handle)).toMatchObject({
      type: 'polytomic.SyncTimedOut',
      details: [{ outcome: 'timedOut', executionId, attached: true }],
    });
    expectOnlyReads(world, sync);
  },

  'names no run when none came in time': async (world, kind) => {
    const sync = addSync(world, kind);
    await endedRun(world, sync);
    const handle = await awaiting(world, kind, sync, { onFailure: 'return' });
    await untilWaiting(handle, inLookingActivity);
    await handle.executeUpdate('changeTimeout', { args: ['1 second'] });
    expect(await handle.result()).toMatchObject({ outcome: 'timedOut', executionId: null, attached: true });
    expectOnlyReads(world, sync);
  },

  'ends at once as cancelled, whether a run is known or not, and leaves it alone': async (world, kind) => {
    const [quiet, busy] = [addSync(world, kind), addSync(world, kind, { script: endless })];
    world.emulator.startRun(busy.id);
    const handles = await Promise.all([awaiting(world, kind, quiet), awaiting(world, kind, busy)]);
    await Promise.all([untilWaiting(handles[0], inLookingActivity), untilWaiting(handles[1])]);
    for (const handle of handles) {
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    }
    for (const sync of [quiet, busy]) expectOnlyReads(world, sync);
    expect(runsOf(world, busy)).toMatchObject([{ status: 'running' }]);
  },

  'tells that no run came for longer than it should, and goes on': async (world, kind) => {
    const sync = addSync(world, kind);
    const handle = await awaiting(world, kind, sync, { warnAfter: '1 second' });
    await waitUntil(async () => (await handle.query<RunProgress>('progress')).late);
    const next = world.emulator.startRun(sync.id);
    expect(await handle.result()).toMatchObject({ executionId: next });
  },

  'refuses what it cannot do, by name': async (world, kind) => {
    const both = { executionId: 'run', completedAfter: '2026-11-22T10:00:00Z', ifRunning: 'attach' };
    expect(await failureOf(await awaiting(world, kind, addSync(world, kind), both))).toMatchObject({
      type: 'polytomic.InvalidInput',
      message: expect.stringMatching(/ifRunning.*completedAfter.*executionId|completedAfter.*executionId.*ifRunning/),
    });
    const handle = await world.start('awaitSync', { kind, syncId: 'no-such-sync' });
    expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.NotFound' });
    for (const missing of [undefined, null]) {
      const bare = await world.start('awaitSync', missing);
      expect(await failureOf(bare)).toMatchObject({ type: 'polytomic.InvalidInput', details: [[{ field: 'input' }]] });
      const failed = (await eventsOf(bare)).filter((event) => event.workflowTaskFailedEventAttributes);
      expect(failed).toEqual([]);
    }
  },
};

const told = (mode: keyof typeof modes, kind: Kind): Record<string, () => Promise<void>> =>
  Object.fromEntries(Object.entries(stories).map(([name, story]) => [name, () => story(worlds[mode], kind)]));

const inIngestionActivity = 'awaitIngestion';
const caughtUpWithin = '1 minute';

describe('awaiting an ingestion', () => {
  const lagging = (world: World): EmulatorSync => addSync(world, 'bulk', { ingestion: { lagMs: 3_600_000 } });

  sideBySide({
    'goes on until it has caught up, and awaits no run': async () => {
      const world = worlds.replayed;
      const sync = lagging(world);
      const handle = await awaiting(world, 'bulk', sync, { caughtUpWithin });
      await untilWaiting(handle, inIngestionActivity);
      expect(await handle.query<RunProgress>('progress')).toMatchObject({ phase: 'catchingUp', syncId: sync.id });
      await endedRun(world, sync);
      world.emulator.setIngestion(sync.id, { lagMs: 20_000 });
      const result = await handle.result();
      expect(result).toMatchObject({ outcome: 'completed', executionId: null, attached: true, status: null });
      expect(result.ingestion).toMatchObject({ status: 'ok', positionTime: expect.any(String) });
      expect(result.ingestion?.lagMs).toBeLessThanOrEqual(60_000);
      expectOnlyReads(world, sync);
    },

    'ends at once where it has caught up already': async () => {
      const sync = addSync(worlds.cached, 'bulk', { ingestion: {} });
      const input = { kind: 'bulk', syncId: sync.id, caughtUpWithin };
      expect(await worlds.cached.run('awaitSync', input)).toMatchObject({ outcome: 'completed' });
    },

    'obeys timeout and cancellation': async () => {
      const [late, left] = [lagging(worlds.cached), lagging(worlds.cached)];
      const timedOut = await awaiting(worlds.cached, 'bulk', late, { caughtUpWithin, timeout: '3 seconds' });
      const cancelled = await awaiting(worlds.cached, 'bulk', left, { caughtUpWithin });
      await untilWaiting(cancelled, inIngestionActivity);
      await cancelled.cancel();
      await expect(cancelled.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      expect(await failureOf(timedOut)).toMatchObject({
        type: 'polytomic.SyncTimedOut',
        details: [{ outcome: 'timedOut', executionId: null }],
      });
    },

    'names the field where the sync has no ingestion': async () => {
      const world = worlds.cached;
      for (const kind of ['model', 'bulk'] as const) {
        const handle = await awaiting(world, kind, addSync(world, kind), { caughtUpWithin });
        expect(await failureOf(handle)).toMatchObject({
          type: 'polytomic.InvalidInput',
          details: [[{ field: 'caughtUpWithin' }]],
        });
      }
    },
  });
});

describe('awaiting a model sync', () => {
  sideBySide(told('cached', 'model'));
});

describe('with every workflow task replayed from the beginning, awaiting a bulk sync', () => {
  sideBySide(told('replayed', 'bulk'));
});

const lookingFor = (plugin: Fields, sync: ModelSyncSeed = { durationMs: 500 }) => ({
  plugin,
  sync,
  waiting: { workflow: 'awaitSync', input: { kind: 'model' }, activity: inLookingActivity },
});

/** A run that another worker finds is the one that is told of. */
async function expectFound({ emulator, handle, syncId }: ChildStory): Promise<void> {
  const executionId = emulator.startRun(syncId);
  expect(await handle.result()).toMatchObject({ executionId, outcome: 'completed' });
  expectOnlyReads({ emulator }, { id: syncId });
}

describe('looking for a run', () => {
  sideBySide({
    'goes on at another worker when its own is killed with SIGKILL': async () => {
      await onChildWorkers('await-killed', lookingFor({ heartbeatTimeout: '3 seconds' }), async (story) => {
        await story.worker.end('SIGKILL');
        await story.startWorker();
        await expectFound(story);
        const looking = (await activitiesOf(story.handle)).find(({ name }) => name === inLookingActivity);
        expect(looking?.attempt).toBeGreaterThan(1);
      });
    },

    'or for an ingestion survives the death of its worker, and an outage': async () => {
      const story = {
        plugin: { heartbeatTimeout: '3 seconds' },
        sync: { ingestion: { lagMs: 3_600_000 } },
        kind: 'bulk',
        waiting: { workflow: 'awaitSync', input: { kind: 'bulk', caughtUpWithin }, activity: inIngestionActivity },
      } as const;
      await onChildWorkers('await-ingestion', story, async ({ emulator, handle, syncId, worker, startWorker }) => {
        await worker.end('SIGKILL');
        emulator.fault({ operation: 'bulkSync.getStatus', status: 503, times: 2 });
        emulator.setIngestion(syncId, {});
        await startWorker();
        expect(await handle.result()).toMatchObject({ outcome: 'completed', ingestion: { status: 'ok' } });
      });
    },

    'is handed over when its worker stops': async () => {
      await onChildWorkers('await-handed-over', lookingFor({}), async (story) => {
        await story.startWorker();
        expect(await story.worker.end('SIGTERM')).toMatchObject({ code: 0 });
        await expectFound(story);
      });
    },

    'costs the same number of events whether it lasts a moment or 20 seconds': async () => {
      const eventsAfter = async (ms: number): Promise<number> => {
        const sync = addSync(worlds.cached, 'model');
        const handle = await awaiting(worlds.cached, 'model', sync);
        await untilWaiting(handle, inLookingActivity);
        const until = Date.now() + ms;
        await waitUntil(() => Date.now() > until, { everyMs: 100 });
        worlds.cached.emulator.startRun(sync.id);
        await handle.result();
        return (await eventsOf(handle)).length;
      };
      const [moment, long] = await Promise.all([eventsAfter(0), eventsAfter(20_000)]);
      expect(long).toBe(moment);
    },
  });
});
