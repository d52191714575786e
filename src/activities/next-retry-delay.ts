/** The one way to set the delay before the next attempt of an activity. */
import { minRetryAfterMs } from '../polytomic/retry-after';

/**
 * The field of an `ApplicationFailure`; nothing where there is no delay to set. At least one second: Temporal reads a next
 * delay of 0 as "do not retry", and would fail the workflow.
 */
export function nextRetryDelay(delayMs: number | undefined): { nextRetryDelay?: number } {
  return delayMs === undefined ? {} : { nextRetryDelay: Math.max(minRetryAfterMs, Math.round(delayMs)) };
}
