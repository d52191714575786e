/** What a failed call means for one item of a composite activity. */
import type { ItemFailure } from '../contracts/composite-activities';
import { failureTypes, type FailureType } from '../contracts/failure-types';
import type { PolytomicError, PolytomicErrorCode } from '../polytomic/errors';

interface FailureRule {
  readonly type: FailureType;
  readonly nonRetryable: boolean;
}

/** Failure type of each code of the client's errors, and whether trying again is of no use. */
export const failureRules: Readonly<Record<PolytomicErrorCode, FailureRule>> = {
  InvalidRequest: { type: failureTypes.InvalidInput, nonRetryable: true },
  NotSupported: { type: failureTypes.Rejected, nonRetryable: true },
  Unauthorized: { type: failureTypes.Unauthorized, nonRetryable: true },
  Forbidden: { type: failureTypes.Forbidden, nonRetryable: true },
  NotFound: { type: failureTypes.NotFound, nonRetryable: true },
  Rejected: { type: failureTypes.Rejected, nonRetryable: true },
  TooLarge: { type: failureTypes.PayloadTooLarge, nonRetryable: true },
  Conflict: { type: failureTypes.Conflict, nonRetryable: false },
  RateLimited: { type: failureTypes.RateLimited, nonRetryable: false },
  Unavailable: { type: failureTypes.Unavailable, nonRetryable: false },
  Network: { type: failureTypes.Network, nonRetryable: false },
  UnexpectedResponse: { type: failureTypes.UnexpectedResponse, nonRetryable: false },
};

/** The failure that an error of the client stands for; its message is safe to show. */
export function toItemFailure(error: PolytomicError): ItemFailure {
  return { ...failureRules[error.code], message: error.message };
}
