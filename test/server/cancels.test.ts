import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCancellationMemo } from '../../src/contracts/cancellation';
import type { RunProgress } from '../../src/contracts/progress';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { FaultRequest, LoggedRequest } from '../../src/testing';
import { activitiesOf, timeOf } from './support/history';
import { waitUntil } from './support/harness';
import { sideBySide } from './support/side-by-side';
import { addSync, endedByHand, endRunsOf, kinds, workflowOf } from './support/syncs';
import { userBundle } from './support/user-bundle';
import { failureOf, startWorld, type Handle, type World } from './support/world';

let world: World;
/** Gives up on a confirmation soon. */
let impatient: World;

beforeAll(async () => {
  const worker = { workflowBundle: await userBundle() };
  world = await startWorld('cancels', { emulator: { cancelMs: 400 }, worker });
  impatient = await startWorld('cancels-impatient', { plugin: { cancelTimeout: '2 seconds' }, worker });
});
afterAll(async () => {
  await Promise.all([world.close(), impatient.close()]);
});

/** Each query costs the worker a task, and all tests run at once. */
const patiently = { everyMs: 200 };

const endless = { script: 'neverEnds' } as const;
const unconfirmed = { script: { outcome: 'neverEnds', onCancel: 'never' } } as const;
const cancels = ['modelSync.executions.cancel', 'bulkSync.executions.cancel', 'modelSync.cancel'];

const runsOf = (syncId: string, { emulator } = world) => emulator.executions().filter((run) => run.syncId === syncId);

function requestsOf(syncId: string, operations: readonly string[], { emulator } = world): LoggedRequest[] {
  return emulator
    .requests()
    .filter(({ operation, path }) => operations.includes(operation ?? '') && path.includes(syncId));
}

const hasName = (body: unknown, name: string): boolean => (body as { name?: unknown } | undefined)?.name === name;

const progressOf = (handle: Handle): Promise<RunProgress> => handle.query<RunProgress>('progress');

const changeTimeout = (handle: Handle, timeout: unknown): Promise<string> =>
  handle.executeUpdate<string, [unknown]>('changeTimeout', { args: [timeout] });

async function untilPhase(handle: Handle, phase: RunProgress['phase']): Promise<void> {
  await waitUntil(async () => (await progressOf(handle)).phase === phase, patiently);
}

/** Cancels it and waits for its end; answers what it could not confirm. */
async function cancel(handle: Handle): Promise<unknown> {
  await handle.cancel();
  return endOfCancelled(handle);
}

async function endOfCancelled(handle: Handle): Promise<unknown> {
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  const { status, memo } = await handle.describe();
  expect(status.name).toBe('CANCELLED');
  return memo?.[openCancellationMemo];
}

