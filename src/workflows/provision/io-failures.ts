/** What activities fail with, and what the Temporal UI says of them. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { ItemFailure } from '../../contracts/item-failure';
import { failureTypes, type FailureType } from '../../contracts/failure-types';

/** What an activity failed with; null where it was lost, so that nobody knows. */
export function failureOf(error: unknown): ItemFailure | null {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) return null;
  return {
    type: (cause.type ?? failureTypes.UnexpectedResponse) as FailureType,
    message: cause.message,
    nonRetryable: cause.nonRetryable ?? false,
  };
}

/** A failure of something that is no activity's. */
export const unknownFailure = (error: unknown): ItemFailure => ({
  type: failureTypes.UnexpectedResponse,
  message: error instanceof Error ? error.message : 'unknown reason',
  nonRetryable: true,
});

/** For the Temporal UI. */
export function summaryOf(verb: string, addresses: readonly string[]): string {
  const [only] = addresses;
  return addresses.length === 1 && only ? `${verb} ${only}` : `${verb} ${addresses.length} objects`;
}
