/** How long one attempt of an activity may post and read, so that its end is always its own and never a timeout's. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../polytomic/clock';
import type { PostAttempt } from './post-idempotently';

/** After this no post begins: its answer may take a minute, and a read after it another one. */
const postsForMs = 30_000;
/** After this no read goes on; the activity's own timeout is three minutes. */
const readsForMs = 150_000;

/** The limits of an attempt that begins now, and what ends their timers. */
export type AttemptLimits = Pick<PostAttempt, 'beforePost' | 'afterPost' | 'whyNotPost' | 'readTime'> & { end(): void };

/** @param cancelled the activity is cancelled, or its worker stops */
export function createAttemptLimits(clock: Clock, cancelled: AbortSignal): AttemptLimits {
  const beganAt = clock.monotonic();
  const over = new AbortController();
  const cancelTimer = clock.setTimer(readsForMs, () => over.abort(new Error('the time for reads is over')));
  const beforePost = AbortSignal.any([cancelled, over.signal]);
  // Every request of every item listens; Node would take more than ten listeners for a leak.
  setMaxListeners(0, beforePost, over.signal);
  let underWay: Promise<unknown> | undefined;
  return {
    beforePost,
    afterPost: over.signal,
    whyNotPost() {
      if (cancelled.aborted) return 'the attempt was stopped before';
      return clock.monotonic() - beganAt >= postsForMs ? 'the attempt has run for too long' : undefined;
    },
    readTime(read) {
      underWay ??= read(beforePost).finally(() => (underWay = undefined));
      return underWay;
    },
    end: cancelTimer,
  };
}