describe('a cancellation', () => {
  // Alone, so that nothing but our own way to Polytomic takes time.
  it.each(kinds)('reaches a %s execution within two seconds and ends once Polytomic has confirmed it', async (kind) => {
    const sync = addSync(world, kind, endless);
    const handle = await world.start(workflowOf[kind], { syncId: sync.id });
    await untilPhase(handle, 'running');
    await cancel(handle);
    const [run, ...others] = runsOf(sync.id);
    expect(others).toEqual([]);
    const asked = await timeOf(handle, 'workflowExecutionCancelRequestedEventAttributes');
    const closed = await timeOf(handle, 'workflowExecutionCanceledEventAttributes');
    const [request, ...repeated] = requestsOf(sync.id, cancels);
    expect(request).toMatchObject({ operation: `${kind}Sync.executions.cancel`, status: 200 });
    expect(repeated).toEqual([]);
    expect((request?.at ?? Infinity) - asked).toBeLessThan(2_000);
    expect(run?.status).toBe('canceled');
    expect(run?.completedAt).toBeLessThanOrEqual(closed);
  });

  it('reaches Polytomic within two seconds though reads of the run hang', async () => {
    const sync = world.emulator.addModelSync(endless);
    const handle = await world.start('runModelSync', { syncId: sync.id });
    await untilPhase(handle, 'running');
    const path = new RegExp(`/api/syncs/${sync.id}/executions/[^/]+$`);
    const slow = world.emulator.fault({ method: 'GET', path, delayMs: 4_000, forMs: 1_500 });
    await cancel(handle);
    expect(slow.hits).toBeGreaterThan(0);
    const asked = await timeOf(handle, 'workflowExecutionCancelRequestedEventAttributes');
    const [request] = requestsOf(sync.id, cancels);
    expect((request?.at ?? Infinity) - asked).toBeLessThan(2_000);
    expect(runsOf(sync.id)).toMatchObject([{ status: 'canceled' }]);
  });

  it('ends at once while Polytomic does not even answer the first read', async () => {
    const sync = world.emulator.addModelSync();
    const outage = world.emulator.fault({ path: `/api/syncs/${sync.id}`, outage: true });
    const handle = await world.start('runModelSync', { syncId: sync.id });
    await waitUntil(() => outage.hits > 1, patiently);
    await cancel(handle);
    const asked = await timeOf(handle, 'workflowExecutionCancelRequestedEventAttributes');
    const closed = await timeOf(handle, 'workflowExecutionCanceledEventAttributes');
    expect(closed - asked).toBeLessThan(2_000);
    expect(runsOf(sync.id)).toEqual([]);
  });
});

