/** `prepareAwaitSync` and `awaitNextRun`. */
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { MockActivityEnvironment } from '@temporalio/testing';
import type { AwaitNextRunRequest, PreparedAwaitSync } from '../../../src/contracts/await-sync';
import { resultOf } from '../../../src/rules/result-of';
import { waitUntil } from '../../server/support/wait-until';
import { activitiesOnEmulator, failureOf } from './support/activities-on-emulator';
import { attemptAfter } from './support/perform';

const noReason = { notFound: false, cancelRequested: false, paused: false, timedOut: false, reset: false };

/** Temporal as it describes the workflow that awaits these activities. */
function clientThatTells(pendingActivities: object[]): Client {
  const handle = { describe: () => Promise.resolve({ raw: { pendingActivities } }) };
  const within = (_limit: unknown, work: () => Promise<unknown>): Promise<unknown> => work();
  return { withAbortSignal: within, withDeadline: within, workflow: { getHandle: () => handle } } as unknown as Client;
}

function lookFor(syncId: string, more: Partial<AwaitNextRunRequest> = {}): AwaitNextRunRequest {
  const endedAfter = new Date().toISOString();
  return { organization: 'default', kind: 'bulk', syncId, endedAfter, inProgress: [], deadline: null, ...more };
}

describe('prepareAwaitSync', () => {
  const prepare = (input: unknown, beganAt = Date.now()): object => ({
    input,
    beganAt: new Date(beganAt).toISOString(),
  });

  it("answers what is true of the sync, and Polytomic's time to the millisecond", async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync({ name: 'CRM' });
    const running = emulator.startRun(syncId, { script: 'neverEnds' });
    const [asked, request] = [Date.now(), prepare({ kind: 'model', syncId, executionId: 'run' }, Date.now() - 5_000)];
    const prepared = (await perform('prepareAwaitSync', request)) as PreparedAwaitSync;
    expect(prepared).toMatchObject({
      ...{ kind: 'model', syncIds: [syncId], executionId: 'run', completedAfter: null, expired: false },
      syncs: [{ syncId, name: 'CRM', running: { executionId: running } }],
    });
    expect(Date.parse(prepared.serverTime)).toBeGreaterThanOrEqual(asked);
    expect(Date.parse(prepared.serverTime)).toBeLessThanOrEqual(Date.now());
    expect(prepared.serverTimeLagMs).toBeGreaterThanOrEqual(5_000);
  });

  it('knows how late it is by Temporal’s clock, where its own is an hour behind', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const began = Date.now() + 3_600_000;
    const info = { currentAttemptScheduledTimestampMs: began + 60_000 };
    const prepared = await perform('prepareAwaitSync', prepare({ kind: 'model', syncId }, began), { info });
    expect((prepared as PreparedAwaitSync).serverTimeLagMs).toBeGreaterThanOrEqual(60_000);
  });

  it('counts the time in the queue by Temporal’s clock, where its own is an hour behind', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const began = Date.now() + 3_600_000;
    const info = { activityId: '7', currentAttemptScheduledTimestampMs: began };
    const lastStartedTime = { seconds: Math.ceil(began / 1_000) + 60, nanos: 0 };
    const client = clientThatTells([{ activityId: '6' }, { activityId: '7', lastStartedTime }]);
    const prepared = await perform('prepareAwaitSync', prepare({ kind: 'model', syncId }, began), { info, client });
    const { serverTimeLagMs } = prepared as PreparedAwaitSync;
    expect(serverTimeLagMs).toBeGreaterThanOrEqual(60_000);
    expect(serverTimeLagMs).toBeLessThan(70_000);
  });

  const due = new Date(Date.now() + 86_400_000).toISOString();

  it.each(['model', 'bulk'] as const)('tells when the next run of a %s sync is due', async (kind) => {
    const { emulator, perform } = await activitiesOnEmulator();
    const add = (nextExecutionTime?: string): string => {
      const seed = nextExecutionTime === undefined ? {} : { nextExecutionTime };
      return (kind === 'model' ? emulator.addModelSync(seed) : emulator.addBulkSync(seed)).id;
    };
    expect(await perform('prepareAwaitSync', prepare({ kind, syncId: add(due) }))).toMatchObject({ nextRunAt: due });
    for (const time of [undefined, 'soon', '0001-01-01T00:00:00Z', new Date(Date.now() - 60_000).toISOString()]) {
      const prepared = await perform('prepareAwaitSync', prepare({ kind, syncId: add(time) }));
      expect(prepared).not.toHaveProperty('nextRunAt');
    }
    const named = prepare({ kind, syncId: add(due), executionId: 'run' });
    expect(await perform('prepareAwaitSync', named)).not.toHaveProperty('nextRunAt');
  });

  it('begins without that time where it cannot be read', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addBulkSync({ nextExecutionTime: due });
    emulator.fault({ operation: 'bulkSync.getStatus', status: 500 });
    const prepared = await perform('prepareAwaitSync', prepare({ kind: 'bulk', syncId }));
    expect(prepared).toMatchObject({ syncs: [{ syncId }] });
    expect(prepared).not.toHaveProperty('nextRunAt');
  });

  it('refuses to wait for an ingestion that is not there, by the name of the field', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const caughtUpWithin = '1 minute';
    const { id } = emulator.addBulkSync({ ingestion: {} });
    const request = prepare({ kind: 'bulk', syncId: id, caughtUpWithin });
    expect(await perform('prepareAwaitSync', request)).toMatchObject({ caughtUpWithinMs: 60_000, executionId: null });
    for (const [ingestion, message] of [
      [null, 'reports no ingestion'],
      [{ enabled: false }, 'is off'],
    ] as const) {
      emulator.setIngestion(id, ingestion);
      expect(await failureOf(perform('prepareAwaitSync', request))).toMatchObject({
        ...{ type: 'polytomic.InvalidInput', nonRetryable: true },
        details: [[{ field: 'caughtUpWithin', message: expect.stringContaining(message) }]],
      });
    }
    const reads = ['bulkSync.get', 'bulkSync.executions.list', 'bulkSync.executions.get'];
    const refused = await activitiesOnEmulator({ plugin: { operations: reads } });
    const failure = await failureOf(refused.perform('prepareAwaitSync', request));
    expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', message: expect.stringContaining('getStatus') });
    expect(resultOf(failure)).toMatchObject({ syncId: id, executionId: null, attached: true, outcome: 'failed' });
  });

  it('tells at once where there is no such sync', async () => {
    const { perform } = await activitiesOnEmulator();
    const prepared = await perform('prepareAwaitSync', prepare({ kind: 'bulk', syncId: 'none' }));
    const refusal = { type: 'polytomic.NotFound', nonRetryable: true };
    expect(prepared).toMatchObject({ refusal, syncIds: ['none'], syncs: [], expired: false });
  });

  it('names the bad fields', async () => {
    const { perform } = await activitiesOnEmulator();
    const failure = await failureOf(perform('prepareAwaitSync', prepare({ kind: 'bulk', syncid: 'lake' })));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect((failure.details?.[0] as { field: string }[]).map(({ field }) => field)).toEqual(['syncId', 'syncid']);
  });

  it("reads nothing once the workflow's timeout has passed", async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const request = prepare({ kind: 'bulk', syncId: emulator.addBulkSync().id, timeout: '1 minute' });
    const info = attemptAfter(61_000);
    expect(await perform('prepareAwaitSync', request, { info })).toMatchObject({ expired: true, syncs: [] });
    expect(emulator.requests()).toEqual([]);
  });

  it.each(['prepareAwaitSync', 'awaitNextRun'])("%s needs no more than the owner's leave to read", async (name) => {
    const reads = ['bulkSync.get', 'bulkSync.executions.list', 'bulkSync.executions.get'];
    const allowed = await activitiesOnEmulator({ plugin: { operations: reads } });
    const { id: syncId } = allowed.emulator.addBulkSync();
    const inputs = {
      prepareAwaitSync: prepare({ kind: 'bulk', syncId }),
      awaitNextRun: lookFor(syncId, { deadline: new Date().toISOString() }),
    };
    const input = inputs[name as keyof typeof inputs];
    await allowed.perform(name, input);
    const refused = await activitiesOnEmulator({ plugin: { operations: reads.slice(1) } });
    expect(await failureOf(refused.perform(name, input))).toMatchObject({ type: 'polytomic.NotAllowed' });
  });
});

