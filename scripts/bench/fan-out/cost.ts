/** What running many syncs cost one side. */
import type { Emulator, ExecutionRecord, LoggedRequest } from '../../../src/testing';
import type { Usage } from '../memory-use';
import type { ChainCost } from './chain-cost';
import type { Load } from './options';

/** Who runs the syncs. */
export type FanOutSide = 'ours' | 'promise pool';

/** What it cost; null: that side has no such thing. */
export interface FanOutCost extends Load, ProcessCost {
  side: FanOutSide;
  wallSeconds: number;
  /** Runs at the same time, by the emulator's own records. */
  peak: number;
  /** Each sync was run, and none of them twice. */
  onceEach: boolean;
  requests: number;
  /** Those of them that look at all runs at once: pages of events and batches of statuses. */
  sharedLooks: number;
  /** All of them by operation. */
  requestsByOperation: Record<string, number>;
  temporal: ChainCost | null;
  /** What a bare Temporal worker cost beside it that had nothing to do all the time. */
  idleWorker: ProcessCost | null;
}

/** What a process cost. */
export interface ProcessCost {
  /** From when it was ready. */
  cpuSeconds: number;
  peakRssMib: number;
}

/** What is measured outside the emulator. */
export interface Run {
  load: Load;
  side: FanOutSide;
  organization: string;
  wallSeconds: number;
  before: Usage;
  after: Usage;
  temporal: ChainCost | null;
  idleWorker: ProcessCost | null;
}

const looks: readonly string[] = ['events.list', 'bulkSync.executions.listStatus'];

/** Adds what the emulator knows. */
export function toCost(emulator: Emulator, run: Run): FanOutCost {
  const { load, side, organization, wallSeconds, before, after, temporal, idleWorker } = run;
  const runs = emulator.executions().filter((one) => one.organization === organization && one.startedBy === 'api');
  const requestsByOperation = countByOperation(
    emulator.requests().filter(({ headers }) => headers.authorization === `key 0 of ${organization}`),
  );
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return {
    ...load,
    ...{ side, wallSeconds, temporal, idleWorker, requestsByOperation },
    peak: peakOf(runs),
    onceEach: runs.length === load.syncs && new Set(runs.map(({ syncId }) => syncId)).size === load.syncs,
    requests: sum(Object.values(requestsByOperation)),
    sharedLooks: sum(looks.map((operation) => requestsByOperation[operation] ?? 0)),
    cpuSeconds: (after.cpuMs - before.cpuMs) / 1000,
    peakRssMib: toMib(after),
  };
}

/** Peak of its resident memory. */
export const toMib = ({ peakRssBytes }: Usage): number => peakRssBytes / 2 ** 20;

function countByOperation(requests: readonly LoggedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation = 'none' } of requests) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

/** A run that ends in the moment in which another begins does not run beside it. */
function peakOf(runs: readonly ExecutionRecord[]): number {
  const steps = runs
    .flatMap(({ createdAt, completedAt = Infinity }) => [
      { at: createdAt, by: 1 },
      { at: completedAt, by: -1 },
    ])
    .toSorted((one, other) => one.at - other.at || one.by - other.by);
  let now = 0;
  let peak = 0;
  for (const { by } of steps) {
    now += by;
    peak = Math.max(peak, now);
  }
  return peak;
}
