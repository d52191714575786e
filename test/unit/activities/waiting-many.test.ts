/** `awaitExecutions` as fan-outs and pipelines use it: few requests, compact ends, and nothing lost that did not fit. */
import { describe, expect, it } from '@jest/globals';
import type { StartItem, StartOutcome } from '../../../src/contracts/starts';
import type { AwaitExecutionsResult, AwaitItem, ManyWait, UpNextItem } from '../../../src/contracts/waits';
import type { SyncKind } from '../../../src/contracts/sync-kind';
import type { ExecutionScript } from '../../../src/testing';
import { waitUntil } from '../../server/support/wait-until';
import { activitiesOnFetch } from './support/activities-on-fetch';
import { activitiesOnEmulator, failureOf, type Activities } from './support/activities-on-emulator';

const empty = { seed: { modelSyncs: [], bulkSyncs: [] } };
const stage = (): Promise<Activities> => activitiesOnEmulator({ emulator: empty });

interface Wait {
  executions?: AwaitItem[];
  upNext?: UpNextItem[];
  many?: Partial<ManyWait>;
  errorText?: 'omit';
  info?: { attempt: number };
}

async function waitForMany({ perform }: Activities, { info, ...wait }: Wait): Promise<AwaitExecutionsResult> {
  const { upNext = [], executions = [] } = wait;
  const many = { spare: upNext.length, fullBefore: false, failedSchemas: false, connections: false, ...wait.many };
  const frame = { organization: 'default', waiter: 'many', deadline: null, lingerMs: 20_000 };
  const request = { ...frame, ...wait, executions, upNext, many };
  return (await perform('awaitExecutions', request, { info })) as AwaitExecutionsResult;
}

/** So many new syncs, as a fan-out knows them from the list. */
function addSyncs({ emulator }: Activities, count: number, kind: SyncKind = 'bulk'): UpNextItem[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `sync ${index}`;
    const { id } = kind === 'bulk' ? emulator.addBulkSync({ name }) : emulator.addModelSync({ name });
    return { kind, syncId: id, known: { name, active: true } };
  });
}

/** A run of each sync, all of them ended. */
async function runsOf({ emulator }: Activities, syncs: UpNextItem[], script?: ExecutionScript): Promise<AwaitItem[]> {
  const runs = syncs.map(({ kind, syncId }) => {
    const executionId = emulator.startRun(syncId, script === undefined ? {} : { script });
    return { kind, syncId, executionId, createdAt: null, usual: null };
  });
  await waitUntil(() => emulator.executions().every(({ completedAt }) => completedAt !== undefined));
  return runs;
}

/** How many requests of each operation arrived. */
function counts({ emulator }: Activities): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { operation = '' } of emulator.requests()) found[operation] = (found[operation] ?? 0) + 1;
  return found;
}

it('a list that repeats a sync tells of it once', async () => {
  const row = (id: string) => ({ id, name: id, active: true });
  const { perform } = activitiesOnFetch(() => ({ json: { data: [row('a'), row('b'), row('a')] } }));
  const listed = await perform('listSyncs', { organization: 'default', kind: 'bulk', filter: {} });
  expect(listed).toMatchObject({ ids: ['a', 'b'], total: 2 });
});

