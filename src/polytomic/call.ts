/** One try of one operation: request, credential, exchange, answer or error. Retrying is left to Temporal. */
import type { ApiPause } from './api-pause';
import { UnusableKeyError, type Authorization, type Credential } from './auth';
import type { Clock } from './clock';
import { isPolytomicError, PolytomicError, type Fail } from './errors';
import { exchange, ExchangeFailed, type Exchanged } from './exchange';
import { BodyTooLarge, type Fetch } from './http';
import { createKeySecret, type KeySecret } from './idempotency';
import type { HttpMethod, Operation } from './operation';
import { prepareRawRequest, textsIn, toRow, type RawRequest } from './raw-request';
import { readAnswer } from './read-answer';
import { redactText, secretsIn } from './redact';
import { InputMismatch, prepareRequest, type PreparedRequest } from './request';
import type { ServerClock } from './server-clock';
import { formAt, hasOperation, type ApiVersion } from './versions';

/** What a caller may add to one call. */
export interface CallOptions {
  /**
   * Given with a POST, so that it counts once however often it is sent: 8 to 255 letters, digits, `-` and `_`. What is sent
   * is an HMAC of it and of the whole request.
   */
  readonly idempotencyKey?: string;
  /** Aborts a read. A write under way is never aborted, since it may already have happened. */
  readonly signal?: AbortSignal;
  /** Told of every HTTP answer, refusals included, before it is judged. */
  readonly onAnswer?: (meta: AnswerMeta) => void;
}

/** What an HTTP answer says about itself. */
export interface AnswerMeta {
  readonly status: number;
  /** The server's clock, as its `Date` header says it. */
  readonly date?: string;
  /** The API version that answered, if it says so. */
  readonly version?: string;
  /** The server's own id of the request. */
  readonly requestId?: string;
}

/** One request and what became of it, for metrics. */
export interface ObservedRequest {
  /** The operation's dotted name. */
  readonly operation: string;
  /** Absent: no whole answer came. */
  readonly status?: number;
  readonly durationMs: number;
}

/** Told of every request once it is over. */
export type RequestObserver = (request: ObservedRequest) => void;

/** What all calls of a client share. */
export interface CallSetup {
  /** Name of the organization on this worker. */
  readonly organization: string;
  /** Default: the credential. */
  readonly idempotencySecret?: string;
  readonly fetch: Fetch;
  readonly url: string;
  readonly version: ApiVersion;
  readonly credential: Credential;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly userAgent: string;
  readonly onWarning: (message: string) => void;
  readonly clock: Clock;
  readonly pause: ApiPause;
  readonly serverClock: ServerClock;
  readonly onRequest?: RequestObserver | undefined;
}

const keyPattern = /^[A-Za-z0-9_-]{8,255}$/;

/** Performs a row. @throws PolytomicError, or the reason of an aborted signal. */
export async function call<I, O>(
  setup: CallSetup,
  row: Operation<I, O>,
  { input, options }: { input: I; options?: CallOptions },
): Promise<O> {
  const { method } = formAt(row, setup.version);
  return perform(setup, row, {
    method,
    input,
    build: () => prepareRequest(row, setup.version, input),
    secrets: () => secretsIn(row, input),
    options,
  });
}

/** Performs a request that is no row. Answers its whole JSON. @throws as {@link call} */
export async function callRaw(setup: CallSetup, input: RawRequest, options?: CallOptions): Promise<unknown> {
  const row = toRow(input);
  const secrets = (): string[] => textsIn([input.query, input.body]);
  return perform(setup, row, { method: row.method, input, build: () => prepareRawRequest(input), secrets, options });
}

/** What one call makes of its input. */
interface Performance {
  readonly method: HttpMethod;
  readonly input: unknown;
  /** @throws InputMismatch */
  readonly build: () => PreparedRequest;
  /** Texts that no error may quote. */
  readonly secrets: () => string[];
  readonly options?: CallOptions;
}

