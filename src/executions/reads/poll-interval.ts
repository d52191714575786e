/** How often it pays to ask a source, and how often each run is read whatever sources say. Pure. */
import { bestIntervalMs } from './hazard';
import type { Monitored, Situation } from './status-source';
import { budgetShare, maxIntervalMs, minReadIntervalMs, patienceMs } from './tuning';

/**
 * How often to ask a source for what it tells of these, in milliseconds; null where reading them one by one is cheaper, or
 * sees ends as soon. Begun and left by this one test.
 *
 * @param requests that one round takes
 */
export function pollIntervalMs(items: readonly Monitored[], requests: number, situation: Situation): number | null {
  const { serverNow, requestsPerMinute } = situation;
  let [perSecond, hazard, weighted] = [0, 0, 0];
  for (const item of items) {
    const own = item.hazard(serverNow);
    const intervalMs = Math.min(Math.max(bestIntervalMs(own), minReadIntervalMs), patienceMs);
    perSecond += 1_000 / intervalMs;
    hazard += own;
    weighted += (own * intervalMs) / 2;
  }
  // Read one by one, they would get no more than the budget, and their ends be seen later by as much.
  const stretch = Math.max(1, (perSecond * 60) / requestsPerMinute);
  const soonEnoughMs = hazard > 0 ? ((2 * weighted) / hazard) * stretch : 0;
  const saved = perSecond / stretch - (items.length * 1_000) / safetyMsOf(situation);
  const cheapEnoughMs = saved > 0 ? (1_000 * requests) / saved : Infinity;
  const affordableMs = Math.max(minReadIntervalMs, (60_000 * requests) / (budgetShare * requestsPerMinute));
  if (Math.max(cheapEnoughMs, affordableMs) >= soonEnoughMs) return null;
  const bestMs = Math.min(bestIntervalMs(hazard / requests), maxIntervalMs);
  return Math.min(Math.max(bestMs, cheapEnoughMs, affordableMs), soonEnoughMs);
}

/** How often each run is read whatever sources say of it: all of them together within their share of the budget. */
export const safetyMsOf = ({ items, requestsPerMinute }: Pick<Situation, 'items' | 'requestsPerMinute'>): number =>
  Math.max(patienceMs, (items.length * 60_000) / (budgetShare * requestsPerMinute));