describe('cancelling a workflow', () => {
  sideBySide({
    'sends nothing to Polytomic with onCancel leaveRunning': async () => {
      const sync = world.emulator.addModelSync(endless);
      const handle = await world.start('runModelSync', { syncId: sync.id, onCancel: 'leaveRunning' });
      await untilPhase(handle, 'running');
      await cancel(handle);
      expect(requestsOf(sync.id, cancels)).toEqual([]);
      const [run] = runsOf(sync.id);
      expect(run?.status).toBe('running');
      expect(await progressOf(handle)).toMatchObject({ phase: 'ended', executionId: run?.id });
    },

    'never cancels a run that it attached to': async () => {
      const sync = world.emulator.addModelSync(endless);
      const foreign = world.emulator.startRun(sync.id);
      const handle = await world.start('runModelSync', { syncId: sync.id, ifRunning: 'attach' });
      await untilPhase(handle, 'running');
      // Not even a read: the workflow ends at once, also while Polytomic is away.
      world.emulator.fault({ path: new RegExp(sync.id), outage: true });
      await cancel(handle);
      expect(requestsOf(sync.id, cancels)).toEqual([]);
      expect((await activitiesOf(handle)).map(({ name }) => name)).toEqual(['prepareRuns', 'awaitExecutions']);
      expect(runsOf(sync.id)).toMatchObject([{ id: foreign, status: 'running' }]);
    },

    "cancels nothing while it waits for somebody else's run": async () => {
      const sync = world.emulator.addModelSync(endless);
      const foreign = world.emulator.startRun(sync.id);
      const handle = await world.start('runModelSync', { syncId: sync.id });
      await untilPhase(handle, 'waitingForOther');
      await cancel(handle);
      expect(requestsOf(sync.id, [...cancels, 'modelSync.start'])).toEqual([]);
      expect(runsOf(sync.id)).toMatchObject([{ id: foreign, status: 'running' }]);
    },

    'finds and cancels the run whose start has not answered yet and then loses its answer': async () => {
      const sync = world.emulator.addModelSync(endless);
      const path = `/api/syncs/${sync.id}/executions`;
      world.emulator.fault({ operation: 'modelSync.start', path, drop: 'after', delayMs: 2_000 });
      const handle = await world.start('runModelSync', { syncId: sync.id });
      await waitUntil(() => runsOf(sync.id).length > 0, patiently);
      await cancel(handle);
      expect(runsOf(sync.id)).toMatchObject([{ status: 'canceled' }]);
      expect(requestsOf(sync.id, ['modelSync.start'])).toMatchObject([{ status: 'dropped' }]);
    },

    'finds and cancels the run whose start answers nothing but errors': async () => {
      const sync = world.emulator.addBulkSync(endless);
      const path = `/api/bulk/syncs/${sync.id}/executions`;
      const bad = { path, status: 502, times: Infinity } as const;
      const starts = world.emulator.fault({ ...bad, operation: 'bulkSync.start', effect: true });
      // From the first start on: what read the list before it answers found no run, what reads it after finds the run.
      const lists = world.emulator.fault({
        ...bad,
        operation: 'bulkSync.executions.list',
        when: () => starts.hits > 0,
      });
      const handle = await world.start('runBulkSync', { syncId: sync.id });
      await waitUntil(() => lists.hits > 0, patiently);
      await handle.cancel();
      await untilPhase(handle, 'cancelling');
      const inVain = lists.hits;
      await waitUntil(() => lists.hits > inVain, patiently);
      lists.remove();
      await endOfCancelled(handle);
      expect(runsOf(sync.id)).toMatchObject([{ status: 'canceled' }]);
    },

    'starts nothing when it comes while the sync is being created': async () => {
      const target = { connection_id: world.emulator.addConnection().id };
      const sync = { name: 'Cancelled early', mode: 'create', fields: [{ target: 'name' }], schedule: {}, target };
      const create = { operation: 'modelSync.create', when: ({ body }: FaultRequest) => hasName(body, sync.name) };
      const slow = world.emulator.fault({ ...create, delayMs: 2_000 });
      const handle = await world.start('createAndRunModelSync', { sync });
      await waitUntil(() => slow.hits > 0, patiently);
      await cancel(handle);
      const created = world.emulator.requests().filter(({ body }) => hasName(body, sync.name));
      expect(created).toMatchObject([{ operation: 'modelSync.create', status: 200 }]);
      expect((await progressOf(handle)).executionId).toBeUndefined();
    },

    'reaches the run that re-runs failed schemas': async () => {
      const nextScripts = ['oneSchemaFailed', 'neverEnds'] as const;
      const sync = world.emulator.addBulkSync({ nextScripts, durationMs: 300 });
      const handle = await world.start('runBulkSync', { syncId: sync.id, retryFailedSchemas: 1 });
      await waitUntil(() => runsOf(sync.id).length > 1, patiently);
      await cancel(handle);
      expect(runsOf(sync.id)).toMatchObject([{ status: 'completed' }, { status: 'canceled' }]);
    },

    'ends within the bound when Polytomic never confirms, and progress tells how the run was seen last': async () => {
      const sync = impatient.emulator.addModelSync(unconfirmed);
      const handle = await impatient.start('runModelSync', { syncId: sync.id });
      await untilPhase(handle, 'running');
      const open = await cancel(handle);
      const executionId = runsOf(sync.id, impatient)[0]?.id;
      expect(await progressOf(handle)).toMatchObject({ phase: 'ended', executionId, status: 'canceling' });
      expect(open).toEqual({ unconfirmed: [{ syncId: sync.id, executionId }] });
      const asked = await timeOf(handle, 'workflowExecutionCancelRequestedEventAttributes');
      const closed = await timeOf(handle, 'workflowExecutionCanceledEventAttributes');
      expect(closed - asked).toBeGreaterThan(1_900);
      expect(closed - asked).toBeLessThan(10_000);
    },
  });
});

