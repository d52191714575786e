/**
 * Ends that may not be ends: statuses of which nobody says whether they are final count as such once `completed_at` is set, or
 * after a while; a completed run with schemas in progress counts as ended after a shorter while.
 */
import type { Execution, ExecutionEnding } from '../contracts/execution';
import { completedWithErrorsStatus } from '../rules/run-outcome';

/** How long such a status may stand without `completed_at` before it counts as the end: a restart might resume it. */
export const uncertainEndGraceMs = 120_000;

/** How long a completed run may show schemas in progress: reads lag by up to 25 s, and what a schema came to is known late. */
export const unendedSchemasGraceMs = 30_000;

/** The statuses, with the ending that each stands for. */
export const uncertainEndings: ReadonlyMap<string, ExecutionEnding> = new Map([
  ['interrupted', 'failed'],
  ['errors', 'partial'],
  // Known of events only.
  [completedWithErrorsStatus, 'completed'],
]);

/** Whether the execution may or may not have ended: remember since when, for {@link withGrace}. */
export function isUncertain(execution: Execution): boolean {
  return hasUnendedSchemas(execution) || (execution.phase !== 'ended' && uncertainEndings.has(execution.status));
}

/** How long an uncertain execution must stay as it is until it counts as ended. */
export function endGraceMsOf(execution: Execution): number {
  return hasUnendedSchemas(execution) ? unendedSchemasGraceMs : uncertainEndGraceMs;
}

/**
 * The execution, in progress until it has been uncertain for {@link endGraceMsOf}, and ended from then on.
 *
 * @param uncertainSince when that was first seen, milliseconds since the epoch; null when it was not
 */
export function withGrace(execution: Execution, uncertainSince: number | null, now: number): Execution {
  if (!isUncertain(execution)) return execution;
  const isOver = uncertainSince !== null && now - uncertainSince >= endGraceMsOf(execution);
  if (hasUnendedSchemas(execution)) {
    const { ending: _ending, ...rest } = execution;
    return isOver ? execution : { ...rest, phase: 'running' };
  }
  const ending = uncertainEndings.get(execution.status);
  return isOver && ending ? { ...execution, phase: 'ended', ending } : execution;
}

function hasUnendedSchemas({ unendedSchemas }: Execution): boolean {
  return unendedSchemas !== undefined;
}