async function perform<I, O>(
  setup: CallSetup,
  row: Operation<I, O>,
  { method, input, build, secrets, options = {} }: Performance,
): Promise<O> {
  const fail: Fail = (code, reason, more) =>
    new PolytomicError(reason, { code, operation: row.name, method, path: row.path, answered: false, ...more });

  if (!hasOperation(row, setup.version)) throw fail('NotSupported', `does not exist in version ${setup.version}`);
  const request = prepare(fail, build, { method, ...options });
  const authorization = await authorize(fail, setup.credential);
  const { idempotencyKey: key } = options;
  const sentKey =
    key === undefined
      ? undefined
      : keySecretOf(setup, authorization).toSentKey({
          ...{ organization: setup.organization, operation: row.name, method, path: row.path, input, key },
        });
  const observe = observer(setup, row.name);
  const sent = send(fail, setup, { request, authorization, sentKey, signal: options.signal });
  const answer = await sent.catch((error: unknown) => {
    observe();
    throw error;
  });
  observe(answer.status);
  const meta = metaOf(answer);
  setup.serverClock.recordDate(meta.date);
  options.onAnswer?.(meta);
  if (answer.status === 401) setup.credential.refused();
  const hidden = [...authorization.secrets, ...secrets()];
  const reading = { ...setup, now: setup.clock.now(), fail, redactText: (text: string) => redactText(text, hidden) };
  if (answer.status !== 429) setup.pause.recordAnswer(row.name);
  try {
    return readAnswer(row, answer, reading);
  } catch (error) {
    if (isPolytomicError(error, 'RateLimited')) setup.pause.recordRateLimit(row.name, error.retryAfterMs);
    throw error;
  }
}

function prepare(
  fail: Fail,
  build: () => PreparedRequest,
  { method, idempotencyKey }: { method: string; idempotencyKey?: string },
): PreparedRequest {
  try {
    if (idempotencyKey !== undefined) checkIdempotencyKey(method, idempotencyKey);
    return build();
  } catch (error) {
    if (!(error instanceof InputMismatch)) throw error;
    throw fail('InvalidRequest', `was not sent: ${error.message}`, { issues: error.issues });
  }
}

/**
 * Fingerprint of the secret that makes this client's keys just now. A key that may have taken effect under another
 * fingerprint cannot be repeated: it would be sent as another key. @throws Error when the credential cannot be had
 */
export async function keyFingerprint(setup: CallSetup): Promise<string> {
  const authorization = setup.idempotencySecret === undefined ? await setup.credential.authorize() : undefined;
  return keySecretOf(setup, authorization).fingerprint;
}

function keySecretOf({ idempotencySecret }: CallSetup, authorization: Authorization | undefined): KeySecret {
  return createKeySecret(idempotencySecret ?? authorization?.header ?? '');
}

function checkIdempotencyKey(method: string, key: string): void {
  const problem =
    method === 'POST' ? !keyPattern.test(key) && 'expected 8 to 255 letters, digits, - and _' : 'only a POST takes one';
  if (problem) throw new InputMismatch([{ field: 'idempotencyKey', message: problem }]);
}

async function authorize(fail: Fail, credential: Credential): Promise<Authorization> {
  try {
    return await credential.authorize();
  } catch (error) {
    if (error instanceof UnusableKeyError) throw fail('Unauthorized', `was not sent: ${error.message}`);
    throw fail('Unavailable', 'was not sent: the key could not be fetched', { unsent: true });
  }
}

interface Sending {
  readonly request: PreparedRequest;
  readonly authorization: Authorization;
  readonly sentKey: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function send(fail: Fail, setup: CallSetup, sending: Sending): Promise<Exchanged> {
  const { authorization, sentKey } = sending;
  const { method, target, body } = sending.request;
  const headers = {
    Authorization: authorization.header,
    'X-Polytomic-Version': setup.version,
    Accept: 'application/json',
    'User-Agent': setup.userAgent,
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(sentKey !== undefined && { 'Idempotency-Key': sentKey }),
  };
  const signal = method === 'GET' ? sending.signal : undefined;
  try {
    return await exchange({ ...setup, url: setup.url + target, init: { method, headers, body }, signal });
  } catch (error) {
    if (error instanceof BodyTooLarge) throw fail('TooLarge', `answered more than ${setup.maxAnswerBytes} bytes`);
    if (error instanceof ExchangeFailed) {
      throw fail('Network', `got no whole answer: ${error.message}`, { unsent: error.unsent });
    }
    throw error;
  }
}

function observer({ onRequest }: CallSetup, operation: string): (status?: number) => void {
  const startedAt = performance.now();
  return (status) =>
    onRequest?.({ operation, durationMs: performance.now() - startedAt, ...(status !== undefined && { status }) });
}

function metaOf({ status, header }: Exchanged): AnswerMeta {
  const named = { date: header('date'), version: header('x-polytomic-version'), requestId: header('x-request-id') };
  return { status, ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null)) };
}
