/** A sync in which somebody looks for a run, and how the looks at it went. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { ReadHistory } from '../watcher/single-reads';
import type { RunSearch } from './run-search';

/** What is remembered of one sync, as long as somebody searches it. Times are milliseconds since the epoch. */
export interface SearchedSync extends ReadHistory {
  readonly ref: SyncRef;
  readonly searches: Set<RunSearch>;
  looking: boolean;
  /** Something happened during the look that it may not have seen. */
  again: boolean;
  lookedAt: number | null;
}

/** A sync that was never looked at. */
export function searchedSync({ kind, syncId }: SyncRef, now: number): SearchedSync {
  return {
    ref: { kind, syncId },
    searches: new Set(),
    looking: false,
    again: false,
    lookedAt: null,
    beganAt: now,
    failures: 0,
    refusals: 0,
    missing: null,
    deniedSince: null,
  };
}

/** New searches look often, as what they wait for may have been set off just now. */
const shortestMs = 5_000;
const longestMs = 60_000;
const shareOfAge = 0.1;

/** What plans the next look. */
export interface SearchPlan {
  /** By this machine's clock. */
  now: number;
  /** By Polytomic's. */
  polytomicTime: number;
  /** Time between two looks that the request budget allows. */
  affordableMs: number;
  /** Factor on the time between looks, so that what began together is not looked at together. */
  jitter: number;
}

/** Milliseconds until the next look, as the most impatient search wants it. What is to come later needs none before. */
export function nextLookMs(
  searches: Iterable<RunSearch>,
  { now, polytomicTime, affordableMs, jitter }: SearchPlan,
): number {
  let next = Infinity;
  for (const { request } of searches) {
    const ownMs = Math.min(Math.max((now - request.since) * shareOfAge, shortestMs), longestMs);
    const untilItCounts = request.endedAfter - polytomicTime;
    next = Math.min(next, untilItCounts > 0 ? untilItCounts + 1 : Math.max(ownMs, affordableMs) * jitter);
  }
  return next;
}
