/** `awaitExecutions`, `cancelExecutions` and `listSyncs`. */
import { describe, expect, it } from '@jest/globals';
import type { MockActivityEnvironment } from '@temporalio/testing';
import type { CancelledItem } from '../../../src/contracts/starts';
import type { AwaitExecutionsRequest } from '../../../src/contracts/waits';
import type { ListedSyncs } from '../../../src/contracts/list-syncs';
import { waitUntil } from '../../server/support/wait-until';
import { activitiesOnEmulator, failureOf } from './support/activities-on-emulator';

type Awaited = Omit<AwaitExecutionsRequest['executions'][number], 'kind' | 'createdAt' | 'usual'>;

function waitFor(executions: Awaited[], more: Partial<AwaitExecutionsRequest> = {}): AwaitExecutionsRequest {
  return {
    organization: 'default',
    waiter: 'test',
    executions: executions.map((one) => ({ ...one, kind: 'model', createdAt: null, usual: null })),
    deadline: null,
    lingerMs: 0,
    upNext: [],
    ...more,
  };
}

describe('awaitExecutions', () => {
  it('returns once a run has ended, as read by its id, with what is next', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const next = emulator.addModelSync({ name: 'Next' });
    const executionId = emulator.startRun(syncId);
    const request = waitFor([{ syncId, executionId }], { upNext: [{ kind: 'model', syncId: next.id }] });
    expect(await perform('awaitExecutions', request)).toMatchObject({
      settled: [{ state: 'ended', execution: { executionId, ending: 'completed' } }],
      upNext: [{ syncId: next.id, name: 'Next' }],
    });
  });

  it.each([401, 403, 404, 400, 503])('tells of the end though what is next is answered with %i', async (status) => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const executionId = emulator.startRun(syncId);
    emulator.fault({ operation: 'modelSync.get', status });
    const upNext = [{ kind: 'model' as const, syncId }];
    expect(await perform('awaitExecutions', waitFor([{ syncId, executionId }], { upNext }))).toMatchObject({
      settled: [{ state: 'ended', execution: { executionId, ending: 'completed' } }],
      upNext: [],
      failedBefores: [{ syncId, failure: { nonRetryable: status !== 503 } }],
    });
  });

  it('returns with nothing after its time, less what earlier attempts waited', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const executionId = emulator.startRun(syncId, { script: 'neverEnds' });
    const heartbeatDetails = { checkpoint: { v: 3, waitedMs: 3_600_000, executions: {} } };
    const request = waitFor([{ syncId, executionId }], { waitForMs: 3_600_100 });
    expect(await perform('awaitExecutions', request, { info: { heartbeatDetails } })).toEqual({
      settled: [],
      upNext: [],
    });
  });

  it('returns with nothing at its deadline', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const executionId = emulator.startRun(syncId, { script: 'neverEnds' });
    const deadline = new Date(Date.now() + 100).toISOString();
    expect(await perform('awaitExecutions', waitFor([{ syncId, executionId }], { deadline }))).toEqual({
      settled: [],
      upNext: [],
    });
  });

  it('leaves out the words of messages where none are wanted', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync({ script: 'failed' });
    const executionId = emulator.startRun(syncId);
    const answer = await perform('awaitExecutions', waitFor([{ syncId, executionId }], { errorText: 'omit' }));
    expect(answer).toMatchObject({ settled: [{ execution: { ending: 'failed', errors: [''] } }] });
  });

  it('ends with the cancellation when it is cancelled', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const executionId = emulator.startRun(syncId, { script: 'neverEnds' });
    const onStart = (environment: MockActivityEnvironment): void => void setImmediate(() => environment.cancel());
    const waiting = perform('awaitExecutions', waitFor([{ syncId, executionId }]), { onStart });
    await expect(waiting).rejects.toMatchObject({ name: 'CancelledFailure' });
  });

  it('hands itself over at once when its worker stops', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    const executionId = emulator.startRun(syncId, { script: 'neverEnds' });
    const onStart = (environment: MockActivityEnvironment): void =>
      void setImmediate(() => environment.cancel('WORKER_SHUTDOWN', { ...noReason, workerShutdown: true }));
    const failure = await failureOf(perform('awaitExecutions', waitFor([{ syncId, executionId }]), { onStart }));
    expect(failure).toMatchObject({ type: 'polytomic.Unavailable', nextRetryDelay: '1ms' });
  });

  it('refuses more executions than one wait takes', async () => {
    const { perform } = await activitiesOnEmulator();
    const many = Array.from({ length: 201 }, (_, index) => ({ syncId: 'x', executionId: `run-${index}` }));
    const failure = await failureOf(perform('awaitExecutions', waitFor(many)));
    expect(failure).toMatchObject({ type: 'polytomic.PayloadTooLarge', nonRetryable: true });
  });
});

