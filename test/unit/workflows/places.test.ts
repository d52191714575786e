/** Which jobs may come next. */
import { describe, expect, it } from '@jest/globals';
import type { ListedSyncs } from '../../../src/contracts/list-syncs';
import { LookRhythm } from '../../../src/workflows/library/many/look-rhythm';
import { FanOutSource } from '../../../src/workflows/library/many/fan-out-source';
import { JobTurns } from '../../../src/workflows/library/many/job-turns';
import { Places } from '../../../src/workflows/library/many/places';
import { Tally } from '../../../src/workflows/library/many/tally';
import type { Telling } from '../../../src/workflows/library/many/telling';
import { fanOut, prepared } from './support';

/** Syncs `s0`, `s1`, … from connection `c0` or `c1`, each into a connection of its own. */
async function stage(count: number, limits: { maxConcurrent: number; maxConcurrentPerConnection: number | null }) {
  const ids = Array.from({ length: count }, (_, index) => `s${index}`);
  const listed: ListedSyncs = {
    ...{ ids, names: ids, active: ids.map(() => true), total: count, nextAfter: null, missing: [], complete: true },
    connections: ['c0', 'c1', ...ids.map((id) => `own-${id}`)],
    source: ids.map((_id, index) => index % 2),
    target: ids.map((_id, index) => index + 2),
  };
  const hooks = { list: () => Promise.resolve(listed), skipped: () => undefined, missing: () => undefined };
  const source = new FanOutSource(prepared, fanOut, hooks);
  await source.load();
  const telling = { ended: () => undefined } as unknown as Telling;
  const turns = new JobTurns({ prepared, fanOut, source, tally: new Tally(), telling, active: [] });
  return { source, turns, places: new Places(limits, source, turns) };
}

const idsOf = (jobs: readonly { id: string }[]): string[] => jobs.map(({ id }) => id);

describe('places', () => {
  it('are given in order, as many as are free and as each connection has', async () => {
    const { places } = await stage(10, { maxConcurrent: 5, maxConcurrentPerConnection: 2 });
    expect(idsOf(places.free(10))).toEqual(['s0', 's1', 's2', 's3']);
    const unlimited = await stage(10, { maxConcurrent: 5, maxConcurrentPerConnection: null });
    expect(idsOf(unlimited.places.free(10))).toEqual(['s0', 's1', 's2', 's3', 's4']);
    expect(idsOf(unlimited.places.free(2))).toEqual(['s0', 's1']);
  });

  it('count the runs of others, less our own among them', async () => {
    const { places, turns } = await stage(10, { maxConcurrent: 9, maxConcurrentPerConnection: 2 });
    const [first] = places.free(1);
    if (!first) throw new Error('a job was expected');
    const job = turns.begin(first);
    const stageOfOurs = {
      whose: 'own',
      executionId: 'e',
      createdAt: null,
      usual: null,
      beganAt: 0,
      awaited: false,
    } as const;
    job.turn.stage = { type: 'running', ...stageOfOurs };
    places.saw({ c0: 2, c1: 2 });
    expect(places.free(9)).toEqual([]);
    expect(places.blockedByOthers).toBe(true);
    places.saw({ c0: 1, c1: 1 });
    expect(idsOf(places.free(9))).toEqual(['s1', 's2']);
    places.saw({ c0: 2, c1: 2 });
    places.forgetOthers();
    expect(idsOf(places.free(9))).toEqual(['s1', 's2', 's3']);
  });

  it('that a wait is to free are promised once, and to others only when nothing else is left', async () => {
    const { places, turns } = await stage(4, { maxConcurrent: 2, maxConcurrentPerConnection: null });
    const active = places.free(2).map((job) => turns.begin(job));
    expect(idsOf(places.afterEndOf(active.slice(0, 1)))).toEqual(['s2']);
    expect(idsOf(places.afterEndOf(active.slice(1)))).toEqual(['s3']);
    turns.endIdle({ outcome: 'skipped' });
    expect(idsOf(places.free(2))).toEqual(['s2', 's3']);
    places.returned(active.slice(0, 1));
    expect(idsOf(places.free(1))).toEqual(['s2']);
  });
});

describe('looks that led to nothing', () => {
  it('come again later each time, at most five minutes, and at once after one that led to something', () => {
    const rhythm = new LookRhythm();
    expect([rhythm.at, rhythm.isStuck]).toEqual([0, false]);
    const delays = Array.from({ length: 6 }, () => {
      rhythm.note(false, 1_000);
      return rhythm.at - 1_000;
    });
    expect(delays).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    rhythm.note(true, 1_000);
    expect([rhythm.at, rhythm.isStuck]).toEqual([0, false]);
  });
});
