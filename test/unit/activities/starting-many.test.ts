/** `startExecutions` as fan-outs use it: one step at a time, gone on with by other activities, still one run each. */
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreparedRuns, StartedItem, StartItem } from '../../../src/contracts/composite-activities';
import type { FaultSpec } from '../../../src/testing';
import { activitiesOnEmulator, failureOf, type Activities } from './support/activities-on-emulator';

/** A start of each of so many new syncs, as a workflow would ask for it. */
async function startItems({ emulator, perform }: Activities, count: number): Promise<StartItem[]> {
  const ids = Array.from({ length: count }, (_, index) => emulator.addModelSync({ name: `sync ${index}` }).id);
  return Promise.all(
    ids.map(async (syncId): Promise<StartItem> => {
      const prepared = await perform('prepareRuns', { workflow: 'runModelSync', input: { syncId } });
      const [before] = (prepared as PreparedRuns).syncs;
      const keys = [`${syncId}-1`, `${syncId}-2`];
      const frame = { kind: 'model' as const, syncId, keys, options: {}, activate: false };
      return { ...frame, newestBefore: before?.newest?.executionId ?? null, notBefore: before?.serverTime ?? '' };
    }),
  );
}

async function oneStep({ perform }: Activities, items: StartItem[], attempt = 1): Promise<StartedItem[]> {
  const input = { organization: 'default', items, oneStep: true };
  return (await perform('startExecutions', input, { info: { attempt } })) as StartedItem[];
}

const posts = ({ emulator }: Activities, { syncId }: StartItem): number =>
  emulator.requests().filter(({ method, path }) => method === 'POST' && path.includes(syncId)).length;

const faultOn = (item: StartItem, fault: Omit<FaultSpec, 'method' | 'path'>): FaultSpec => ({
  ...fault,
  method: 'POST',
  path: `/api/syncs/${item.syncId}/executions`,
});

/** What the history of a workflow keeps. */
const recorded = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The note, once the time has come from which it may be gone on with: earlier, nothing would be tried. */
async function untilDue(note: unknown): Promise<unknown> {
  const { wakeAt = 0 } = note as { wakeAt?: number };
  await sleep(Math.max(0, wakeAt - Date.now()));
  return note;
}

/** Starts one item as a fan-out does, the first `killed` activities of which are given up without a word. */
async function startAsFanOut(activities: Activities, first: StartItem, killed: number): Promise<StartedItem> {
  let item = first;
  for (let turn = 0; ; turn++) {
    const [started] = recorded(await oneStep(activities, [item]));
    if (turn < killed) item = { ...first, unsure: true };
    else if (started?.state === 'again') item = { ...item, note: await untilDue(started.note) };
    else if (started) return started;
  }
}

describe('startExecutions, one step at a time', () => {
  it('answers what is started, and hands back what needs more with its note, each after one request', async () => {
    const activities = await activitiesOnEmulator();
    const items = await startItems(activities, 2);
    activities.emulator.fault(faultOn(items[1] as StartItem, { status: 503 }));
    const [one, other] = await oneStep(activities, items);
    expect(one).toMatchObject({ state: 'started', adopted: false });
    expect(other).toMatchObject({ state: 'again', failure: { type: 'polytomic.Unavailable', nonRetryable: false } });
    expect(items.map((item) => posts(activities, item))).toEqual([1, 1]);
  });

  it('goes on from the note: with the same key, and no sooner than it says', async () => {
    const activities = await activitiesOnEmulator();
    const items = await startItems(activities, 1);
    const [item] = items as [StartItem];
    activities.emulator.fault(faultOn(item, { drop: 'after' }));
    const [again] = recorded(await oneStep(activities, items));
    const note = again?.state === 'again' ? again.note : undefined;
    const next = { ...item, note };
    const early = await failureOf(activities.perform('startExecutions', { organization: 'default', items: [next] }));
    expect(posts(activities, item)).toBe(1);
    await sleep(Number(early.nextRetryDelay));
    const [started] = await oneStep(activities, [next]);
    expect(started).toMatchObject({ state: 'started', executionId: activities.emulator.executions()[0]?.id });
    expect(activities.emulator.requests().at(-1)).toMatchObject({ replayed: true });
  });

  it('takes a newer run for its own where an activity before was given up, and only there', async () => {
    const activities = await activitiesOnEmulator();
    const items = await startItems(activities, 2);
    const [sure, unsure] = items as [StartItem, StartItem];
    const runs = items.map(({ syncId }) => activities.emulator.startRun(syncId));
    for (const item of items) activities.emulator.fault(faultOn(item, { status: 400 }));
    expect(await oneStep(activities, [sure, { ...unsure, unsure: true }])).toMatchObject([
      { state: 'failed', failure: { type: 'polytomic.Rejected' } },
      { state: 'started', executionId: runs[1], adopted: true },
    ]);
  });

  it('counts a try of this very activity that left no word as unanswered, whatever the note says', async () => {
    const activities = await activitiesOnEmulator();
    const [item] = (await startItems(activities, 1)) as [StartItem];
    activities.emulator.fault(faultOn(item, { status: 429, retryAfter: 0 }));
    const [again] = recorded(await oneStep(activities, [item]));
    const theirs = activities.emulator.startRun(item.syncId);
    activities.emulator.fault(faultOn(item, { status: 400 }));
    const noted = { ...item, note: again?.state === 'again' ? await untilDue(again.note) : undefined };
    expect(await oneStep(activities, [noted], 2)).toMatchObject([{ state: 'started', executionId: theirs }]);
  });

  it('starts each sync once, whatever is lost, refused or killed on the way', async () => {
    const activities = await activitiesOnEmulator();
    const storms: { faults: Omit<FaultSpec, 'method' | 'path'>[]; killed: number }[] = [
      { faults: [], killed: 0 },
      { faults: [], killed: 2 },
      { faults: [{ drop: 'after' }, { drop: 'before' }], killed: 0 },
      { faults: [{ drop: 'after' }], killed: 1 },
      { faults: [{ status: 503, effect: true }], killed: 1 },
      { faults: [{ status: 502, effect: true, recorded: 'nothing' }], killed: 0 },
      { faults: [{ status: 429, retryAfter: 0 }, { drop: 'after' }], killed: 0 },
      { faults: [{ status: 503 }, { truncate: true }], killed: 1 },
    ];
    const items = await startItems(activities, storms.length);
    storms.forEach(({ faults }, index) =>
      faults.forEach((fault) => activities.emulator.fault(faultOn(items[index] as StartItem, fault))),
    );
    const started = await Promise.all(
      items.map((item, index) => startAsFanOut(activities, item, storms[index]?.killed ?? 0)),
    );
    const runs = activities.emulator.executions();
    expect(runs).toHaveLength(items.length);
    expect(started).toMatchObject(
      items.map((item) => ({ state: 'started', executionId: runs.find(({ syncId }) => syncId === item.syncId)?.id })),
    );
  });
});
