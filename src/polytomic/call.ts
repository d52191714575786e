/** One try of one operation: request, credential, exchange, answer or error. Retrying is left to Temporal. */
import { metaOf, type AnswerMeta } from './answer-meta';
import type { ApiPause } from './api-pause';
import type { Authorization, Credential } from './auth';
import type { Clock } from './clock';
import { isRefusal, reportOfError, type CallReport } from './call-report';
import { isPolytomicError, type Fail } from './errors';
import { exchange, ExchangeFailed, type Exchanged } from './exchange';
import { BodyTooLarge, type Fetch } from './http';
import { maskAnswer, quotedIn } from './mask-answer';
import type { AnyOperation, HttpMethod, Operation } from './operation';
import { prepareRawRequest, textsIn, toRow, type RawRequest } from './raw-request';
import { readAnswer } from './read-answer';
import { markedFieldsIn, markedSecretsIn, secretsIn } from './redact';
import { authorize, failOf, openRequest, prepare, renewAuthorization, toSentKey } from './prepare-call';
import { prepareRequest, type PreparedRequest } from './request';
import type { ServerClock } from './server-clock';
import type { RequestSecrets } from './request-secrets';
import { createLazyTextGuard, type CallSecrets } from './secret-text';
import { readTrace, type Trace } from './trace';
import { formAt, hasOperation } from './operation-versions';
import type { ApiVersion } from './versions';

/** What a caller may add to one call. */
export interface CallOptions {
  /**
   * Given with a POST, so that it counts once however often it is sent: 8 to 255 letters, digits, `-` and `_`. What is sent
   * is an HMAC of it and of the whole request.
   */
  readonly idempotencyKey?: string;
  /** Aborts a read. A write under way is never aborted, since it may already have happened. */
  readonly signal?: AbortSignal;
  /** Secrets of earlier calls that this one's answer may quote: masked in it, as those of the request itself. */
  readonly secrets?: readonly string[];
  /** Told of every HTTP answer, refusals included, before it is judged. */
  readonly onAnswer?: (meta: AnswerMeta) => void;
}

/** One request and what became of it, for metrics. */
export interface ObservedRequest {
  /** The operation's dotted name. */
  readonly operation: string;
  /** Absent: no whole answer came. */
  readonly status?: number;
  /** From the sending to the end of the answer, or to the failure; milliseconds. */
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
  readonly requestSecrets?: RequestSecrets;
  /** Told of each call that may change something, and of each that was refused for a secret. */
  readonly onCall?: (report: CallReport) => void;
  /** Answers the `traceparent` of the work under way. */
  readonly traceparent?: (() => string | undefined) | undefined;
  /** Told of every request once it is over, for metrics. */
  readonly onRequest?: RequestObserver | undefined;
}

/** Performs a row. @throws PolytomicError, or the reason of an aborted signal. */
export async function call<I, O>(
  setup: CallSetup,
  row: Operation<I, O>,
  { input, options }: { input: I; options?: CallOptions },
): Promise<O> {
  const { method } = formAt(row, setup.version);
  return report(setup, row, {
    method,
    input,
    build: (opened) => prepareRequest(row, setup.version, opened),
    others: (opened) => secretsIn(row, opened),
    options,
  });
}

/** Performs a request that is no row. Answers its whole JSON. @throws as {@link call} */
export async function callRaw(setup: CallSetup, input: RawRequest, options?: CallOptions): Promise<unknown> {
  const row = toRow(input);
  return report(setup, row, {
    ...{ method: row.method, input, options },
    build: (opened) => prepareRawRequest(opened as RawRequest),
    others: (opened) => textsIn([(opened as RawRequest).query, (opened as RawRequest).body]),
  });
}

/**
 * The secrets that a request carries, for whoever has to look for them in what comes later (in the error of a job, say).
 * @throws PolytomicError that names every bad field of the request
 */
export async function openSecrets(setup: CallSetup, row: AnyOperation, input: unknown): Promise<CallSecrets> {
  const { method } = formAt(row, setup.version);
  const fail = failOf(row, method);
  const opened = await openRequest(fail, setup.requestSecrets, { row, input });
  prepare(fail, () => prepareRequest(row, setup.version, opened.input), { method });
  return { secrets: [...opened.secrets, ...markedSecretsIn(row, opened.input)], others: secretsIn(row, opened.input) };
}

/** What one call makes of its input. */
interface Performance {
  readonly method: HttpMethod;
  readonly input: unknown;
  /** @throws InputMismatch */
  readonly build: (opened: unknown) => PreparedRequest;
  /** Texts of the request that no error may quote, besides its secrets. */
  readonly others: (opened: unknown) => string[];
  readonly options?: CallOptions;
}

/** Tells of what was sent, unless it only reads, and of what was refused for a secret. */
async function report<I, O>(setup: CallSetup, row: Operation<I, O>, performance: Performance): Promise<O> {
  const { organization, onCall = () => undefined } = setup;
  const { method } = performance;
  let sent: SentCall | undefined;
  const tell = (outcome: Partial<CallReport>): void => {
    const { showRequestId, ...about } = sent ?? {};
    const requestId = showRequestId?.();
    onCall({ organization, operation: row.name, method, ...about, ...(requestId && { requestId }), ...outcome });
  };
  try {
    const answer = await perform(setup, row, performance, (more) => (sent = sent ? Object.assign(sent, more) : more));
    if (method !== 'GET') tell({});
    return answer;
  } catch (error) {
    if ((sent !== undefined && method !== 'GET') || isRefusal(error)) tell(reportOfError(error));
    throw error;
  }
}

