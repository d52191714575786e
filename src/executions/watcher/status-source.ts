/** What tells of many runs at once, and what decides whether it is asked. */
import type { SyncKind } from '../../contracts/sync-kind';
import { bestIntervalMs } from './hazard';
import { maxIntervalMs, minReadIntervalMs, patienceMs } from './tuning';

/** Something of which a source may tell: a run, or a sync in which a run is searched. */
export interface Monitored {
  readonly kind: SyncKind;
  readonly syncId: string;
  /** Null: any run of the sync. */
  readonly executionId: string | null;
  /** Polytomic's time up to which nothing of interest is known to have happened, milliseconds since the epoch. */
  readonly aliveAt: number;
  /** Chance a second that something happens at this time of Polytomic's. */
  hazard(serverNow: number): number;
}

/** Told that a run is said to have ended. That ends no wait: it says when to read. */
export type OnEnd = (executionId: string, syncId: string | null) => void;

/** Who waits, as a source needs to know it. Times are of the monotonic clock, unless said otherwise. */
export interface Situation {
  now: number;
  /** Polytomic's time. */
  serverNow: number;
  items: readonly Monitored[];
  /** Those of them that no source before this one monitors. */
  unmonitored: readonly Monitored[];
  /** Requests a minute in all. */
  requestsPerMinute: number;
  /** Requests a minute that this source may take. */
  maxPerMinute: number;
  /** How often each run is read whatever sources say. */
  safetyMs: number;
}

/** One way to hear of many at once. One that pushes is never asked: its `askAt` is infinite. */
export interface StatusSource {
  readonly name: string;
  /** "Ask me at"; infinite while it does not pay. */
  readonly askAt: number;
  /** Requests a minute that it takes at present. */
  readonly perMinute: number;
  /** Decides anew whether and how often it pays to ask. */
  plan(situation: Situation): void;
  /** "I cover this until": the time up to which a silent source stands for "not ended". */
  coversUntil(item: Monitored): number;
  /** Polytomic's time up to which its silence stands for "not ended", for a next worker; -Infinity: it says nothing. */
  quietUpTo(item: Monitored): number;
  /** One request. @throws PolytomicError */
  ask(signal: AbortSignal): Promise<void>;
  /** Whether it told of this run's end before anybody waited for it. */
  hasReported(executionId: string): boolean;
}

/** The same things read one by one. */
interface Alone {
  perSecond: number;
  hazard: number;
  /** Mean time until an end is seen, milliseconds. */
  latencyMs: number;
}

function readAlone(items: readonly Monitored[], { serverNow, requestsPerMinute }: Situation): Alone {
  let [perSecond, hazard, weighted] = [0, 0, 0];
  for (const item of items) {
    const own = item.hazard(serverNow);
    const intervalMs = Math.min(Math.max(bestIntervalMs(own), minReadIntervalMs), patienceMs);
    perSecond += 1_000 / intervalMs;
    hazard += own;
    weighted += (own * intervalMs) / 2;
  }
  const stretch = Math.max(1, (perSecond * 60) / requestsPerMinute);
  return { perSecond: perSecond / stretch, hazard, latencyMs: hazard > 0 ? (weighted / hazard) * stretch : 0 };
}

/**
 * How often to ask a source for what it tells of these, in milliseconds; null where reading them one by one is cheaper, or
 * sees ends as soon. Begun and left by this one test.
 *
 * @param requests that one round takes
 */
export function pollIntervalMs(items: readonly Monitored[], requests: number, situation: Situation): number | null {
  const alone = readAlone(items, situation);
  const safetyPerSecond = (items.length * 1_000) / situation.safetyMs;
  const saved = alone.perSecond - safetyPerSecond;
  const cheapEnoughMs = saved > 0 ? (1_000 * requests) / saved : Infinity;
  const soonEnoughMs = 2 * alone.latencyMs;
  const affordableMs = Math.max(minReadIntervalMs, (60_000 * requests) / situation.maxPerMinute);
  if (Math.max(cheapEnoughMs, affordableMs) >= soonEnoughMs) return null;
  const bestMs = Math.min(bestIntervalMs(alone.hazard / requests), maxIntervalMs);
  return Math.min(Math.max(bestMs, cheapEnoughMs, affordableMs), soonEnoughMs);
}