describe('awaitNextRun', () => {
  it('answers the run in progress, without its shape', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addBulkSync();
    const executionId = emulator.startRun(syncId, { script: 'neverEnds' });
    const answer = await perform('awaitNextRun', lookFor(syncId));
    expect(answer).toMatchObject({
      found: { executionId, status: expect.any(String), ended: false, createdAt: expect.any(String) },
    });
    expect(answer).not.toHaveProperty('found.shape');
  });

  it('looks as far back as it takes', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    const executions = Array.from({ length: 45 }, (_, index) => ({
      ...{ id: `run-${index}`, status: 'completed' },
      ...{ created_at: at(2 * index), started_at: at(2 * index), completed_at: at(2 * index + 1) },
    }));
    const { id: syncId } = emulator.addBulkSync({ executions });
    const found = await perform('awaitNextRun', lookFor(syncId, { endedAfter: at(11) }));
    expect(found).toMatchObject({ found: { executionId: 'run-6', ended: true } });
  });

  it('answers nothing at its deadline', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const deadline = new Date(Date.now() + 100).toISOString();
    const request = lookFor(emulator.addBulkSync().id, { deadline });
    expect(await perform('awaitNextRun', request)).toEqual({ found: null });
  });

  it('ends with the cancellation when it is cancelled', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const onStart = (environment: MockActivityEnvironment): void => void setImmediate(() => environment.cancel());
    const looking = perform('awaitNextRun', lookFor(emulator.addBulkSync().id), { onStart });
    await expect(looking).rejects.toMatchObject({ name: 'CancelledFailure' });
  });

  it('hands itself over at once when its worker stops, and tells since when it is refused', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ plugin: { heartbeatTimeout: '1 second' } });
    emulator.setKeys(['rotated']);
    const heartbeats: { search?: { v: number; refusedForMs: number | null } }[] = [];
    const onStart = (environment: MockActivityEnvironment): void =>
      void waitUntil(() => heartbeats.some(({ search }) => typeof search?.refusedForMs === 'number')).then(() =>
        environment.cancel('WORKER_SHUTDOWN', { ...noReason, workerShutdown: true }),
      );
    const looking = perform('awaitNextRun', lookFor(emulator.addBulkSync().id), { onStart, heartbeats });
    expect(await failureOf(looking)).toMatchObject({ type: 'polytomic.Unavailable', nextRetryDelay: '1ms' });
    expect(heartbeats.at(-1)?.search).toEqual({ v: 2, waitedMs: expect.any(Number), refusedForMs: expect.any(Number) });
  });

  it('ends when another worker was refused for ten minutes and it is too', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    emulator.setKeys(['rotated']);
    const heartbeatDetails = { search: { v: 2, waitedMs: 601_000, refusedForMs: 601_000 } };
    const looking = perform('awaitNextRun', lookFor(emulator.addBulkSync().id), { info: { heartbeatDetails } });
    expect(await failureOf(looking)).toMatchObject({ type: 'polytomic.Unauthorized', nonRetryable: true });
  });

  it.each([undefined, null, 'x', { search: { v: 1, denied: 1 } }, { search: { v: 2, refusedForMs: 'x' } }])(
    'takes %j from a worker of another version for nothing',
    async (heartbeatDetails) => {
      const { emulator, perform } = await activitiesOnEmulator();
      const { id: syncId } = emulator.addBulkSync();
      const executionId = emulator.startRun(syncId, { script: 'neverEnds' });
      const answer = await perform('awaitNextRun', lookFor(syncId), { info: { heartbeatDetails } });
      expect(answer).toMatchObject({ found: { executionId } });
    },
  );
});

