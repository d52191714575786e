/** Tells whether the ingestion of a CDC sync has caught up with its source. */
import type { CaughtUp, IngestionState } from '../contracts/ingestion';

/** Statuses in which what Polytomic says of the position can be believed. Others, known or not, prove nothing. */
const workingStatuses: readonly string[] = ['ok', 'warning'];

/** Whether there is an ingestion that may catch up. */
export function isIngesting(state: IngestionState | null): state is IngestionState {
  return state !== null && state.enabled !== false;
}

/**
 * How far it is, if it has caught up; else null. Only the time of its position proves that, while it is enabled, runs and
 * works. Polytomic does not document what its high-water mark is compared with, so that it counts for nothing: a source
 * without changes may never be seen to have caught up.
 *
 * @param now Polytomic's time of the read, milliseconds since the epoch
 */
export function caughtUpWithin(state: IngestionState | null, withinMs: number, now: number): CaughtUp | null {
  if (!isIngesting(state) || state.isRunning === false) return null;
  const { status, positionTime } = state;
  if (status === null || positionTime === null || !workingStatuses.includes(status)) return null;
  const lagMs = Math.max(0, now - Date.parse(positionTime));
  return lagMs <= withinMs ? { status, positionTime, lagMs } : null;
}
