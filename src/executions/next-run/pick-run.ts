/** Which run of a sync is the first that ends after a time. */
import { isInProgress } from '../snapshot';
import type { ShapedExecution } from '../sync-adapter';

/** What somebody waits for. */
export interface WantedRun {
  /** Milliseconds since the epoch by Polytomic's clock; ends later than this count. */
  endedAfter: number;
  /** Runs that were read as in progress later than that: they count whatever time of their end is told. */
  inProgress: ReadonlySet<string>;
}

/**
 * The run that ended first after the time; without one, the oldest in progress, which will be the first. Null: look again.
 * A run that ended without telling when counts only if it began after the time or was seen in progress after it: it
 * might be an old one.
 *
 * @param executions in any order
 * @param now Polytomic's time when they were read
 */
export function pickRun(
  executions: readonly ShapedExecution[],
  wanted: WantedRun,
  now: number,
): ShapedExecution | null {
  let found: ShapedExecution | null = null;
  let first = Infinity;
  // From the newest on, so that among equals the oldest is taken.
  for (const execution of executions.toSorted((one, other) => beginningOf(other) - beginningOf(one))) {
    const end = endOf(execution, wanted, now);
    if (end === null || end > first) continue;
    [found, first] = [execution, end];
  }
  return found;
}

/**
 * Whether these runs reach back to one that is too old, so that those before it, which began earlier, are too. Of one that does
 * not tell when it ended, its beginning says so: those before it had ended then.
 */
export function reachesBack(executions: readonly ShapedExecution[], endedAfter: number): boolean {
  return executions.some((execution) => {
    const end = timeOf(execution.completedAt);
    return execution.phase === 'ended' && (Number.isNaN(end) ? beginningOf(execution) : end) <= endedAfter;
  });
}

/** When a run that counts ended; beyond every time while it has not; null if it does not count. */
function endOf(execution: ShapedExecution, { endedAfter, inProgress }: WantedRun, now: number): number | null {
  if (execution.phase !== 'ended') {
    return now >= endedAfter && isInProgress(execution, now) ? Number.MAX_VALUE : null;
  }
  const end = timeOf(execution.completedAt);
  if (end > endedAfter) return end;
  const proved = inProgress.has(execution.executionId);
  const tellsEnd = !Number.isNaN(end);
  if (proved) return tellsEnd ? end : now;
  return !tellsEnd && beginningOf(execution) > endedAfter && now > endedAfter ? now : null;
}

function beginningOf({ startedAt, createdAt }: ShapedExecution): number {
  return timeOf(startedAt ?? createdAt) || 0;
}

const timeOf = (time: string | null): number => Date.parse(time ?? '');