describe('awaitIngestion', () => {
  const request = (syncId: string, more: object = {}) => {
    return { organization: 'default', syncId, withinMs: 60_000, waitForMs: null, ...more };
  };

  it('answers how far the ingestion was when it had caught up, and nothing when its time is up', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addBulkSync({ ingestion: { lagMs: 30_000 } });
    expect(await perform('awaitIngestion', request(id))).toEqual({
      caughtUp: { status: 'ok', positionTime: expect.any(String), lagMs: expect.any(Number) },
    });
    emulator.setIngestion(id, { lagMs: 90_000 });
    expect(await perform('awaitIngestion', request(id, { waitForMs: 100 }))).toEqual({ caughtUp: null });
  });

  it('hands itself over at once when its worker stops, and goes on where it was', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ plugin: { heartbeatTimeout: '1 second' } });
    const { id } = emulator.addBulkSync({ ingestion: { lagMs: 90_000 } });
    const heartbeats: { search?: { waitedMs: number } }[] = [];
    const onStart = (environment: MockActivityEnvironment): void =>
      void waitUntil(() => heartbeats.length > 0).then(() =>
        environment.cancel('WORKER_SHUTDOWN', { ...noReason, workerShutdown: true }),
      );
    const waiting = perform('awaitIngestion', request(id), { onStart, heartbeats });
    expect(await failureOf(waiting)).toMatchObject({ type: 'polytomic.Unavailable', nextRetryDelay: '1ms' });
    const heartbeatDetails = heartbeats.at(-1);
    expect(heartbeatDetails?.search?.waitedMs).toBeGreaterThan(0);
    const next = perform('awaitIngestion', request(id, { waitForMs: 1 }), { info: { heartbeatDetails } });
    expect(await next).toEqual({ caughtUp: null });
  });

  it('ends with the cancellation when it is cancelled', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addBulkSync({ ingestion: { lagMs: 90_000 } });
    const onStart = (environment: MockActivityEnvironment): void => void setImmediate(() => environment.cancel());
    const waiting = perform('awaitIngestion', request(id), { onStart });
    await expect(waiting).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});
