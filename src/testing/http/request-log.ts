/** Every request that reached the emulator, in order of arrival. */

/** A request and what became of it. */
export interface LoggedRequest {
  /** Milliseconds since the epoch, by the emulator's clock. */
  readonly at: number;
  /** HTTP method. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The operation's id; absent where the path is none of the API's. */
  readonly operation?: string;
  /** A repeated key has its values as a list. */
  readonly query: Readonly<Record<string, string | string[]>>;
  /** Lower case names; instead of a credential, which key it was. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it was JSON. */
  readonly body?: unknown;
  /** The answer's status; `dropped` by a fault; `aborted`: the caller had gone; `pending`: not answered yet. */
  status: number | 'dropped' | 'aborted' | 'pending';
  /** Names in the query that the operation does not have. */
  ignoredQuery?: readonly string[];
  /** Only half of the answer was sent. */
  truncated?: true;
  /** The run that this request started, or whose start it was told again. */
  executionId?: string;
  /** The answer was the recorded one of its Idempotency-Key. */
  replayed?: true;
}

/** The log, bounded. */
export class RequestLog {
  #requests: LoggedRequest[] = [];

  constructor(private readonly limit: number) {}

  /** Adds a request; its outcome is filled in later. */
  add(request: LoggedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length >= 2 * this.limit) this.#requests = this.#requests.slice(-this.limit);
  }

  /** The newest requests, oldest first, as copies. */
  list(): LoggedRequest[] {
    return this.#requests.slice(-this.limit).map((request) => ({ ...request }));
  }

  /** Forgets everything. */
  clear(): void {
    this.#requests = [];
  }
}