describe('a workflow that runs out of time', () => {
  /** Its time is up only once it has come to a phase, however slow the machine is. */
  async function startTimedOut(
    input: Record<string, unknown>,
    { at = world, phase = 'running' }: { at?: World; phase?: RunProgress['phase'] } = {},
  ): Promise<Handle> {
    const handle = await at.start('runModelSync', input);
    await untilPhase(handle, phase);
    await changeTimeout(handle, '1 second');
    return handle;
  }

  const timedOut = async (...[input, where]: Parameters<typeof startTimedOut>): Promise<SyncRunResult> =>
    (await startTimedOut({ onFailure: 'return', ...input }, where)).result();

  sideBySide({
    'reads the run once more, then cancels it and waits for the confirmation': async () => {
      const sync = world.emulator.addModelSync(endless);
      const failure = await failureOf(await startTimedOut({ syncId: sync.id }));
      const [run] = runsOf(sync.id);
      expect(failure).toMatchObject({
        type: 'polytomic.SyncTimedOut',
        details: [{ outcome: 'timedOut', executionId: run?.id, status: 'canceled', cancelConfirmed: true }],
      });
      const last = requestsOf(sync.id, ['modelSync.executions.get', ...cancels]).map(({ operation }) => operation);
      const cancelled = last.indexOf('modelSync.executions.cancel');
      expect(last[cancelled - 1]).toBe('modelSync.executions.get');
      expect(run?.status).toBe('canceled');
    },

    "is completed when the run completes in time's shadow": async () => {
      const sync = world.emulator.addModelSync({ script: { outcome: 'neverEnds', onCancel: 'complete' } });
      const result = await timedOut({ syncId: sync.id });
      expect(result).toMatchObject({ outcome: 'completed', status: 'completed' });
      expect(requestsOf(sync.id, cancels)).toHaveLength(1);
    },

    'cancels nothing with onTimeout leaveRunning': async () => {
      const sync = world.emulator.addModelSync(endless);
      const result = await timedOut({ syncId: sync.id, onTimeout: 'leaveRunning' });
      expect(result).toMatchObject({ outcome: 'timedOut', status: 'running' });
      expect(result).not.toHaveProperty('cancelConfirmed');
      expect(requestsOf(sync.id, cancels)).toEqual([]);
      expect(runsOf(sync.id)).toMatchObject([{ status: 'running' }]);
    },

    'never cancels a run that it attached to': async () => {
      const sync = world.emulator.addModelSync(endless);
      const foreign = world.emulator.startRun(sync.id);
      const result = await timedOut({ syncId: sync.id, ifRunning: 'attach' });
      expect(result).toMatchObject({ outcome: 'timedOut', attached: true, executionId: foreign });
      expect(requestsOf(sync.id, cancels)).toEqual([]);
    },

    "names somebody else's run that it waited for, and leaves it alone": async () => {
      const sync = world.emulator.addModelSync(endless);
      const foreign = world.emulator.startRun(sync.id);
      const result = await timedOut({ syncId: sync.id }, { phase: 'waitingForOther' });
      expect(result).toMatchObject({ outcome: 'timedOut', attached: false, executionId: foreign });
      expect(requestsOf(sync.id, [...cancels, 'modelSync.start'])).toEqual([]);
    },

    'has started nothing when Polytomic never answered': async () => {
      const sync = world.emulator.addModelSync();
      world.emulator.fault({ path: `/api/syncs/${sync.id}`, outage: true });
      const input = { syncId: sync.id, timeout: '2 seconds', onFailure: 'return' };
      const result = await world.run('runModelSync', input);
      const reason = expect.stringContaining('nothing could be read: modelSync.get');
      expect(result).toMatchObject({ outcome: 'timedOut', executionId: null, reason });
      expect(runsOf(sync.id)).toEqual([]);
    },

    'tells both runs when it happens while failed schemas are run again': async () => {
      const nextScripts = ['oneSchemaFailed', 'neverEnds'] as const;
      const sync = world.emulator.addBulkSync({ nextScripts, durationMs: 300 });
      const input = { syncId: sync.id, retryFailedSchemas: 1, timeout: '15 seconds', onFailure: 'return' };
      const result = await world.run('runBulkSync', input);
      const [first, second] = runsOf(sync.id);
      expect(second).toMatchObject({ status: 'canceled', options: { schemas: ['public.users'] } });
      expect(result).toMatchObject({
        outcome: 'timedOut',
        executionId: second?.id,
        executions: [first?.id, second?.id],
        cancelConfirmed: true,
      });
    },

    'tells that the cancel was not confirmed within the bound': async () => {
      const sync = impatient.emulator.addModelSync(unconfirmed);
      const result = await timedOut({ syncId: sync.id }, { at: impatient });
      expect(result).toMatchObject({ outcome: 'timedOut', status: 'canceling', cancelConfirmed: false });
    },
  });
});

