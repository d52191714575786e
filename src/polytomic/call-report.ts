/** What a client tells of each call that may change something: material for an audit log. */
import { isPolytomicError, type PolytomicErrorCode } from './errors';

/** One call, or one refusal of ours to make it. Holds no input, no text of Polytomic's and no secret. */
export interface CallReport {
  /** Name of the organization on this worker. */
  readonly organization: string;
  /** Name of the operation (`modelSync.start`), or `request` for a call that has none. */
  readonly operation: string;
  /** Absent where the operation was refused by its name. */
  readonly method?: string;
  /** First 12 characters of the idempotency key that was sent. */
  readonly key?: string;
  /** HTTP status, when one arrived. */
  readonly status?: number;
  /** Why it failed; the name of the error where it was refused before it was sent. */
  readonly error?: PolytomicErrorCode | (string & {});
  /** Polytomic's own id of the request. */
  readonly requestId?: string;
  /** Id of the trace that the request was a part of, where the operator traces. */
  readonly traceId?: string;
}

/** Whether the operator's rules forbade a call; by name, as those errors belong to other rooms. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name.endsWith('NotAllowedError');
}

/** Of a failed call. */
export function reportOfError(error: unknown): Pick<CallReport, 'error' | 'status' | 'requestId'> {
  if (!isPolytomicError(error)) return { error: error instanceof Error ? error.name : 'Error' };
  const { code, status, requestId } = error;
  return { error: code, ...(status !== undefined && { status }), ...(requestId !== undefined && { requestId }) };
}
