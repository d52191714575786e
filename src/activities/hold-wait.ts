/** What all waits share: their names, heartbeats that carry what the next worker needs, and the hand-over to it. */
import type { Context, Info } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { failureTypes } from '../contracts/failure-types';
import type { Clock } from '../polytomic/clock';
import { startHeartbeats } from './heartbeats';

/** How a wait is kept alive. */
export interface HoldOptions {
  context: Context;
  /** Default: the machine's. */
  clock: Pick<Clock, 'setTimer'>;
  heartbeatTimeoutMs: number;
  /** What the next worker needs to go on, and what a person may want to know; at most 16 KB. */
  details: () => unknown;
}

/**
 * Unique among all waits of a namespace; the same for each try, and for a workflow that continues as new. A standalone
 * activity has no workflow: its own run stands for one.
 */
export function waiterName({ namespace, workflowExecution, activityRunId }: Info, waiter: string): string {
  const owner = workflowExecution ? [workflowExecution.workflowId] : [null, activityRunId];
  return JSON.stringify([namespace, ...owner, waiter]);
}

/**
 * How long a wait may last, earlier attempts of the activity included; null: without end. A deadline, of an older workflow, is
 * turned into a length when the attempt begins.
 */
export function lengthOf(
  { waitForMs, deadline = null }: { waitForMs?: number | null; deadline?: string | null },
  { waitedMs, now }: { waitedMs: number; now: number },
): number | null {
  if (waitForMs !== undefined) return waitForMs;
  return deadline === null ? null : waitedMs + Math.max(0, Date.parse(deadline) - now);
}

/** Runs `wait` under heartbeats. When the worker stops, the wait fails so that another worker takes over at once. */
export async function holdWait<T>(
  { context, clock, heartbeatTimeoutMs, details }: HoldOptions,
  wait: () => Promise<T>,
): Promise<T> {
  // The SDK sends no more often than 0.8 of the timeout or once a minute, whatever is asked of it.
  const stopHeartbeats = startHeartbeats(context, heartbeatTimeoutMs / 2, details, clock);
  try {
    return await wait();
  } catch (error) {
    if (!context.cancellationDetails?.workerShutdown) throw error;
    throw handOver();
  } finally {
    stopHeartbeats();
  }
}

/** Rethrowing the cancellation instead would cost seconds of backoff. */
function handOver(): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.Unavailable,
    message: 'The worker stops; the wait goes on at another one',
    nextRetryDelay: '1ms',
    category: ApplicationFailureCategory.BENIGN,
  });
}
