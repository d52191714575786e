/**
 * The one table of what an error of the client means, by what was being done. How long a watcher doubts a refusal, and
 * which trouble concerns everything it reads, is its own.
 */
import type { ItemFailure } from '../contracts/item-failure';
import { failureTypes, type FailureType } from '../contracts/failure-types';
import type { ErrorText } from '../contracts/waits';
import type { PolytomicError, PolytomicErrorCode } from '../polytomic/errors';

/** Of a read: whether trying again is of use. */
export type ReadClass = 'retry' | 'refused';
/** Of a start or create; see `OnceOutcome`. */
export type PostClass = 'unsent' | 'throttled' | 'conflict' | 'noResponse' | 'ambiguous' | 'refused';
/** Of a request to cancel. `settled`: there may be nothing left to cancel, which a read will tell. */
export type CancelClass = 'retry' | 'settled' | 'refused';

interface ErrorClass {
  readonly type: FailureType;
  readonly read: ReadClass;
  readonly post: PostClass;
  readonly cancel: CancelClass;
}

/** A credential may just be changing hands: a cancel is tried again with the next one. */
const classes: Readonly<Record<PolytomicErrorCode, ErrorClass>> = {
  InvalidRequest: { type: failureTypes.InvalidInput, read: 'refused', post: 'refused', cancel: 'refused' },
  NotSupported: { type: failureTypes.Rejected, read: 'refused', post: 'refused', cancel: 'refused' },
  Unauthorized: { type: failureTypes.Unauthorized, read: 'refused', post: 'refused', cancel: 'retry' },
  Forbidden: { type: failureTypes.Forbidden, read: 'refused', post: 'refused', cancel: 'retry' },
  NotFound: { type: failureTypes.NotFound, read: 'refused', post: 'refused', cancel: 'settled' },
  Rejected: { type: failureTypes.Rejected, read: 'refused', post: 'refused', cancel: 'settled' },
  TooLarge: { type: failureTypes.PayloadTooLarge, read: 'refused', post: 'ambiguous', cancel: 'retry' },
  Conflict: { type: failureTypes.Conflict, read: 'retry', post: 'conflict', cancel: 'settled' },
  RateLimited: { type: failureTypes.RateLimited, read: 'retry', post: 'throttled', cancel: 'retry' },
  Unavailable: { type: failureTypes.Unavailable, read: 'retry', post: 'ambiguous', cancel: 'retry' },
  Network: { type: failureTypes.Network, read: 'retry', post: 'noResponse', cancel: 'retry' },
  UnexpectedResponse: { type: failureTypes.UnexpectedResponse, read: 'retry', post: 'ambiguous', cancel: 'retry' },
};

/** A refusal that is not the API's JSON is a gateway's: whether the API took the request, it does not tell. */
const isOfGateway = ({ status, fromApi }: PolytomicError): boolean => status !== undefined && !fromApi;

/** Failure type of an error, and whether an activity that only reads should try again. */
export function failureRuleOf({ code }: Pick<PolytomicError, 'code'>): Pick<ItemFailure, 'type' | 'nonRetryable'> {
  const { type, read } = classes[code];
  return { type, nonRetryable: read === 'refused' };
}

/** 409 and 429 count by their status alone: they say that nothing was done, whoever says so. */
export function classifyPost(error: PolytomicError): PostClass {
  const { post } = classes[error.code];
  if (post === 'refused') return isOfGateway(error) ? 'ambiguous' : 'refused';
  return error.unsent ? 'unsent' : post;
}

/** As {@link classifyPost}; a gateway's refusal of a cancel says nothing about the run. */
export function classifyCancel(error: PolytomicError): CancelClass {
  return isOfGateway(error) ? 'retry' : classes[error.code].cancel;
}

/** Statuses after which the API may still be working on what was posted. */
const unfinishedStatuses: readonly (number | undefined)[] = [408, 502, 503, 504];

/** Of an `ambiguous` answer: whether Polytomic may still be working on the request. */
export function mayBeWorking({ status, fromApi }: PolytomicError): boolean {
  return !fromApi || unfinishedStatuses.includes(status);
}

/** The failure that an error stands for; its message is safe to show, and with `omit` holds no word of Polytomic's. */
export function toItemFailure(error: PolytomicError, errorText: ErrorText = 'include'): ItemFailure {
  const { operation, method, path, status = 0 } = error;
  const bare = errorText === 'omit' && status >= 300;
  return {
    ...failureRuleOf(error),
    message: bare ? `${operation} (${method} ${path}) answered ${status}` : error.message,
  };
}

/** A secret that the operator does not allow, or that is not there. By name: its resolver belongs to the composition root. */
export function isSecretError(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'SecretNotAllowedError' || error.name === 'SecretMissingError');
}
