/** An activity's failure as that of single items. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { ItemFailure } from '../../../contracts/composite-activities';
import { failureTypes, type FailureType } from '../../../contracts/failure-types';

/** Failures that concern the worker's owner, not single syncs: nothing more can be started. */
const ofTheOwner: readonly string[] = [failureTypes.Unauthorized, failureTypes.NotAllowed];

/** Whether it is pointless to start anything else. */
export function concernsAll({ type }: ItemFailure): boolean {
  return ofTheOwner.includes(type);
}

/** Whether an activity of ours said so, as opposed to having been cancelled. */
export function isFinal(error: unknown): error is ActivityFailure & { cause: ApplicationFailure } {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure;
}

/** What an activity failed with. */
export function toItemFailure({ cause }: ActivityFailure & { cause: ApplicationFailure }): ItemFailure {
  const { type, message, nonRetryable } = cause;
  return {
    type: (type ?? failureTypes.UnexpectedResponse) as FailureType,
    message,
    nonRetryable: nonRetryable ?? false,
  };
}
