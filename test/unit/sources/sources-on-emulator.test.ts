/** The watcher of a real client against the emulator, whose clock moves with the watcher's. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SyncKind } from '../../../src/contracts/sync-kind';
import { createClientReads, createClientWatcher } from '../../../src/executions/watcher/client-watcher';
import type { ExecutionWatcher } from '../../../src/executions/watcher/execution-watcher';
import type { AwaitItem } from '../../../src/contracts/waits';
import { createClient } from '../../../src/polytomic/client';
import { startEmulator, type Emulator } from '../../../src/testing';
import { nextTurn, SimulatedClock } from '../watcher/simulation/simulated-clock';
import { seeded } from '../watcher/simulation/watched';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface StageOptions {
  apiVersion?: string;
  allows?: (operation: string) => boolean;
}

/** An emulator and a watcher that live by one clock: it stands still while a request is under way. */
async function stage({ apiVersion, allows }: StageOptions = {}) {
  const emulator = await startEmulator({ clock: 'manual', seed: { modelSyncs: [], bulkSyncs: [] } });
  const holder: { watcher?: ExecutionWatcher } = {};
  const settled = async (): Promise<void> => {
    do await nextTurn();
    while (holder.watcher && holder.watcher.stats.inFlight > 0);
  };
  const onMove = (ms: number): void => emulator.clock.advance(ms);
  const clock = new SimulatedClock({ startAt: emulator.clock.now(), settled, onMove, random: seeded(7) });
  const { url, apiKey } = emulator;
  const warnings: string[] = [];
  const client = createClient({ url, apiKey, clock, ...(apiVersion !== undefined && { apiVersion }) });
  const log = { warn: (message: string) => warnings.push(message) };
  const reads = createClientReads({ client, requestsPerMinute: 30, log, ...(allows && { allows }) });
  const watcher = createClientWatcher(client, reads);
  holder.watcher = watcher;
  closing.push(() => {
    watcher.close();
    return emulator.close();
  });
  return { emulator, clock, watcher, warnings };
}

/** Starts runs, one of each sync, ten minutes long and a little more each. */
function startRuns(emulator: Emulator, kind: SyncKind, count: number): AwaitItem[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = { durationMs: 600_000 + index * 1_000 };
    const sync = kind === 'model' ? emulator.addModelSync(seed) : emulator.addBulkSync(seed);
    const executionId = emulator.startRun(sync.id);
    const usual = { medianMs: 610_000, sigma: 0.05, runs: 10 };
    return { kind, syncId: sync.id, executionId, createdAt: new Date(emulator.clock.now()).toISOString(), usual };
  });
}

/** Waits for all, and says how late the latest end was found. */
async function awaitAll({ emulator, clock, watcher }: Awaited<ReturnType<typeof stage>>, items: AwaitItem[]) {
  const { signal } = new AbortController();
  const pending = new Map(items.map((item) => [item.executionId, item]));
  const lateness: number[] = [];
  while (pending.size > 0) {
    const request = { waitId: 'one', items: [...pending.values()], lingerMs: 0, waitForMs: null, signal };
    const { settled } = await clock.run(watcher.watch(request));
    for (const one of settled) {
      if (one.state !== 'ended') throw new Error(`lost: ${one.failure.message}`);
      pending.delete(one.execution.executionId);
      const record = emulator.executions().find(({ id }) => id === one.execution.executionId);
      lateness.push(emulator.clock.now() - record!.completedAt!);
    }
  }
  return Math.max(...lateness);
}

const asked = (emulator: Emulator, operation: string): number =>
  emulator.requests().filter((request) => request.operation === operation).length;

describe.each([
  ['model', 180],
  ['bulk', 150],
] as const)('forty %s runs', (kind, most) => {
  it('are found by the events, for three or four requests a run', async () => {
    const on = await stage();
    const items = startRuns(on.emulator, kind, 40);
    expect(await awaitAll(on, items)).toBeLessThan(15_000);
    expect(asked(on.emulator, 'events.list')).toBeGreaterThan(0);
    expect(on.emulator.requests().length).toBeLessThan(most);
    expect(on.warnings).toEqual([]);
  });
});

it('finds bulk runs by the batch status where there are no events', async () => {
  const on = await stage({ allows: (operation) => operation !== 'events.list' });
  const items = startRuns(on.emulator, 'bulk', 40);
  expect(await awaitAll(on, items)).toBeLessThan(15_000);
  expect(asked(on.emulator, 'events.list')).toBe(0);
  expect(asked(on.emulator, 'bulkSync.executions.listStatus')).toBeGreaterThan(0);
  expect(on.emulator.requests().length).toBeLessThan(150);
});

it('uses no source that the API version does not have, and says nothing of it', async () => {
  const on = await stage({ apiVersion: '2023-04-25' });
  const items = startRuns(on.emulator, 'model', 5);
  await awaitAll(on, items);
  expect(new Set(on.emulator.requests().map(({ operation }) => operation))).not.toContain('events.list');
  expect(on.warnings).toEqual([]);
});

it('reads one by one, with one warning, where the feed answers 404', async () => {
  const on = await stage();
  on.emulator.fault({ operation: 'events.list', status: 404, times: Infinity });
  const items = startRuns(on.emulator, 'model', 5);
  expect(await awaitAll(on, items)).toBeLessThan(60_000);
  expect(asked(on.emulator, 'events.list')).toBe(1);
  expect(on.warnings).toEqual([expect.stringContaining('event feed')]);
});

it('finds the others when one bulk sync of the batch was deleted', async () => {
  const on = await stage({ allows: (operation) => operation !== 'events.list' });
  const items = startRuns(on.emulator, 'bulk', 5);
  on.emulator.fault({ operation: 'bulkSync.executions.listStatus', status: 404, times: Infinity });
  expect(await awaitAll(on, items)).toBeLessThan(60_000);
  expect(on.warnings).toEqual([expect.stringContaining('batch status')]);
});

it('shows counts of each schema of a bulk run in progress', async () => {
  const on = await stage();
  const [item] = startRuns(on.emulator, 'bulk', 1);
  const { signal } = new AbortController();
  void on.watcher.watch({ waitId: 'one', items: [item!], lingerMs: 0, waitForMs: null, signal }).catch(() => undefined);
  await on.clock.advance(580_000);
  const [shown] = on.watcher.progress('one').executions;
  expect(shown).toMatchObject({ executionId: item!.executionId, status: 'running' });
  expect(shown!.schemas!.length).toBeGreaterThan(0);
});