interface SentCall extends Pick<CallReport, 'key' | 'status' | 'traceId'> {
  /** Judged for those only that are reported: that costs more than all else that a read does with its answer. */
  readonly showRequestId?: () => string | undefined;
}

async function perform<I, O>(
  setup: CallSetup,
  row: Operation<I, O>,
  { method, input, build, others, options = {} }: Performance,
  onSent: (sent: SentCall) => void,
): Promise<O> {
  const fail = failOf(row, method);
  if (!hasOperation(row, setup.version)) throw fail('NotSupported', `does not exist in version ${setup.version}`);
  const opened = await openRequest(fail, setup.requestSecrets, { row, input });
  const { idempotencyKey, signal } = options;
  const request = prepare(fail, () => build(opened.input), { method, idempotencyKey });
  let authorization = await authorize(fail, setup.credential);
  const about = { operation: row.name, method, path: row.path, input, key: idempotencyKey };
  const key = toSentKey(setup, authorization, about);
  const trace = readTrace(setup.traceparent);
  onSent({ ...(key !== undefined && { key: key.slice(0, 12) }), ...(trace && { traceId: trace.traceId }) });
  const sendAs = (as: Authorization): Promise<Exchanged> =>
    observed(setup, row.name, () => send(fail, setup, { request, sentKey: key, trace, signal, authorization: as }));
  let answer = await sendAs(authorization);
  const renewed = answer.status === 401 ? await renewAuthorization(setup.credential, authorization) : undefined;
  // A refused request had no effect. An earlier try of its idempotency key may have had one, so the key stays as it was.
  if (renewed) answer = await sendAs((authorization = renewed));
  const meta = metaOf(answer);
  setup.serverClock.recordDate(meta.date);
  options.onAnswer?.(meta);
  if (answer.status === 401) setup.credential.refused();
  if (answer.status !== 429) setup.pause.recordAnswer(row.name);
  const secrets = [...opened.secrets, ...markedSecretsIn(row, opened.input), ...(options.secrets ?? [])];
  const { secrets: credential } = authorization;
  const showText = createLazyTextGuard(() => ({ secrets, credential, others: others(opened.input) }));
  const { requestId = '' } = meta;
  onSent({ status: answer.status, showRequestId: () => (showText(requestId) === requestId ? requestId : undefined) });
  try {
    return readAnswer(row, answer, {
      setup,
      echo: meta.version,
      fail,
      showText,
      fieldsOf: () => [...opened.fields, ...markedFieldsIn(row, input)],
      mask: (value) => maskAnswer(value, [...secrets, ...quotedIn(answer.text, credential)]),
    });
  } catch (error) {
    if (isPolytomicError(error, 'RateLimited')) setup.pause.recordRateLimit(row.name, error.retryAfterMs);
    throw error;
  }
}

interface Sending {
  readonly request: PreparedRequest;
  readonly authorization: Authorization;
  readonly sentKey: string | undefined;
  readonly trace: Trace | undefined;
  readonly signal: AbortSignal | undefined;
}

async function send(fail: Fail, setup: CallSetup, sending: Sending): Promise<Exchanged> {
  const { authorization, sentKey, trace } = sending;
  const { fetch, timeoutMs, clock, maxAnswerBytes } = setup;
  const { method, target, body } = sending.request;
  const headers = {
    Authorization: authorization.header,
    'X-Polytomic-Version': setup.version,
    Accept: 'application/json',
    'User-Agent': setup.userAgent,
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(sentKey !== undefined && { 'Idempotency-Key': sentKey }),
    ...(trace && { traceparent: trace.traceparent }),
  };
  const signal = method === 'GET' ? sending.signal : undefined;
  try {
    const url = setup.url + target;
    return await exchange({ fetch, timeoutMs, clock, maxAnswerBytes, url, init: { method, headers, body }, signal });
  } catch (error) {
    if (error instanceof BodyTooLarge) throw fail('TooLarge', `answered more than ${maxAnswerBytes} bytes`);
    if (error instanceof ExchangeFailed) {
      throw fail('Network', `got no whole answer: ${error.message}`, { unsent: error.unsent });
    }
    throw error;
  }
}

/** Tells of the request once it is over, whether it was answered or not. */
async function observed(
  { onRequest, clock }: CallSetup,
  operation: string,
  exchanging: () => Promise<Exchanged>,
): Promise<Exchanged> {
  const startedAt = clock.monotonic();
  const tell = (status?: number): void =>
    onRequest?.({ operation, durationMs: clock.monotonic() - startedAt, ...(status !== undefined && { status }) });
  try {
    const answer = await exchanging();
    tell(answer.status);
    return answer;
  } catch (error) {
    tell();
    throw error;
  }
}