const noReason = { notFound: false, cancelRequested: false, paused: false, timedOut: false, reset: false };

describe('cancelExecutions', () => {
  const item = (syncId: string, executionId: string, cancel: boolean): object => {
    const start = { windows: [], known: { ids: [], listed: true }, options: {} };
    return { kind: 'bulk', syncId, executionId, cancel, ...start };
  };

  it('cancels what it is told to cancel, only reads the rest, and answers in their order', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { cancelMs: 100 } });
    const syncs = [emulator.addBulkSync(), emulator.addBulkSync()];
    const [mine = '', theirs = ''] = syncs.map(({ id }) => emulator.startRun(id, { script: 'neverEnds' }));
    const items = [item(syncs[0]?.id ?? '', mine, true), item(syncs[1]?.id ?? '', theirs, false)];
    const input = { organization: 'default', items, timeoutMs: 10_000 };
    const [cancelled, read] = (await perform('cancelExecutions', input)) as CancelledItem[];
    expect(cancelled).toMatchObject({ requested: true, confirmed: true, execution: { status: 'canceled' } });
    expect(read).toMatchObject({ requested: false, confirmed: false, execution: { phase: 'running' } });
    const asked = emulator.executions().filter(({ cancelRequestedAt }) => cancelRequestedAt !== undefined);
    expect(asked.map(({ id }) => id)).toEqual([mine]);
  });

  it.each([
    [1, false, 'somebody else canceled it'],
    [2, true, 'the killed try before it asked'],
  ])('on try %i finds a canceled run with requested %s, as %s', async (attempt, requested) => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addBulkSync();
    const run = emulator.startRun(id, { script: 'canceled' });
    emulator.fault({ operation: 'bulkSync.executions.cancel', status: 409 });
    await waitUntil(() => emulator.executions().some(({ status }) => status === 'canceled'));
    const input = { organization: 'default', items: [item(id, run, true)], timeoutMs: 10_000 };
    const [found] = (await perform('cancelExecutions', input, { info: { attempt } })) as CancelledItem[];
    expect(found).toMatchObject({ requested, confirmed: true, execution: { ending: 'canceled' } });
  });

  it('answers about many without schemas, and without words where these would be too many', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const told = async (messages: string): Promise<CancelledItem[]> => {
      const script = [{ status: 'failed', afterMs: 0, message: messages }];
      const items = Array.from({ length: 200 }, () => {
        const { id } = emulator.addBulkSync();
        return item(id, emulator.startRun(id, { script }), true);
      });
      const input = { organization: 'default', items, timeoutMs: 300_000, compact: true };
      return (await perform('cancelExecutions', input)) as CancelledItem[];
    };
    const [short] = await told('broken');
    expect(short).toMatchObject({ confirmed: true, execution: { errors: ['broken'], schemaCounts: { total: 3 } } });
    expect(short?.execution).not.toHaveProperty('schemas');
    const long = await told('\u0001'.repeat(500));
    expect(long.map(({ execution }) => execution?.errors)).toEqual(long.map(() => ['']));
  });

  it('tells of a run that does not end within the bound', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addBulkSync();
    const run = emulator.startRun(id, { script: { outcome: 'neverEnds', onCancel: 'never' } });
    const input = { organization: 'default', items: [item(id, run, true)], timeoutMs: 10 };
    const [cancelled] = (await perform('cancelExecutions', input)) as CancelledItem[];
    expect(cancelled).toMatchObject({ requested: true, confirmed: false, problem: expect.any(String) });
  });
});

