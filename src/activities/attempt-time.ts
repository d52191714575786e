/** Temporal's time during an attempt. What one worker notes another compares, and the clock of each may be wrong. */
import type { Context } from '@temporalio/activity';
import type { Clock } from '../polytomic/clock';

/** Milliseconds since the epoch: when Temporal scheduled the attempt, moved on by the monotonic clock from now on. */
export function attemptTime({ info }: Pick<Context, 'info'>, clock: Pick<Clock, 'monotonic'>): () => number {
  const beganAt = clock.monotonic();
  return () => info.currentAttemptScheduledTimestampMs + clock.monotonic() - beganAt;
}
