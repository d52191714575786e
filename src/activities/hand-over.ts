/** What an activity that waits does when its worker stops. */
import type { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { failureTypes } from '../contracts/failure-types';

/**
 * The error to end a wait with. Where the worker stops, another one is to take over at once: rethrowing the cancellation
 * would cost seconds of backoff.
 */
export function toHandOver(context: Context, error: unknown): unknown {
  if (!context.cancellationDetails?.workerShutdown) return error;
  return ApplicationFailure.create({
    type: failureTypes.Unavailable,
    message: 'The worker stops; the wait goes on at another one',
    nextRetryDelay: '1ms',
    category: ApplicationFailureCategory.BENIGN,
  });
}
