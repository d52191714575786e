/** The benchmark of fan-outs judges: what it measures is what happened, and each promise that is broken is named. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toCost, type FanOutCost } from '../../../scripts/bench/fan-out/cost';
import { brokenBeside, brokenGrowth } from '../../../scripts/bench/fan-out/promises';
import { startEmulator, type Emulator } from '../../../src/testing';

const kept: FanOutCost = {
  ...{ side: 'ours', syncs: 100, seconds: 60, concurrency: 20, wallSeconds: 340, peak: 20, onceEach: true },
  ...{ requests: 260, sharedLooks: 50, requestsByOperation: {}, cpuSeconds: 2, peakRssMib: 300 },
  idleWorker: { cpuSeconds: 1, peakRssMib: 150 },
  temporal: { runs: 1, events: 200, actions: 40, heartbeats: 2, largestPayloadBytes: 20_000 },
};
const pool: FanOutCost = { ...kept, side: 'promise pool', wallSeconds: 300, temporal: null };
const ofTemporal = (changed: Partial<NonNullable<FanOutCost['temporal']>>): Partial<FanOutCost> => ({
  temporal: { ...kept.temporal!, ...changed },
});

describe('the promises of fan-outs', () => {
  it('are kept by what costs no more than promised', () => {
    expect(brokenBeside([kept, pool])).toEqual([]);
    expect(brokenGrowth([kept, { ...kept, syncs: 90 }])).toEqual([]);
  });

  it.each([
    ['wall time', { wallSeconds: 361 }],
    ['history events', ofTemporal({ events: 301 })],
    ['billable actions', ofTemporal({ actions: 66 })],
    ['requests besides shared looks', { requests: 311 }],
    ['runs at once', { peak: 21 }],
    ['exactly once', { onceEach: false }],
    ['bytes in a payload', ofTemporal({ largestPayloadBytes: 256 * 1024 + 1 })],
  ])('are broken by more: %s', (promise, changed) => {
    expect(brokenBeside([{ ...kept, ...changed }, pool])).toEqual([expect.stringContaining(promise)]);
  });

  it('are broken by a sync that costs more among many, whatever the figure', () => {
    const many = {
      ...kept,
      syncs: 1_000,
      requests: 2_600,
      cpuSeconds: 20,
      ...ofTemporal({ events: 2_500, actions: 400 }),
    };
    expect(brokenGrowth([kept, many])).toEqual([expect.stringContaining('ours, 1000 syncs: events a sync')]);
  });
});

describe('the cost of a side', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', seed: { bulkSyncs: [] }, durationMs: 1_000 });
  });
  afterEach(() => emulator.close());

  const start = async (syncId: string): Promise<void> => {
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    await fetch(`${emulator.url}/api/bulk/syncs/${syncId}/executions`, { method: 'POST', headers, body: '{}' });
  };
  const costOf = (syncs: number): FanOutCost => {
    const usage = { cpuMs: 0, rssBytes: 0, peakRssBytes: 0, heapBytes: 0 };
    const load = { syncs, seconds: 1, concurrency: 2 };
    const side = { side: 'ours', organization: 'default', wallSeconds: 2, temporal: null, idleWorker: null } as const;
    return toCost(emulator, { load, ...side, before: usage, after: usage });
  };

  it('counts how many runs went on at the same time, each sync once, and requests by operation', async () => {
    const [first, second, third] = [0, 1, 2].map(() => emulator.addBulkSync().id);
    await start(first!);
    emulator.clock.advance(500);
    await start(second!);
    emulator.clock.advance(500);
    await start(third!);
    emulator.clock.advance(1_000);
    const once = { peak: 2, onceEach: true, requests: 3, requestsByOperation: { 'bulkSync.start': 3 } };
    expect(costOf(3)).toMatchObject(once);
    await start(third!);
    expect(costOf(3)).toMatchObject({ onceEach: false, requests: 4 });
  });
});
