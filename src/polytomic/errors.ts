/** The one error of the client: a closed union of codes, so that callers decide by table and never by text. */

/** What can go wrong with one call. Codes say what to do, HTTP statuses only what was answered. */
export const polytomicErrorCodes = [
  /** Ours, before anything was sent: the input does not fit the operation. */
  'InvalidRequest',
  /** Ours, before anything was sent: the configured API version has no such operation. */
  'NotSupported',
  /** 401, or a credential that cannot be one. */
  'Unauthorized',
  /** 403. */
  'Forbidden',
  /** 404. */
  'NotFound',
  /** 409: a key still in flight, a run in progress, or another conflict of state. */
  'Conflict',
  /** 400, 422 and every other 4xx: the same request will be refused again. */
  'Rejected',
  /** 429. */
  'RateLimited',
  /** 408, 5xx, or a credential that could not be fetched just now. */
  'Unavailable',
  /** No whole answer: refused or reset connection, name not found, timeout, cut body. */
  'Network',
  /** A whole answer that cannot be understood: not JSON, wrong shape, another API version, a redirect. */
  'UnexpectedResponse',
  /** The answer is longer than the client takes. */
  'TooLarge',
] as const;

/** One of {@link polytomicErrorCodes}. */
export type PolytomicErrorCode = (typeof polytomicErrorCodes)[number];

/** One bad field of a request. */
export interface RequestIssue {
  /** Path of the field, parts joined with dots (`target.connection_id`). */
  readonly field: string;
  /** What was expected there. Never holds the value that was given. */
  readonly message: string;
}

/** What a {@link PolytomicError} tells besides its message. */
export interface PolytomicErrorDetails {
  /** What went wrong. */
  readonly code: PolytomicErrorCode;
  /** Name of the operation (`modelSync.start`). */
  readonly operation: string;
  /** HTTP verb of the request. */
  readonly method: string;
  /** Path template (`/api/syncs/{id}`): never the ids. */
  readonly path: string;
  /** Whether an HTTP answer arrived whole. False means that a write may or may not have happened. */
  readonly answered: boolean;
  /** True where it is proved that nothing reached the server, as no connection was ready to carry the request. */
  readonly unsent?: boolean;
  /** True where the answer was JSON, as the API's own are: a gateway's refusal says nothing about what the API did. */
  readonly fromApi?: boolean;
  /** HTTP status, when one arrived. */
  readonly status?: number;
  /** How long the server asks to wait, milliseconds, at most one hour. */
  readonly retryAfterMs?: number;
  /** A 4xx without JSON: a gateway or proxy answered, which knows nothing of what was asked for. Default false. */
  readonly gateway?: boolean;
  /** The server's own id of the request, when it sent one. */
  readonly requestId?: string;
  /** The bad fields, with the code InvalidRequest. */
  readonly issues?: readonly RequestIssue[];
  /** The reason without any words of the server's. Default: the reason, which then holds none. */
  readonly summary?: string;
  /** The answer as read, when it was understood but came from another API version: its ids still count. */
  readonly decoded?: unknown;
}

/** One failed call. Its message holds no credential, no id and no body beyond 1 KB of the vendor's own message. */
export class PolytomicError extends Error {
  /** Always this text: tells the error apart where `instanceof` cannot, as between two copies of the package. */
  override readonly name = 'PolytomicError';
  /** What went wrong: decide by this, never by the message. */
  readonly code: PolytomicErrorCode;
  /** Name of the operation (`modelSync.start`). */
  readonly operation: string;
  /** HTTP verb of the request. */
  readonly method: string;
  /** Path template (`/api/syncs/{id}`): never the ids. */
  readonly path: string;
  /** Whether an HTTP answer arrived whole. False: a write may or may not have happened. */
  readonly answered: boolean;
  /** True: it is proved that nothing reached the server. */
  readonly unsent: boolean;
  /** True: the answer was JSON, as the API's own are. False: a gateway may have answered, or nobody. */
  readonly fromApi: boolean;
  /** HTTP status. Absent: none arrived. */
  readonly status?: number;
  /** How long the server asks to wait, milliseconds, at most one hour. Absent: it does not say. */
  readonly retryAfterMs?: number;
  /** True: a 4xx without JSON, so a gateway or proxy answered, which knows nothing of what was asked for. */
  readonly gateway: boolean;
  /** The server's own id of the request. Absent: it sent none. */
  readonly requestId?: string;
  /** The bad fields. Absent: the code is not `InvalidRequest`. */
  readonly issues?: readonly RequestIssue[];
  /** The message without any words of the server's, which may quote a customer's data. */
  readonly summary: string;
  /** Not enumerable, because an answer may hold secrets and loggers print what they can enumerate. */
  declare readonly decoded?: unknown;

  constructor(reason: string, details: PolytomicErrorDetails) {
    const about = `${details.operation} (${details.method} ${details.path})`;
    super(`${about} ${reason}`);
    this.summary = `${about} ${details.summary ?? reason}`;
    this.code = details.code;
    this.operation = details.operation;
    this.method = details.method;
    this.path = details.path;
    this.answered = details.answered;
    this.unsent = details.unsent ?? false;
    this.fromApi = details.fromApi ?? false;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.gateway = details.gateway ?? false;
    this.requestId = details.requestId;
    this.issues = details.issues;
    Object.defineProperty(this, 'decoded', { value: details.decoded, enumerable: false });
  }
}

/** An error's message as `errorText` wants it: with `omit`, without any words of Polytomic's. */
export function messageOfError(error: PolytomicError, errorText: 'include' | 'omit'): string {
  return errorText === 'omit' ? error.summary : error.message;
}

/** Makes errors of one operation, unanswered unless told otherwise. */
export type Fail = (code: PolytomicErrorCode, reason: string, more?: Partial<PolytomicErrorDetails>) => PolytomicError;

/** Whether a caught value is a {@link PolytomicError}, and, given codes, one of these. */
export function isPolytomicError<C extends PolytomicErrorCode = PolytomicErrorCode>(
  error: unknown,
  ...codes: C[]
): error is PolytomicError & { readonly code: C } {
  return error instanceof PolytomicError && (codes.length === 0 || codes.some((code) => code === error.code));
}

/** The code that an HTTP status outside 2xx and 3xx stands for. */
export function codeOfStatus(status: number): PolytomicErrorCode {
  if (status === 408 || status >= 500) return 'Unavailable';
  return codesByStatus[status] ?? 'Rejected';
}

const codesByStatus: Readonly<Record<number, PolytomicErrorCode>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  429: 'RateLimited',
};
