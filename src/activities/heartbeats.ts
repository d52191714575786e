/** Heartbeats of an activity on a steady beat. */
import type { Context } from '@temporalio/activity';

/**
 * Heartbeats every `everyMs` with what `details` tells then, the first after one interval, so that a short activity
 * costs none. Returns what stops them.
 */
export function startHeartbeats(context: Context, everyMs: number, details: () => unknown): () => void {
  const timer = setInterval(() => context.heartbeat(details()), everyMs);
  return () => clearInterval(timer);
}
