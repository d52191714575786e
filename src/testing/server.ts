/** The HTTP side: reads requests, lets faults happen, sends or withholds answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { processRequest, route, toFaultOutcome, type Processed, type Received, type Stage } from './api';
import { describeCredential } from './auth';
import type { FaultSpec } from './faults';
import type { Outcome } from './outcome';
import type { LoggedRequest, RequestLog } from './request-log';
import { startDueRuns } from './schedules';
import { apiVersions, defaultVersion, versionHeader, type ApiVersion } from './versions';

/** What the server needs of the emulator; `stage` is asked for each request, since a reset replaces it. */
export interface ServerContext {
  readonly stage: () => Stage;
  readonly log: RequestLog;
  readonly url: () => string;
}

/** Longer than any client keeps an idle connection, so that none is closed under a request. */
const keepAliveTimeoutMs = 65_000;

/** A server that is not listening yet. */
export function createApiServer(context: ServerContext): Server {
  const server = createServer((request, response) => {
    serve(context, { request, response }).catch(() => response.destroy());
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(context: ServerContext, { request, response }: Exchange): Promise<void> {
  const text = await readText(request);
  const stage = context.stage();
  startDueRuns(stage.world, stage.world.clock.now());
  const received = receive({ context, stage, request, text });
  const { entry } = received;
  context.log.add(entry);
  const fault = takeFault(stage, entry);
  if (fault?.delayEffectMs !== undefined) await sleep(fault.delayEffectMs);
  if (fault?.outage === true || fault?.drop === 'before') return drop(entry, response);
  const processed = answerWith(stage, { received, fault });
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
  processed.settle();
  if (fault?.drop === 'after') return drop(entry, response);
  send(processed, { entry, response, date: new Date(stage.world.clock.now()), fault });
}

const sleep = (ms: number): Promise<void> => delay(ms, undefined, { ref: false });

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function receive({
  context,
  stage,
  request,
  text,
}: {
  context: ServerContext;
  stage: Stage;
  request: IncomingMessage;
  text: string;
}): Received {
  const { pathname: path, searchParams } = toUrl(request.url ?? '/');
  const method = request.method ?? 'GET';
  const match = route(method, path);
  const { body, malformed } = parseBody(text);
  const { authorization } = request.headers;
  const entry: LoggedRequest = {
    at: stage.world.clock.now(),
    method,
    path,
    operation: match?.operations[0]?.id,
    query: toQuery(searchParams),
    headers: toHeaders(request, describeCredential(stage.world, authorization)),
    body,
    status: 'pending',
  };
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

function toHeaders({ headers }: IncomingMessage, credential: string | undefined): LoggedRequest['headers'] {
  const shown = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')] as const);
  return { ...Object.fromEntries(shown), ...(credential === undefined ? {} : { authorization: credential }) };
}

function takeFault({ world, faults, records }: Stage, entry: LoggedRequest): FaultSpec | undefined {
  const now = world.clock.now();
  const key = entry.headers['idempotency-key'];
  return faults.take(entry, { now, keyRecorded: () => key !== undefined && records.isRecorded(key, now) });
}

/** A status without effect and record comes from a gateway: the application never sees the request. */
function answerWith(
  stage: Stage,
  { received, fault }: { received: Received; fault: FaultSpec | undefined },
): Processed {
  if (fault?.status === undefined || fault.recorded === true) return processRequest(stage, { received, fault });
  const asked = apiVersions.find((version) => version === received.entry.headers[versionHeader]);
  const version: ApiVersion = asked ?? defaultVersion;
  const outcome = toFaultOutcome(fault, version);
  if (fault.effect !== true) return { outcome, version, settle: () => undefined };
  return { ...processRequest(stage, { received, fault }), outcome };
}

function drop(entry: LoggedRequest, response: ServerResponse): void {
  entry.status = 'dropped';
  response.socket?.resetAndDestroy();
}

function send(
  { outcome, version }: { outcome: Outcome; version: ApiVersion },
  { entry, response, date, fault }: { entry: LoggedRequest; response: ServerResponse; date: Date; fault?: FaultSpec },
): void {
  if (response.socket?.destroyed ?? true) {
    entry.status = 'aborted';
    return;
  }
  entry.status = outcome.status;
  const body = Buffer.from(outcome.text);
  const usual = { Date: date.toUTCString(), 'X-Polytomic-Version': version, 'Content-Length': body.length };
  const headers = { ...usual, ...outcome.headers, ...fault?.headers };
  response.statusCode = outcome.status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (fault?.truncate !== true) {
    response.end(body);
    return;
  }
  entry.truncated = true;
  const { socket } = response;
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => socket?.destroySoon());
}