describe('an end that the wait could not see', () => {
  let paused: World;
  beforeAll(async () => {
    paused = await startWorld('cancels-paused');
  });
  afterAll(async () => paused.close());

  sideBySide({
    'is found by the last read when the time runs out, and nothing is cancelled': async () => {
      const sync = paused.emulator.addModelSync({ script: endedByHand });
      const operation = ['modelSync.executions.get'];
      const pause = paused.emulator.fault({ operation, status: 429, retryAfter: 60 });
      const handle = await paused.start('runModelSync', { syncId: sync.id });
      await waitUntil(() => pause.hits > 0, patiently);
      endRunsOf(paused, sync);
      await changeTimeout(handle, '1 second');
      const result = await handle.result();
      expect(pause.hits).toBe(1);
      expect(result).toMatchObject({ outcome: 'completed', executionId: runsOf(sync.id, paused)[0]?.id });
      expect(requestsOf(sync.id, cancels, paused)).toEqual([]);
    },
  });
});

describe("an inline run in a user's workflow", () => {
  sideBySide({
    'throws a CancelledFailure that tells what became of the run': async () => {
      const sync = world.emulator.addModelSync(endless);
      const handle = await world.start('catchCancellation', { syncId: sync.id });
      await waitUntil(() => runsOf(sync.id).length > 0, patiently);
      await handle.cancel();
      expect(await handle.result()).toEqual({
        isCancelledFailure: true,
        details: [{ executionId: runsOf(sync.id)[0]?.id, cancelConfirmed: true, status: 'canceled' }],
      });
    },

    'says in that failure when Polytomic did not confirm the cancel': async () => {
      const sync = impatient.emulator.addModelSync(unconfirmed);
      const handle = await impatient.start('catchCancellation', { syncId: sync.id });
      await waitUntil(() => runsOf(sync.id, impatient).length > 0, patiently);
      await handle.cancel();
      const problem: unknown = expect.stringContaining('not seen to end within 2000 ms');
      expect(await handle.result()).toMatchObject({ details: [{ cancelConfirmed: false, problem }] });
    },

    'runs to its end where a cancelled workflow cleans up, in a scope that is not cancellable': async () => {
      const sync = world.emulator.addModelSync({ durationMs: 3_000 });
      const handle = await world.start('cleanUp', { syncId: sync.id });
      await handle.cancel();
      expect(await handle.result()).toMatchObject({ outcome: 'completed', executionId: runsOf(sync.id)[0]?.id });
      expect(requestsOf(sync.id, cancels)).toEqual([]);
      const spec = { name: 'cleaned-up', connections: {} };
      const applying = await world.start('applyToCleanUp', { spec });
      await applying.cancel();
      expect(await applying.result()).toMatchObject({ resources: {} });
    },

    'is cancelled alone when only its own scope is': async () => {
      const [first, second] = [
        world.emulator.addModelSync(endless),
        world.emulator.addModelSync({ durationMs: 3_000 }),
      ];
      const handle = await world.client.workflow.start('cancelFirst', {
        args: [{ syncId: first.id }, { syncId: second.id }],
        taskQueue: world.taskQueue,
        workflowId: `cancel-first-${first.id}`,
      });
      expect(await handle.result()).toMatchObject({
        first: { isCancelledFailure: true, details: [{ cancelConfirmed: true }] },
        second: { outcome: 'completed' },
      });
      expect(runsOf(first.id)).toMatchObject([{ status: 'canceled' }]);
      expect(runsOf(second.id)).toMatchObject([{ status: 'completed' }]);
      expect(requestsOf(second.id, cancels)).toEqual([]);
    },
  });
});

