/**
 * Runs whose counts stand still: the engine over the real activities and the emulator, in simulated time, as nobody waits for
 * a quarter of an hour. The emulator's list of executions is the judge.
 */
import { describe, expect, it } from '@jest/globals';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { ExecutionScript } from '../../src/testing';
import { playScenario, type Story } from '../simulation/run-scenario';
import type { Incident, Scenario } from '../simulation/scenario';

const minute = 60_000;
const hour = 60 * minute;
const syncId = '00000000-0000-4000-8000-000000000000';
const kinds = ['model', 'bulk'] as const;
type Kind = (typeof kinds)[number];

const counted = (records: number) => ({ counts: { total: records, insert: records }, recordCount: records });
/** It has counts after a minute, which stand still from then on, for three hours. */
const stuck: ExecutionScript = [
  { status: 'running', afterMs: 0 },
  { status: 'running', afterMs: minute, ...counted(100) },
  { status: 'completed', afterMs: 3 * hour, ...counted(100) },
];
const fine: ExecutionScript = [
  { status: 'running', afterMs: 0 },
  { status: 'completed', afterMs: 2 * minute, ...counted(200) },
];
/** Its counts change every ten minutes. */
const slow: ExecutionScript = [
  ...Array.from({ length: 18 }, (_, at) => ({ status: 'running', afterMs: at * 10 * minute, ...counted(at) })),
  { status: 'completed', afterMs: 3 * hour, ...counted(18) },
];

interface Chosen {
  kind: Kind;
  input?: Record<string, unknown>;
  workflow?: Scenario['workflow'];
  script?: ExecutionScript;
  nextScripts?: ExecutionScript[];
  incidents?: Incident[];
}

async function play({
  kind,
  input,
  workflow,
  script = stuck,
  nextScripts = [],
  incidents = [],
}: Chosen): Promise<Story> {
  const sync = { id: syncId, name: 'Lake', script, nextScripts };
  return playScenario({
    seed: 1,
    workflow: workflow ?? (kind === 'model' ? 'runModelSync' : 'runBulkSync'),
    input: { syncId, stalledAfter: '20 minutes', onFailure: 'return', ...input },
    syncs: [{ id: syncId, kind }],
    polytomic: kind === 'model' ? { modelSyncs: [sync], bulkSyncs: [] } : { modelSyncs: [], bulkSyncs: [sync] },
    behaviour: {
      ...{ listLagMs: 0, clockSkewsMs: [0], latencyMs: { min: 5, max: 30 }, readsUnlike: false },
      ...{ eventsLateMs: 0, areEventsDoubled: false, areEventsShuffled: false },
    },
    workers: [{ clockOffsetMs: 0 }],
    historyLimit: null,
    incidents,
    notify: 'answers',
    durationMs: 3 * hour,
    everyMs: null,
  });
}

const resultOf = ({ end }: Story): SyncRunResult | null =>
  end.type === 'result' ? (end.result as SyncRunResult) : null;
const reports = ({ log }: Story): number => log.filter(({ message }) => message === 'A run is stalled').length;
/** After how many minutes a cancel was asked for; null: it never was. */
const cancelsOf = ({ executions }: Story): (number | null)[] =>
  executions.map(({ createdAt, cancelRequestedAt }) =>
    cancelRequestedAt === undefined ? null : (cancelRequestedAt - createdAt) / minute,
  );
const othersStart: Incident = { at: 0, name: 'others', what: { type: 'othersStart', sync: 0, options: {} } };

describe.each(kinds)('a stalled run of a %s sync', (kind) => {
  it('is reported once, and awaited to its end', async () => {
    const story = await play({ kind });
    expect(resultOf(story)).toMatchObject({ outcome: 'completed', records: { total: 100 } });
    expect([reports(story), cancelsOf(story)]).toEqual([1, [null]]);
  });

  it('is cancelled where asked, soon after it was found, and counts as failed', async () => {
    const story = await play({ kind, input: { onStalled: 'cancel' } });
    expect(resultOf(story)).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^stalled: .*minutes$/) });
    const [after] = cancelsOf(story);
    expect(after).toBeGreaterThanOrEqual(20);
    // Runs may go unread for ten minutes.
    expect(after).toBeLessThanOrEqual(45);
    expect(story.executions).toMatchObject([{ status: 'canceled' }]);
  });

  it('is started again where asked, once its cancel is confirmed', async () => {
    const story = await play({ kind, input: { onStalled: 'restart' }, nextScripts: [stuck, fine] });
    expect(resultOf(story)).toMatchObject({ outcome: 'completed', attempts: 2, records: { total: 200 } });
    expect(story.executions).toMatchObject([{ status: 'canceled' }, { status: 'completed' }]);
    const [first, second] = story.executions;
    expect(second?.createdAt).toBeGreaterThanOrEqual(first?.completedAt ?? Infinity);
  });

  it('is found although its worker is killed meanwhile', async () => {
    const incidents: Incident[] = [{ at: 15 * minute, name: 'crash', what: { type: 'crash' } }];
    const story = await play({ kind, input: { onStalled: 'cancel' }, incidents });
    expect(resultOf(story)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('stalled') });
    expect(story.executions).toMatchObject([{ status: 'canceled' }]);
  });

  it.each([
    ['attached to', { ifRunning: 'attach', onStalled: 'cancel' }, undefined],
    ['waited out before the own one', { onStalled: 'restart' }, undefined],
    ['awaited', {}, 'awaitSync'],
  ] as const)("is never touched where it is somebody else's, %s", async (_how, { ...input }, workflow) => {
    const story = await play({
      kind,
      input: workflow ? { kind, stalledAfter: '20 minutes' } : input,
      ...(workflow && { workflow }),
      nextScripts: [stuck, fine],
      // They start theirs before the workflow has read what is true.
      incidents: [othersStart],
    });
    expect(story.executions[0]).toMatchObject({ startedBy: 'schedule', status: 'completed' });
    expect(cancelsOf(story).every((cancel) => cancel === null)).toBe(true);
    expect(resultOf(story)).toMatchObject({ outcome: 'completed' });
    expect(reports(story)).toBe(1);
  });

  it('is none while its counts change, or while it has none', async () => {
    for (const script of [slow, [fine[0], { status: 'completed', afterMs: 3 * hour }] as ExecutionScript]) {
      const story = await play({ kind, input: { onStalled: 'cancel' }, script });
      expect(resultOf(story)).toMatchObject({ outcome: 'completed' });
      expect([reports(story), cancelsOf(story)]).toEqual([0, [null]]);
    }
  });
});
