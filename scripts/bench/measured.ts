/** What the benchmark measures of one side with one number of waits. */
import type { LoggedRequest } from '../../src/testing';
import type { Side } from './sides';

/** Figures of waiting; null: not measured in this part. */
export interface Measured {
  side: Side;
  waits: number;
  /** For looking at runs; starts and what is read before them do not count. */
  requests: number;
  /** Seconds from the end of a run until the side knew of it. */
  p50: number;
  p99: number;
  mean: number;
  /** Requests of a wait times its mean latency: what a fixed interval cannot change, as one grows when the other falls. */
  requestSeconds: number;
  /** CPU time of the side's process, milliseconds for each hour that a wait waits. */
  cpuMsPerWaitHour: number | null;
  /** Memory of the side's process that came with the waits. */
  kibPerWait: number | null;
  /** Events of a workflow's history. */
  eventsPerWait: number | null;
  /** Billable actions of a workflow from start to end, heartbeats aside. */
  actionsPerWait: number | null;
}

/** What is known once all ends were seen. */
export type Seen = Pick<Measured, 'side' | 'waits' | 'requests'> & { latenciesMs: readonly number[] };

/** Figures from requests and latencies; the others are null until they are measured. */
export function toMeasured({ side, waits, requests, latenciesMs }: Seen): Measured {
  const seconds = latenciesMs.map((ms) => ms / 1000).toSorted((one, other) => one - other);
  const at = (share: number): number =>
    seconds[Math.min(seconds.length - 1, Math.floor(share * seconds.length))] ?? NaN;
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  return {
    ...{ side, waits, requests, p50: at(0.5), p99: at(0.99), mean },
    requestSeconds: (requests / waits) * mean,
    ...{ cpuMsPerWaitHour: null, kibPerWait: null, eventsPerWait: null, actionsPerWait: null },
  };
}

const looks = new Set([
  'modelSync.getStatus',
  'modelSync.executions.get',
  'bulkSync.getStatus',
  'bulkSync.executions.get',
  'bulkSync.executions.listStatus',
  'events.list',
]);

/** Requests that only look at runs in progress. */
export function countLooks(requests: readonly LoggedRequest[]): number {
  return requests.filter(({ operation = '' }) => looks.has(operation)).length;
}
