/** `prepareRuns`, `createSyncs` and `startExecutions`, attempt by attempt. */
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreparedRuns, StartedItem, StartItem } from '../../../src/contracts/composite-activities';
import { activitiesOnEmulator, failureOf, type Activities } from './support/activities-on-emulator';

async function prepare({ perform }: Activities, input: unknown, workflow = 'runModelSync'): Promise<PreparedRuns> {
  return (await perform('prepareRuns', { workflow, input })) as PreparedRuns;
}

/** The start that a workflow would ask for. */
async function startItem(activities: Activities, syncId: string): Promise<StartItem> {
  const { syncs } = await prepare(activities, { syncId });
  const [before] = syncs;
  return {
    kind: 'model',
    syncId,
    keys: ['first-key-1', 'second-key-2'],
    newestBefore: before?.newest?.executionId ?? null,
    notBefore: before?.serverTime ?? '',
    options: {},
    activate: false,
  };
}

/** Performs attempt after attempt, as Temporal does: with the last heartbeat's details, after the told delay. */
async function startUntilDone({ perform }: Activities, items: StartItem[]): Promise<StartedItem[]> {
  const heartbeats: unknown[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const info = { attempt, heartbeatDetails: heartbeats.at(-1) };
    const started = perform('startExecutions', { organization: 'default', items }, { info, heartbeats });
    const failure = await started.then(
      () => undefined,
      () => failureOf(started),
    );
    if (!failure) return (await started) as StartedItem[];
    expect(failure.nonRetryable).not.toBe(true);
    await sleep(Number(failure.nextRetryDelay));
  }
}

describe('prepareRuns', () => {
  it('applies every default, and tells what is true of the sync and how to wait', async () => {
    const activities = await activitiesOnEmulator({ plugin: { waitTaskQueue: 'waits', cancelTimeout: '9 seconds' } });
    const { id } = activities.emulator.addModelSync({ name: 'CRM' });
    const theirs = activities.emulator.startRun(id, { script: 'neverEnds' });
    expect(await prepare(activities, { syncId: id, timeout: '2 hours' })).toMatchObject({
      kind: 'model',
      organization: 'default',
      create: null,
      expired: false,
      options: { ifRunning: 'waitThenStart', ifInactive: 'fail', timeoutMs: 7_200_000, onFailure: 'throw' },
      setup: { waitTaskQueue: 'waits', heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 9_000 },
      syncs: [{ name: 'CRM', active: true, problems: [], newest: { executionId: theirs } }],
    });
  });

  it('names every bad field at once, and reads nothing', async () => {
    const activities = await activitiesOnEmulator();
    const input = { syncId: '', timeout: 'soon', ifRunning: 'maybe', surprise: 1 };
    const failure = await failureOf(prepare(activities, input));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    const fields = (failure.details?.[0] as { field: string }[]).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(['ifRunning', 'surprise', 'syncId', 'timeout']);
    expect(activities.emulator.requests()).toEqual([]);
  });

  it('refuses at once what the run would not be allowed to do', async () => {
    const activities = await activitiesOnEmulator({
      plugin: { operations: ['modelSync.get', 'modelSync.executions.*'] },
    });
    const failure = await failureOf(prepare(activities, { syncId: 'x' }));
    expect(failure).toMatchObject({
      type: 'polytomic.NotAllowed',
      message: expect.stringContaining('modelSync.start'),
    });
    expect(activities.emulator.requests()).toEqual([]);
  });

  it('says so when the timeout has passed before Polytomic could be read', async () => {
    const { perform } = await activitiesOnEmulator();
    const input = { workflow: 'runModelSync', input: { syncId: 'x', timeout: '1 minute' } };
    const info = { scheduledTimestampMs: Date.now() - 61_000 };
    expect(await perform('prepareRuns', input, { info })).toMatchObject({ expired: true, syncs: [] });
  });
});

