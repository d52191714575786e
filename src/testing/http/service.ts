/** Answers requests without knowing of sockets: lets faults happen, processes, and gives an answer or none. */
import { ApiFailure } from './api-failure';
import { processRequest, route, toFaultOutcome, type Processed, type Received, type EmulatorContext } from './api';
import { describeCredential } from './auth';
import type { FaultSpec } from '../scripts/faults';
import { toFailureOutcome } from './outcome';
import type { LoggedRequest, RequestLog } from './request-log';
import { startDueRuns } from '../state/schedules';
import { apiVersions, defaultVersion, versionHeader, type ApiVersion } from './versions';

/** What the service needs of the emulator; `stage` is asked for each request, since a reset replaces it. */
export interface ServiceContext {
  readonly stage: () => EmulatorContext;
  readonly log: RequestLog;
  readonly url: () => string;
  /** How the delays of faults are waited for. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** A request with its whole body. */
export interface WireRequest {
  readonly method: string;
  /** Path and query; a whole URL counts by these. */
  readonly target: string;
  /** Lower case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: longer than the emulator reads. */
  readonly body: string | undefined;
}

/** An answer as it is sent. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Half of the body is sent, then the connection is reset. */
  readonly truncated: boolean;
}

/** What became of a request. */
export interface Exchange {
  /** Its place in the log, where the status of an answer is filled in by {@link noteAnswer}. */
  readonly entry: LoggedRequest;
  /** Undefined: the connection is reset. */
  readonly answer?: WireAnswer;
}

/** Processes a request, the delays of faults included. Never rejects because of what was sent. */
export async function respond(context: ServiceContext, request: WireRequest): Promise<Exchange> {
  const stage = context.stage();
  startDueRuns(stage.emulator, stage.emulator.clock.now());
  const received = receive({ context, stage, request });
  const { entry } = received;
  context.log.add(entry);
  const fault = takeFault(stage, entry);
  if (fault?.delayEffectMs !== undefined) await context.sleep(fault.delayEffectMs);
  if (fault?.outage === true || fault?.drop === 'before') return drop(entry);
  const processed = request.body === undefined ? refuseBody() : answerWith(stage, { received, fault });
  if (fault?.delayMs !== undefined) await context.sleep(fault.delayMs);
  processed.settle();
  if (fault?.drop === 'after') return drop(entry);
  return { entry, answer: toWireAnswer(processed, { date: new Date(stage.emulator.clock.now()), fault }) };
}

/** Notes in the log what was sent. */
export function noteAnswer(entry: LoggedRequest, { status, truncated }: WireAnswer): void {
  entry.status = status;
  if (truncated) entry.truncated = true;
}

function receive({
  context,
  stage,
  request,
}: {
  context: ServiceContext;
  stage: EmulatorContext;
  request: WireRequest;
}): Received {
  const { method, headers } = request;
  const { pathname: path, searchParams } = toUrl(request.target);
  const match = route(method, path);
  const { body, malformed } = parseBody(request.body ?? '');
  const credential = describeCredential(stage.emulator, headers.authorization);
  const entry: LoggedRequest = {
    at: stage.emulator.clock.now(),
    method,
    path,
    operation: match?.operations[0]?.id,
    query: toQuery(searchParams),
    headers: { ...headers, ...(credential === undefined ? {} : { authorization: credential }) },
    body,
    status: 'pending',
  };
  const { authorization } = headers;
  return { entry, query: searchParams, route: match, authorization, malformed, url: context.url() };
}

/** A proxy's client names the host in the request line, every other one begins with the path. */
const toUrl = (target: string): URL => new URL(target.startsWith('/') ? `http://emulator${target}` : target);

function parseBody(text: string): { body: unknown; malformed: boolean } {
  if (text === '') return { body: undefined, malformed: false };
  try {
    return { body: JSON.parse(text) as unknown, malformed: false };
  } catch {
    return { body: text, malformed: true };
  }
}

function toQuery(params: URLSearchParams): LoggedRequest['query'] {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return query;
}

function takeFault({ emulator, faults, records }: EmulatorContext, entry: LoggedRequest): FaultSpec | undefined {
  const now = emulator.clock.now();
  const key = entry.headers['idempotency-key'];
  return faults.take(entry, { now, keyRecorded: () => key !== undefined && records.isRecorded(key, now) });
}

/** A gateway in front of the application refuses it. */
const refuseBody = (): Processed => ({
  outcome: toFailureOutcome(new ApiFailure(413, 'the body is too long'), defaultVersion),
  version: defaultVersion,
  settle: () => undefined,
});

/** A status without effect and record comes from a gateway: the application never sees the request. */
function answerWith(
  stage: EmulatorContext,
  { received, fault }: { received: Received; fault: FaultSpec | undefined },
): Processed {
  if (fault?.status === undefined || fault.recorded === true) return processRequest(stage, { received, fault });
  const asked = apiVersions.find((version) => version === received.entry.headers[versionHeader]);
  const version: ApiVersion = asked ?? defaultVersion;
  const outcome = toFaultOutcome(fault, version);
  if (fault.effect !== true) return { outcome, version, settle: () => undefined };
  return { ...processRequest(stage, { received, fault }), outcome };
}

function drop(entry: LoggedRequest): Exchange {
  entry.status = 'dropped';
  return { entry };
}

function toWireAnswer(
  { outcome: { status, headers, text }, version }: Processed,
  { date, fault }: { date: Date; fault?: FaultSpec },
): WireAnswer {
  const length = String(Buffer.byteLength(text));
  const usual = { Date: date.toUTCString(), 'X-Polytomic-Version': version, 'Content-Length': length };
  return {
    status,
    headers: { ...usual, ...headers, ...fault?.headers },
    body: text,
    truncated: fault?.truncate === true,
  };
}
