/** Heartbeats of an activity on a steady beat. */
import type { Context } from '@temporalio/activity';
import type { Clock } from '../polytomic/clock';

/**
 * Heartbeats every `everyMs` with what `details` tells then, the first after one interval, so that a short activity
 * costs none. Returns what stops them.
 */
export function startHeartbeats(
  context: Context,
  everyMs: number,
  details: () => unknown,
  clock: Pick<Clock, 'setTimer'>,
): () => void {
  let stop: () => void;
  const beat = (): void => {
    context.heartbeat(details());
    stop = clock.setTimer(everyMs, beat);
  };
  stop = clock.setTimer(everyMs, beat);
  return () => stop();
}
