/** Whether a workflow's own timeout passed while its first activity was tried. */
import { Context } from '@temporalio/activity';

/**
 * Tries go on while Polytomic is out of reach; the workflow cannot watch its timeout before it knows it from here. Both times
 * are Temporal's, as this worker's clock may be wrong; how long the attempt stood in the queue, the workflow sees itself.
 */
export function timeoutPassed(timeoutMs: number): boolean {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs >= scheduledTimestampMs + timeoutMs;
}