describe('a wait for many: what it costs', () => {
  it('asks for a round of 50 bulk syncs once before, starts each with one request, and reads each end once', async () => {
    const activities = await stage();
    const upNext = addSyncs(activities, 50);
    const { upNext: snapshots } = await waitForMany(activities, { upNext });
    expect(counts(activities)).toEqual({ 'bulkSync.executions.listStatus': 1 });
    const items = snapshots.map(({ kind, syncId, newest }): StartItem => ({
      ...{ kind, syncId, key: `key-of-${syncId}`, lookFirst: false, windows: [], options: {}, activate: false },
      known: { ids: newest ? [newest.executionId] : [], listed: false },
    }));
    const outcomes = await activities.perform('startExecutions', { organization: 'default', items });
    const { emulator } = activities;
    await waitUntil(() => emulator.executions().every(({ completedAt }) => completedAt !== undefined));
    const executions = (outcomes as StartOutcome[]).map((one, index): AwaitItem => {
      if (one.type !== 'started') throw new Error(`a start was expected, not ${one.type}`);
      const { executionId, createdAt } = one;
      return { kind: 'bulk', syncId: upNext[index]?.syncId ?? '', executionId, createdAt, usual: null };
    });
    expect((await waitForMany(activities, { executions })).settled).toHaveLength(50);
    expect(counts(activities)).toMatchObject({ 'bulkSync.start': 50, 'bulkSync.executions.get': 50 });
    const shared = ['bulkSync.start', 'bulkSync.executions.get', 'bulkSync.executions.listStatus', 'events.list'];
    expect(Object.keys(counts(activities)).filter((operation) => !shared.includes(operation))).toEqual([]);
  });

  it('tells of each idle bulk sync what its row shows: its newest run, and how long that took', async () => {
    const activities = await stage();
    const [never, ran] = addSyncs(activities, 2);
    const [run] = await runsOf(activities, ran ? [ran] : []);
    const { upNext } = await waitForMany(activities, { upNext: [never, ran].flatMap((one) => one ?? []) });
    expect(upNext).toMatchObject([
      { name: 'sync 0', active: true, problems: [], newest: null, running: null, usual: null },
      { name: 'sync 1', newest: { executionId: run?.executionId }, running: null, usual: { runs: 1 } },
    ]);
    expect(Date.parse(upNext[0]?.serverTime ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(counts(activities)['bulkSync.executions.list']).toBeUndefined();
  });

  it('reads a bulk sync in full where something runs', async () => {
    const activities = await stage();
    const upNext = addSyncs(activities, 3);
    const executionId = activities.emulator.startRun(upNext[1]?.syncId ?? '', { script: 'neverEnds' });
    const { upNext: snapshots } = await waitForMany(activities, { upNext });
    expect(snapshots.map(({ running }) => running?.executionId)).toEqual([undefined, executionId, undefined]);
    expect(counts(activities)).toMatchObject({ 'bulkSync.get': 1, 'bulkSync.executions.list': 1 });
  });

  it('reads of a model sync nothing but the sync itself', async () => {
    const activities = await stage();
    const upNext = addSyncs(activities, 1, 'model');
    expect(await waitForMany(activities, { upNext })).toMatchObject({ upNext: [{ name: 'sync 0', newest: null }] });
    expect(counts(activities)).toEqual({ 'modelSync.get': 1 });
  });

  it.each<[string, SyncKind, Partial<ManyWait>, boolean]>([
    ['all of a bulk sync where asked', 'bulk', { fullBefore: true }, true],
    ['all of a model sync where asked', 'model', { fullBefore: true }, true],
    ['all of a bulk sync that is in no list', 'bulk', {}, false],
    ['all of a model sync that is in no list', 'model', {}, false],
  ])('reads %s', async (_name, kind, many, known) => {
    const activities = await stage();
    const listed = addSyncs(activities, 1, kind);
    const upNext = known ? listed : listed.map(({ syncId }) => ({ kind, syncId }));
    const [run] = await runsOf(activities, upNext);
    const { upNext: snapshots } = await waitForMany(activities, { upNext, many });
    expect(snapshots).toMatchObject([{ name: 'sync 0', newest: { executionId: run?.executionId } }]);
    expect(counts(activities)).toEqual({ [`${kind}Sync.get`]: 1, [`${kind}Sync.executions.list`]: 1 });
  });

  it('reads as many snapshots as have settled, and the spare ones', async () => {
    const activities = await stage();
    const [one, ...upNext] = addSyncs(activities, 10);
    const executions = await runsOf(activities, one ? [one] : []);
    const { upNext: snapshots } = await waitForMany(activities, { executions, upNext, many: { spare: 2 } });
    expect(snapshots.map(({ syncId }) => syncId)).toEqual(upNext.slice(0, 3).map(({ syncId }) => syncId));
  });
});

describe('a wait for many: what goes wrong', () => {
  it('tells of a sync that is gone, and reads the others on their own', async () => {
    const activities = await stage();
    const upNext = addSyncs(activities, 3);
    upNext[1] = { kind: 'bulk', syncId: 'gone', known: { name: 'gone', active: true } };
    const { upNext: snapshots, failedBefores } = await waitForMany(activities, { upNext });
    expect(snapshots.map(({ syncId }) => syncId)).toEqual([upNext[0]?.syncId, upNext[2]?.syncId]);
    expect(failedBefores).toMatchObject([{ syncId: 'gone', failure: { type: 'polytomic.NotFound' } }]);
  });

  it('does without the batch status where the owner of the worker does not allow it', async () => {
    const operations = ['bulkSync.get', 'bulkSync.executions.list', 'bulkSync.executions.get'];
    const activities = await activitiesOnEmulator({ emulator: empty, plugin: { operations } });
    const upNext = addSyncs(activities, 2);
    const answer = await waitForMany(activities, { upNext, many: { connections: true } });
    expect(answer.upNext).toHaveLength(2);
    expect(answer.runsByConnection).toBeUndefined();
    expect(counts(activities)).toEqual({ 'bulkSync.get': 2, 'bulkSync.executions.list': 2 });
  });

  it('fails, to be tried again, where it was to read only and all reads met trouble', async () => {
    const activities = await stage();
    const upNext = addSyncs(activities, 2);
    activities.emulator.fault({ operation: 'bulkSync.executions.listStatus', status: 429, retryAfter: 7 });
    const failure = await failureOf(waitForMany(activities, { upNext }));
    expect(failure).toMatchObject({ type: 'polytomic.RateLimited', nonRetryable: false, nextRetryDelay: 7_000 });
  });

  it.each(['model', 'bulk'] as const)('sends no more reads of %s syncs once it is to slow down', async (kind) => {
    const activities = await stage();
    const upNext = addSyncs(activities, 150, kind);
    activities.emulator.fault({ operation: `${kind}Sync.executions.list`, status: 429, retryAfter: 7, times: 999 });
    await failureOf(waitForMany(activities, { upNext, many: { fullBefore: true } }));
    expect(activities.emulator.requests().length).toBeLessThanOrEqual(2 * 20);
    const before = activities.emulator.requests().length;
    const failure = await failureOf(waitForMany(activities, { upNext }));
    expect(failure).toMatchObject({ type: 'polytomic.RateLimited', nonRetryable: false });
    expect(activities.emulator.requests()).toHaveLength(before);
  });

  it('answers that nothing could be read after some attempts, so that others are read first', async () => {
    const activities = await stage();
    const upNext = addSyncs(activities, 2, 'model');
    activities.emulator.fault({ operation: 'modelSync.get', status: 503, times: 10 });
    const info = { attempt: 4 };
    const { failedBefores } = await waitForMany(activities, { upNext, info });
    expect(failedBefores).toMatchObject(upNext.map(({ syncId }) => ({ syncId, failure: { nonRetryable: false } })));
  });

  it('tells the ends, whatever trouble the reads beside them meet', async () => {
    const activities = await stage();
    const [one, next] = addSyncs(activities, 2);
    const executions = await runsOf(activities, one ? [one] : []);
    activities.emulator.fault({ operation: 'bulkSync.executions.listStatus', status: 503, times: 9 });
    const wait = { executions, upNext: next ? [next] : [], many: { connections: true } };
    const answer = await waitForMany(activities, wait);
    expect(answer).toMatchObject({
      settled: [{ state: 'ended' }],
      upNext: [],
      failedBefores: [{ syncId: next?.syncId, failure: { type: 'polytomic.Unavailable', nonRetryable: false } }],
    });
    expect(answer.runsByConnection).toBeUndefined();
  });
});

describe('a wait for many: what it tells', () => {
  it('leaves schemas out, and names the failed ones only where asked', async () => {
    const activities = await stage();
    const executions = await runsOf(activities, addSyncs(activities, 1), 'oneSchemaFailed');
    const { settled } = await waitForMany(activities, { executions });
    const [end] = settled.flatMap((one) => (one.state === 'ended' ? [one.execution] : []));
    expect(end).toMatchObject({ schemaCounts: { total: 3, failed: 1 } });
    expect(end).not.toHaveProperty('schemas');
    expect(end).not.toHaveProperty('failedSchemas');
    const named = await waitForMany(activities, { executions, many: { failedSchemas: true } });
    expect(named.settled).toMatchObject([{ execution: { failedSchemas: ['public.users'] } }]);
  });

  it('tells no more ends than fit, and the others at once when they are waited for again, without another read', async () => {
    const activities = await activitiesOnEmulator({ emulator: empty, plugin: { requestsPerMinute: 60_000 } });
    const syncs = addSyncs(activities, 30, 'model');
    const errors = Array.from({ length: 20 }, () => '\u0001'.repeat(500));
    const executions = await runsOf(activities, syncs, [{ status: 'failed', afterMs: 1, errors }]);
    const told = new Set<string>();
    let waits = 0;
    for (; told.size < executions.length; waits++) {
      const rest = executions.filter(({ executionId }) => !told.has(executionId));
      const answer = await waitForMany(activities, { executions: rest });
      expect(JSON.stringify(answer).length).toBeLessThan(200 * 1024);
      expect(answer.settled.length).toBeGreaterThan(0);
      for (const one of answer.settled) if (one.state === 'ended') told.add(one.execution.executionId);
    }
    expect(waits).toBeGreaterThan(1);
    expect(counts(activities)['modelSync.executions.get']).toBe(executions.length);
  });

  it('counts the runs on each connection, those of others included, and lists the syncs only once', async () => {
    const activities = await stage();
    const { emulator } = activities;
    const [shared, own] = [emulator.addConnection().id, emulator.addConnection().id].map(String);
    const within = { source_connection_id: shared, destination_connection_id: shared };
    const across = { source_connection_id: shared, destination_connection_id: own };
    for (const connections of [within, across]) {
      emulator.startRun(emulator.addBulkSync(connections).id, { script: 'neverEnds' });
      emulator.addBulkSync(connections);
    }
    const look = { many: { connections: true } };
    const answers = [await waitForMany(activities, look), await waitForMany(activities, look)];
    for (const { runsByConnection } of answers) expect(runsByConnection).toEqual({ [shared ?? '']: 2, [own ?? '']: 1 });
    expect(counts(activities)).toEqual({ 'bulkSync.list': 1, 'bulkSync.executions.listStatus': 1 });
  });

  it('leaves out the words of messages where none are wanted', async () => {
    const activities = await stage();
    const executions = await runsOf(activities, addSyncs(activities, 1), 'failed');
    const { settled } = await waitForMany(activities, { executions, errorText: 'omit' });
    expect(settled).toMatchObject([{ execution: { ending: 'failed', errors: [''] } }]);
  });
});
