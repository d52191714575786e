/** The client: one method for each row, nested by resource. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiPause } from './api-pause';
import { createCredential, type AuthOptions } from './auth';
import type { CallReport } from './call-report';
import { call, callRaw, openSecrets, type CallOptions, type CallSetup, type RequestObserver } from './call';
import { systemClock, type Clock } from './clock';
import { createFetch, type Fetch } from './http';
import { mapOperations, type AnyOperation, type Operation, type Paging } from './operation';
import { operations } from './operations';
import { keyFingerprint } from './prepare-call';
import type { RawRequest } from './raw-request';
import type { RequestSecrets } from './request-secrets';
import type { CallSecrets } from './secret-text';
import { ServerClock } from './server-clock';
import { parseBaseUrl } from './url';
import { parseApiVersion } from './versions';

export type { AnswerMeta } from './answer-meta';
export type { CallOptions } from './call';
export type { CallReport } from './call-report';
export type { RawRequest } from './raw-request';

/** How to reach the API, and as whom. */
export interface ClientOptions extends AuthOptions {
  /** Base URL, or a bare host for https. Default: `https://app.polytomic.com`. */
  readonly url?: string | undefined;
  /** The API version asked for, one of `apiVersions`. Default: `2025-09-18`. */
  readonly apiVersion?: string | undefined;
  /** Allows plain http to another machine, which shows the key to the network. Default: false. */
  readonly allowHttp?: boolean | undefined;
  /** Replaces the HTTP exchange. Default: node-fetch with kept-alive connections and the proxy of the environment. */
  readonly fetch?: Fetch | undefined;
  /** For one whole exchange, milliseconds. Default: 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Longest answer taken, bytes. Default: 32 MB. */
  readonly maxAnswerBytes?: number | undefined;
  /** Time, timers and chance. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Name of the organization among those of a worker; a part of every idempotency key. Default: `default`. */
  readonly organization?: string | undefined;
  /**
   * Makes idempotency keys, which are HMACs: whoever has it and the key that a caller drew knows what was sent. Default: a
   * secret derived from the credential, which changes when the credential is rotated.
   */
  readonly idempotencySecret?: string | undefined;
  /** Resolves the secret references of requests. Default: requests are sent as they are. */
  readonly requestSecrets?: RequestSecrets | undefined;
  /** Told of each call that may change something, and of each that was refused for a secret. Default: nobody. */
  readonly onCall?: ((report: CallReport) => void) | undefined;
  /**
   * Answers the `traceparent` (W3C) of the work under way, undefined where there is none; asked before each request, which carries it
   * in the header of that name. What it throws, and what is no `traceparent`, is left out. Default: none is sent.
   */
  readonly traceparent?: (() => string | undefined) | undefined;
  /** Told, once each, of what is odd but harmless. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Told of every request once it is over, for metrics. Default: nobody. */
  readonly onRequest?: RequestObserver | undefined;
}

/** One method of the client. */
export interface Method<I, O> {
  /** @throws PolytomicError, or the reason of an aborted signal. */
  (input: I, options?: CallOptions): Promise<O>;
  /** How the list ends in the client's version. Absent where that is not known: then as with `token`. */
  readonly paging?: Paging | undefined;
  /** Whether a caller of a list may say how long a page is. Absent: no. */
  readonly takesLimit?: (() => boolean) | undefined;
}

/** Nested rows as nested methods. */
export type Calls<T> = {
  readonly [K in keyof T]: T[K] extends Operation<infer I, infer O> ? Method<I, O> : Calls<T[K]>;
};

/** All operations, as whom and where the options said. */
export type PolytomicClient = Calls<typeof operations> & {
  /** The API version that every request asks for. */
  readonly apiVersion: string;
  /** Base URL, without `/api` and without a slash at its end. */
  readonly url: string;
  /** The time by which it measures. Default: the machine's. */
  readonly clock: Clock;
  /** What 429s ask of everybody in this process; a start during the pause should not be sent, a cancel should. */
  readonly pause: ApiPause;
  /** Polytomic's time, as its answers tell it. */
  readonly serverClock: ServerClock;
  /**
   * Tells whether a key drawn before would still be sent as the same key: 16 hexadecimal digits, which change with the
   * secret that makes keys and do not tell it. @throws Error when the credential cannot be had just now
   */
  keyFingerprint(): Promise<string>;
  /**
   * What a request of an operation carries that no text may quote, its references resolved; its `secrets` are to be given to
   * later calls whose answers may quote them. @throws as the call itself, before anything is sent
   */
  secretsOf(operation: AnyOperation, input: unknown): Promise<CallSecrets>;
  /**
   * Any call below `/api/`, for what has no method of its own; with the same errors and limits. Answers the whole JSON,
   * envelope included, or null where there is none.
   *
   * @throws PolytomicError, or the reason of an aborted signal.
   */
  request(input: RawRequest, options?: CallOptions): Promise<unknown>;
};

/**
 * A client of one Polytomic organization. It sends nothing yet, and never retries: that is left to the caller.
 *
 * @throws Error that names the option which is missing or wrong.
 */
export function createClient(options: ClientOptions): PolytomicClient {
  const { timeoutMs = 60_000, maxAnswerBytes = 32 * 1024 * 1024, fetch = createFetch() } = options;
  const { clock = systemClock } = options;
  const shared = { clock, pause: new ApiPause(clock), serverClock: new ServerClock(clock) };
  const url = parseBaseUrl(options.url, options.allowHttp);
  const version = parseApiVersion(options.apiVersion);
  const credential = createCredential(options);
  const onWarning = once(options.onWarning ?? (() => undefined));
  const { organization = 'default', idempotencySecret, requestSecrets, onCall } = options;
  const setup: CallSetup = {
    ...{ fetch, url, version, credential, timeoutMs, maxAnswerBytes, userAgent, onWarning },
    ...{ organization, idempotencySecret, requestSecrets, onCall, onRequest: options.onRequest, ...shared },
    traceparent: options.traceparent,
  };
  return {
    ...mapOperations(operations, (_name, row) => toMethod(setup, row)),
    ...shared,
    ...{ apiVersion: version, url },
    keyFingerprint: () => keyFingerprint(setup),
    secretsOf: (row: AnyOperation, input: unknown) => openSecrets(setup, row, input),
    request: (input: RawRequest, given?: CallOptions) => callRaw(setup, input, given),
  } as PolytomicClient;
}

function toMethod(setup: CallSetup, row: AnyOperation): Method<unknown, unknown> {
  const method = (input: unknown, options?: CallOptions): Promise<unknown> => call(setup, row, { input, options });
  const paging = row.proseUntil && setup.version <= row.proseUntil ? 'prose' : row.paging;
  const takesLimit = (): boolean => row.query !== undefined && 'limit' in row.query().shape;
  return Object.assign(method, { paging, takesLimit });
}

function once(tell: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    tell(message);
  };
}

const userAgent = `temporal-polytomic/${packageVersion()}`;

/** The manifest lies two folders up from the sources and from the build alike. */
function packageVersion(): string {
  const text = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