describe('startExecutions', () => {
  it('starts each item once, side by side, and answers in their order', async () => {
    const activities = await activitiesOnEmulator();
    const ids = ['one', 'two', 'three'].map((name) => activities.emulator.addModelSync({ name }).id);
    const items = await Promise.all(ids.map((id) => startItem(activities, id)));
    const keyed = items.map((item, index) => ({ ...item, keys: [`key-of-${index}-item`] }));
    const started = await startUntilDone(activities, keyed);
    const runs = activities.emulator.executions();
    expect(runs).toHaveLength(3);
    expect(started).toMatchObject(
      ids.map((id) => ({
        state: 'started',
        adopted: false,
        executionId: runs.find(({ syncId }) => syncId === id)?.id,
      })),
    );
  });

  it('goes on where the attempt before it ended: what was started stays so, what got no answer is asked again', async () => {
    const activities = await activitiesOnEmulator();
    const ids = ['one', 'two'].map((name) => activities.emulator.addModelSync({ name }).id);
    const items = await Promise.all(ids.map((id) => startItem(activities, id)));
    const keyed = items.map((item, index) => ({ ...item, keys: [`key-of-${index}-item`] }));
    const path = `/api/syncs/${ids[1]}/executions`;
    activities.emulator.fault({ method: 'POST', path, drop: 'after' });
    expect(await startUntilDone(activities, keyed)).toMatchObject([{ state: 'started' }, { state: 'started' }]);
    const posts = activities.emulator.requests().filter(({ method }) => method === 'POST');
    expect(posts.filter((post) => post.path === path)).toHaveLength(2);
    expect(posts).toHaveLength(3);
    expect(activities.emulator.executions()).toHaveLength(2);
  });

  it('takes a newer run for its own where an attempt left no word of its answer', async () => {
    const activities = await activitiesOnEmulator();
    const { id } = activities.emulator.addModelSync();
    const item = await startItem(activities, id);
    const theirs = activities.emulator.startRun(id);
    activities.emulator.fault({ method: 'POST', status: 400 });
    const input = { organization: 'default', items: [item] };
    const started = await activities.perform('startExecutions', input, { info: { attempt: 2 } });
    expect(started).toMatchObject([{ state: 'started', executionId: theirs, adopted: true }]);
  });

  it('never takes a newer run for its own after a clean refusal', async () => {
    const activities = await activitiesOnEmulator();
    const { id } = activities.emulator.addModelSync();
    const item = await startItem(activities, id);
    activities.emulator.startRun(id);
    activities.emulator.fault({ method: 'POST', status: 400 });
    const started = await activities.perform('startExecutions', { organization: 'default', items: [item] });
    expect(started).toMatchObject([{ state: 'failed', failure: { type: 'polytomic.Rejected', nonRetryable: true } }]);
  });

  it('tells of a run of somebody else that keeps ours from starting', async () => {
    const activities = await activitiesOnEmulator();
    const { id } = activities.emulator.addModelSync();
    const item = await startItem(activities, id);
    const theirs = activities.emulator.startRun(id, { script: 'neverEnds' });
    const [started] = await startUntilDone(activities, [item]);
    expect(started).toMatchObject({ state: 'refused', before: { running: { executionId: theirs } } });
  });

  it('counts an id, whichever API version the answer claims to be of', async () => {
    const activities = await activitiesOnEmulator();
    const { id } = activities.emulator.addModelSync();
    const item = await startItem(activities, id);
    activities.emulator.fault({ method: 'POST', headers: { 'X-Polytomic-Version': '2024-02-08' } });
    const [started] = (await activities.perform('startExecutions', {
      organization: 'default',
      items: [item],
    })) as StartedItem[];
    expect(started).toMatchObject({ state: 'started', executionId: activities.emulator.executions()[0]?.id });
  });
});

describe('createSyncs', () => {
  it('creates once over a lost answer, and reads the new sync', async () => {
    const activities = await activitiesOnEmulator();
    const { serverTime } = await prepare(activities, { sync: { name: 'New' } }, 'createAndRunModelSync');
    const sync = { name: 'New', mode: 'create', fields: [], schedule: {}, target: { connection_id: 'x' } };
    const item = { kind: 'model', sync, adopt: 'never', keys: ['create-key-1'], notBefore: serverTime };
    const input = { organization: 'default', items: [item] };
    activities.emulator.fault({ operation: 'modelSync.create', drop: 'after' });
    const heartbeats: unknown[] = [];
    const failure = await failureOf(activities.perform('createSyncs', input, { heartbeats }));
    expect(failure.type).toBe('polytomic.Network');
    await sleep(Number(failure.nextRetryDelay));
    const info = { attempt: 2, heartbeatDetails: heartbeats.at(-1) };
    const created = await activities.perform('createSyncs', input, { info });
    expect(created).toMatchObject([{ action: 'created', before: { name: 'New', newest: null } }]);
    const posts = activities.emulator.requests().filter(({ method }) => method === 'POST');
    expect(posts.map(({ replayed }) => replayed)).toEqual([undefined, true]);
  });
});