describe('a run that is watched from outside', () => {
  sideBySide({
    'ends sooner when changeTimeout shortens its time': async () => {
      const sync = world.emulator.addModelSync(endless);
      const handle = await world.start('runModelSync', { syncId: sync.id });
      await untilPhase(handle, 'running');
      const until = await changeTimeout(handle, '1 second');
      expect(Date.parse(until)).toBeLessThan(Date.now() + 1_000);
      expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.SyncTimedOut' });
      expect(runsOf(sync.id)).toMatchObject([{ status: 'canceled' }]);
    },

    'outlives its first timeout when changeTimeout lengthens it': async () => {
      const sync = world.emulator.addModelSync(endless);
      const overAt = Date.now() + 20_000;
      const handle = await world.start('runModelSync', { syncId: sync.id, timeout: '20 seconds' });
      await untilPhase(handle, 'running');
      const until = await changeTimeout(handle, 'PT1H');
      expect(Date.parse(until)).toBeGreaterThan(overAt + 1_800_000);
      await waitUntil(() => Date.now() > overAt + 1_000);
      expect(await progressOf(handle)).toMatchObject({ phase: 'running' });
      expect(requestsOf(sync.id, cancels)).toEqual([]);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    },

    'refuses nonsense in changeTimeout, saying what it expects, and goes on': async () => {
      const sync = world.emulator.addModelSync(endless);
      const handle = await world.start('runModelSync', { syncId: sync.id });
      await untilPhase(handle, 'running');
      for (const nonsense of ['soon', '', -5, 0, null, undefined, {}]) {
        await expect(changeTimeout(handle, nonsense)).rejects.toMatchObject({
          cause: {
            type: 'polytomic.InvalidInput',
            message: expect.stringMatching(/changeTimeout: expected a duration above zero/),
            details: [[expect.objectContaining({ field: 'timeout' })]],
          },
        });
      }
      expect(await progressOf(handle)).toMatchObject({ phase: 'running' });
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    },

    'refuses changeTimeout once the time is up': async () => {
      const sync = impatient.emulator.addModelSync(unconfirmed);
      const handle = await impatient.start('runModelSync', { syncId: sync.id });
      await untilPhase(handle, 'running');
      await changeTimeout(handle, '1 second');
      await untilPhase(handle, 'cancelling');
      await expect(changeTimeout(handle, '1 hour')).rejects.toMatchObject({
        cause: { message: expect.stringContaining('the time is up') },
      });
      expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.SyncTimedOut' });
    },

    'answers progress while it runs and after its end': async () => {
      const sync = world.emulator.addModelSync({ script: endedByHand });
      const handle = await world.start('runModelSync', { syncId: sync.id });
      await untilPhase(handle, 'running');
      const executionId = runsOf(sync.id)[0]?.id ?? '';
      expect(await progressOf(handle)).toMatchObject({ syncId: sync.id, executionId, late: false });
      world.emulator.cancelRun(executionId);
      await handle.result();
      const ended = { phase: 'ended', syncId: sync.id, executionId, status: 'completed', late: false };
      expect(await progressOf(handle)).toMatchObject(ended);
    },

    'is told as late after warnAfter, and goes on to its end': async () => {
      const sync = world.emulator.addModelSync({ durationMs: 15_000 });
      const handle = await world.start('runModelSync', { syncId: sync.id, warnAfter: '1 second' });
      await waitUntil(async () => (await progressOf(handle)).late, patiently);
      expect(await progressOf(handle)).toMatchObject({ phase: 'running' });
      expect(await handle.result()).toMatchObject({ outcome: 'completed' });
      expect(runsOf(sync.id)).toHaveLength(1);
    },
  });
});
