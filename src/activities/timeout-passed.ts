/** A workflow's own timeout, while its first activity is tried. */
import { Context } from '@temporalio/activity';
import { toFailure } from './failure';

/**
 * Whether it has passed. Tries go on while Polytomic is out of reach; the workflow cannot watch its timeout before it knows it
 * from here. How long the attempt stood in the queue, the workflow sees itself.
 */
export function timeoutPassed(timeoutMs: number): boolean {
  return leftMs(timeoutMs) <= 0;
}

/** Performs an attempt, after which the next one comes no later than the timeout, whatever Polytomic asks for. */
export async function attemptWithin<T>(timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw toFailure(error, leftMs(timeoutMs));
  }
}

/** Both times are Temporal's, as this worker's clock may be wrong. */
function leftMs(timeoutMs: number): number {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  return scheduledTimestampMs + timeoutMs - currentAttemptScheduledTimestampMs;
}
