/** What all awaited executions together ask for: how likely ends are, and what looking one by one would cost. */
import { assumedHazard, wantedIntervalMs } from './hazard';
import type { WatchedExecution } from './watched-execution';

/** Sums over executions. */
export interface Demand {
  count: number;
  /** Requests a second if each were looked at by itself. */
  singleRate: number;
  /** Chance a second that one of them ends now. */
  hazard: number;
  /** Age that the next one to end will likely have, in milliseconds. */
  endingAgeMs: number;
}

/** Even a run whose history says that it cannot end yet may fail at any time. */
const leastHazard = 5e-8;

/** Adds up the executions given. */
export function demandOf(executions: Iterable<WatchedExecution>, now: number): Demand {
  const demand: Demand = { count: 0, singleRate: 0, hazard: 0, endingAgeMs: 0 };
  for (const { item, beganAt } of executions) {
    const ageMs = Math.max(0, now - beganAt);
    const hazard = assumedHazard(item.usual, ageMs) + leastHazard;
    demand.count += 1;
    demand.singleRate += 1000 / wantedIntervalMs(item.usual, ageMs);
    demand.hazard += hazard;
    demand.endingAgeMs += hazard * ageMs;
  }
  if (demand.hazard > 0) demand.endingAgeMs /= demand.hazard;
  return demand;
}