describe('listSyncs', () => {
  it('answers the active syncs of all pages as columns, with each connection told once', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { seed: { bulkSyncs: [] } } });
    const source = String(emulator.addConnection().id);
    const connections = { source_connection_id: source, destination_connection_id: source };
    const names = Array.from({ length: 120 }, (_, index) => `lake ${index}`);
    const ids = names.map((name) => emulator.addBulkSync({ name, ...connections }).id);
    emulator.addBulkSync({ name: 'asleep', active: false, ...connections });
    const listed = (await perform('listSyncs', { organization: 'default', kind: 'bulk', filter: {} })) as ListedSyncs;
    expect(listed.ids.toSorted()).toEqual(ids.toSorted());
    expect(listed.connections).toEqual([source]);
    expect(listed.source).toEqual(ids.map(() => 0));
    expect(listed).toMatchObject({ complete: true, total: 120, nextAfter: null });
  });

  it('takes what the filter takes', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { seed: { bulkSyncs: [] } } });
    for (const name of ['lake eu', 'lake us', 'crm eu']) emulator.addBulkSync({ name });
    const filter = { name: 'lake*', exclude: ['* us'] };
    const listed = (await perform('listSyncs', { organization: 'default', kind: 'bulk', filter })) as ListedSyncs;
    expect(listed.names).toEqual(['lake eu']);
  });

  it('says that a list which cannot be proved complete is not', async () => {
    const { emulator, perform } = await activitiesOnEmulator({
      emulator: { seed: { bulkSyncs: [] }, bulkListPaging: 'truncated' },
    });
    for (let index = 0; index < 60; index++) emulator.addBulkSync({});
    const listed = (await perform('listSyncs', { organization: 'default', kind: 'bulk', filter: {} })) as ListedSyncs;
    expect(listed.ids).toHaveLength(50);
    expect(listed.complete).toBe(false);
  });

  it('answers no more than a history takes, and goes on from the id it names until each sync was told once', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { seed: { bulkSyncs: [] } } });
    const ids = Array.from({ length: 600 }, () => emulator.addBulkSync({ name: 'long '.repeat(120) }).id);
    const told: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const request = { organization: 'default', kind: 'bulk', filter: {}, after };
      const listed = (await perform('listSyncs', request)) as ListedSyncs;
      expect(JSON.stringify(listed).length).toBeLessThan(256 * 1024);
      told.push(...listed.ids);
      after = listed.nextAfter;
    }
    expect(told.toSorted()).toEqual(ids.toSorted());
  });

  it('names the ids that the list does not have, with the first answer only', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { seed: { bulkSyncs: [] } } });
    const there = emulator.addBulkSync().id;
    const asleep = emulator.addBulkSync({ active: false }).id;
    const gone = Array.from({ length: 4_800 }, (_, index) => `gone-${index}`.padEnd(36, 'x'));
    const filter = { ids: [there, asleep, ...gone] };
    const list = async (after: string | null): Promise<ListedSyncs> =>
      (await perform('listSyncs', { organization: 'default', kind: 'bulk', filter, after })) as ListedSyncs;
    expect(await list(null)).toMatchObject({ ids: [there], missing: gone, total: 1 });
    expect(await list(there)).toMatchObject({ ids: [], missing: [] });
  });

  it('takes one part of the syncs; all parts together are all of them, each once', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { seed: { bulkSyncs: [] } } });
    const ids = Array.from({ length: 60 }, () => emulator.addBulkSync().id);
    const filter = { ids: [...ids, 'gone-1', 'gone-2'] };
    const requests = [0, 1, 2].map((index) => ({
      organization: 'default',
      kind: 'bulk',
      filter,
      shard: { index, of: 3 },
    }));
    const lists = (await Promise.all(requests.map((request) => perform('listSyncs', request)))) as ListedSyncs[];
    expect(lists.flatMap((list) => list.ids).toSorted()).toEqual(ids.toSorted());
    expect(lists.flatMap((list) => list.missing).toSorted()).toEqual(['gone-1', 'gone-2']);
  });

  it('stays within a payload where each sync has connections of its own', async () => {
    const { emulator, perform } = await activitiesOnEmulator({
      emulator: { seed: { bulkSyncs: [] }, bulkListPaging: 'all' },
    });
    const connection = (side: string, index: number): string => `${side}-${index}`.padEnd(36, 'x');
    for (let index = 0; index < 2_000; index++) {
      const ends = {
        source_connection_id: connection('from', index),
        destination_connection_id: connection('to', index),
      };
      emulator.addBulkSync({ name: `sync ${index}`, ...ends });
    }
    const listed = (await perform('listSyncs', { organization: 'default', kind: 'bulk', filter: {} })) as ListedSyncs;
    expect(JSON.stringify(listed).length).toBeLessThan(210 * 1024);
    expect(listed).toMatchObject({ total: 2_000, nextAfter: listed.ids.at(-1) });
  });

  it('refuses more syncs than one workflow runs, and says how many parts to make of them', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { seed: { bulkSyncs: [] } } });
    const data = Array.from({ length: 20_001 }, (_, index) => ({ id: `sync-${index}` }));
    emulator.fault({ operation: 'bulkSync.list', status: 200, body: { data } });
    const failure = await failureOf(perform('listSyncs', { organization: 'default', kind: 'bulk', filter: {} }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.details?.[0]).toEqual([{ field: 'shard', message: expect.stringContaining('start 3 workflows') }]);
  });
});
