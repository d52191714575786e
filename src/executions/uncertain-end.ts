/** Statuses of which nobody says whether they are final: they are once `completed_at` is set, or after a while. */
import type { Execution, ExecutionEnding } from '../contracts/execution';
import { completedWithErrorsStatus } from '../rules/run-outcome';

/** How long such a status may stand without `completed_at` before it counts as the end: a restart might resume it. */
export const uncertainEndGraceMs = 120_000;

/** The statuses, with the ending that each stands for. */
export const uncertainEndings: ReadonlyMap<string, ExecutionEnding> = new Map([
  ['interrupted', 'failed'],
  ['errors', 'partial'],
  // Known of events only.
  [completedWithErrorsStatus, 'completed'],
]);

/** Whether the execution stands in such a status and has not ended: remember since when, for {@link withGrace}. */
export function isUncertain(execution: Execution): boolean {
  return execution.phase !== 'ended' && uncertainEndings.has(execution.status);
}

/**
 * The execution, ended if its uncertain status has stood for {@link uncertainEndGraceMs}.
 *
 * @param uncertainSince when the status was first seen, milliseconds since the epoch; null when it was not
 */
export function withGrace(execution: Execution, uncertainSince: number | null, now: number): Execution {
  const ending = uncertainEndings.get(execution.status);
  if (execution.phase === 'ended' || !ending || uncertainSince === null) return execution;
  return now - uncertainSince < uncertainEndGraceMs ? execution : { ...execution, phase: 'ended', ending };
}
