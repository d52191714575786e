/** A workflow's own timeout, while its first activity is tried. */
import { Context } from '@temporalio/activity';
import type { PreparedRuns } from '../contracts/prepared-runs';
import type { ResolvedRunOptions } from '../contracts/run-options';
import { toItemFailure } from '../executions/error-classes';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError } from '../polytomic/errors';
import { toFailure } from './failure';

/**
 * Whether it has passed. Tries go on while Polytomic is out of reach; the workflow cannot watch its timeout before it knows it
 * from here. How long the attempt stood in the queue, the workflow sees itself.
 */
export function timeoutPassed(timeoutMs: number): boolean {
  return leftMs(timeoutMs) <= 0;
}

/**
 * Performs an attempt, unless the timeout has passed, and gives it up when it does; null: it has. After a failure the next
 * one comes no later than the timeout, whatever Polytomic asks for, and learns what this one met.
 */
export async function attemptWithin<T>(
  { timeoutMs, errorText, clock }: Pick<ResolvedRunOptions, 'timeoutMs' | 'errorText'> & Pick<PolytomicClient, 'clock'>,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  if (timeoutPassed(timeoutMs)) return null;
  const { cancellationSignal } = Context.current();
  const over = new AbortController();
  const cancelTimer = clock.setTimer(leftMs(timeoutMs), () => over.abort());
  try {
    return await attempt(AbortSignal.any([cancellationSignal, over.signal]));
  } catch (error) {
    if (over.signal.aborted && !cancellationSignal.aborted) return null;
    const failure = toFailure(error, leftMs(timeoutMs));
    // It may stand in the result.
    const isBare = errorText === 'omit' && isPolytomicError(error);
    const lastFailure = isBare ? toItemFailure(error, errorText).message : failure.message;
    Context.current().heartbeat({ lastFailure });
    throw failure;
  } finally {
    cancelTimer();
  }
}

/** That the timeout passed, and what the last try met that failed. */
export function expired(): Pick<PreparedRuns, 'expired' | 'lastFailure'> {
  const left = Context.current().info.heartbeatDetails as { lastFailure?: unknown } | null | undefined;
  return { expired: true, ...(typeof left?.lastFailure === 'string' && { lastFailure: left.lastFailure }) };
}

/** Both times are Temporal's, as this worker's clock may be wrong. */
function leftMs(timeoutMs: number): number {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  return scheduledTimestampMs + timeoutMs - currentAttemptScheduledTimestampMs;
}
