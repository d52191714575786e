/** Temporal's time during an attempt. What one worker notes another compares, and the clock of each may be wrong. */
import type { Context } from '@temporalio/activity';
import type { Clock } from '../polytomic/clock';

/** Milliseconds since the epoch: when Temporal scheduled the attempt, moved on by the monotonic clock from now on. */
export function attemptTime({ info }: Pick<Context, 'info'>, clock: Pick<Clock, 'monotonic'>): () => number {
  const beganAt = clock.monotonic();
  return () => info.currentAttemptScheduledTimestampMs + clock.monotonic() - beganAt;
}

/** A description comes at once; without it the attempt goes on. */
const describeWithinMs = 5_000;

/**
 * When a worker took the attempt, milliseconds since the epoch by Temporal's clock. The attempt is given the time of its
 * scheduling alone, so that this is read from its workflow. Where it cannot be read, that of the scheduling stands for it.
 */
export async function readTakenAt(context: Context): Promise<number> {
  const { activityId, workflowExecution, currentAttemptScheduledTimestampMs } = context.info;
  const { workflowId = '', runId } = workflowExecution ?? {};
  try {
    const { client } = context;
    const describe = () => client.workflow.getHandle(workflowId, runId).describe();
    const { raw } = await client.withDeadline(Date.now() + describeWithinMs, describe);
    const own = raw.pendingActivities?.find((pending) => pending.activityId === activityId);
    const taken = own?.lastStartedTime;
    return taken
      ? Number(taken.seconds) * 1_000 + Math.floor((taken.nanos ?? 0) / 1e6)
      : currentAttemptScheduledTimestampMs;
  } catch {
    return currentAttemptScheduledTimestampMs;
  }
}
