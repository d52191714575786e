/** Calls to the system behind a connection: limits, settings, the call itself, at once or as a job. */
import { ApiFailure } from '../api-failure';
import { backendOf, type Backend } from '../backend';
import { data, type Answer, type Call, type Handlers } from '../call';
import { toTimestamp } from '../clock';
import type { BackendType } from '../backend-type';
import { typeOfConnection } from '../connection-types';
import { startJob } from '../job';
import { checkProxyRequest, limitsOf, type ProxyLimits, type ProxyRequest } from '../proxy-rules';
import { askUpstream, cut, type Upstream } from '../upstream';
import type { Fields } from '../sync';
import type { Organization } from '../world';
import { connectionOf } from './connections';
import { toProxyInfo } from './proxy-info';

const minuteMs = 60_000;
const dayMs = 24 * 3_600_000;

/** Handlers of `connections.executeProxy`, `connections.getProxyInfo` and `connections.proxy.*`. */
export const proxyRoutes: Handlers = {
  'connections.executeProxy': executeProxy,
  'connections.getProxyInfo': (call) => data(toProxyInfo(usableProxy(call), call)),
  'connections.proxy.getProxySettings': (call) => data(toSettings(proxyOf(call))),
  'connections.proxy.updateProxySettings': (call) => {
    const proxied = proxyOf(call);
    checkSupported(proxied);
    proxied.backend.proxy.enabled = call.body.enabled === true;
    return data(toSettings(proxied));
  },
};

/** A connection with what its proxy needs. */
export interface Proxied {
  readonly connection: Fields;
  readonly type: BackendType | undefined;
  readonly supported: boolean;
  /** Where the proxy's state is kept: at the parent of a shared connection. */
  readonly backend: Backend;
  readonly limits: ProxyLimits;
}

function proxyOf(call: Call): Proxied {
  const connection = connectionOf(call);
  const type = typeOfConnection(call.world.types, connection);
  const id = String(connection.parent_connection_id ?? connection.id);
  const backend = backendOf(ownerOf(call, id), id);
  const controls = backend.controls.proxy ?? {};
  const supported = controls.supported ?? type?.api !== undefined;
  return { connection, type, supported, backend, limits: limitsOf(controls) };
}

/** The organization that holds the connection: a parent lies in another one than its copies. */
function ownerOf({ world, organization }: Call, id: string): Organization {
  return [...world.organizations.values()].find(({ connections }) => connections.has(id)) ?? organization;
}

function checkSupported({ supported }: Proxied): void {
  if (!supported) throw new ApiFailure(400, 'the system behind this connection cannot be called');
}

/** Nobody says what a proxy answers that is switched off; 403 is the declared status that fits. */
function usableProxy(call: Call): Proxied {
  const proxied = proxyOf(call);
  checkSupported(proxied);
  if (!proxied.backend.proxy.enabled) throw new ApiFailure(403, 'the proxy of this connection is switched off');
  return proxied;
}

const toSettings = ({ connection, type, supported, backend }: Proxied): Fields => ({
  connectionId: connection.id,
  parentConnectionId: connection.parent_connection_id,
  backendType: type?.id ?? (connection.type as Fields).id,
  supported,
  enabled: supported && backend.proxy.enabled,
});

function executeProxy(call: Call): Answer {
  const proxied = usableProxy(call);
  const { request, async: asynchronous } = call.body as unknown as { request: ProxyRequest; async?: boolean };
  const { backend, limits, type } = proxied;
  if (asynchronous === true && request.method !== 'GET') throw new ApiFailure(400, 'body.async: for GET only');
  checkProxyRequest(request, { limits, api: type?.api });
  checkRate(proxied, call.now);
  const upstream = askUpstream(request, { answers: backend.controls.proxy?.answers ?? [], limits });
  const { failure, status } = upstream;
  backend.proxy.calls.push({ at: call.now, status: failure === undefined ? status : undefined });
  if (status === 429) noteLimit(call, proxied);
  return asynchronous === true ? answerLater(call, upstream) : answerNow(call, upstream, limits);
}

/** No `Retry-After`: none is documented here. */
function checkRate({ backend, limits }: Proxied, now: number): void {
  backend.proxy.calls = backend.proxy.calls.filter(({ at }) => at > now - dayMs);
  const recent = backend.proxy.calls.filter(({ at }) => at > now - minuteMs);
  if (recent.length >= limits.rateLimitPerMinute) throw new ApiFailure(429, 'too many calls through this proxy');
}

/** The other system's own limit shows at the connection for a while; its 429 is handed on as the proxy's. */
function noteLimit({ now, organization }: Call, { connection }: Proxied): void {
  const limit = {
    currently_limited: true,
    limited_since: toTimestamp(now),
    expires_at: toTimestamp(now + minuteMs),
  };
  organization.connections.set(String(connection.id), { ...connection, rate_limit: limit });
}

function answerNow({ world }: Call, { failure, latencyMs, text, ...upstream }: Upstream, limits: ProxyLimits): Answer {
  if (failure !== undefined) throw new ApiFailure(failure, failureText(failure));
  if (upstream.status === 429) throw new ApiFailure(429, 'the quota of the system behind the connection is used up');
  return data({ ...upstream, ...cut(text, limits.maxResponseBodyBytes), latencyMs, proxyCallId: world.newId() });
}

const failureText = (failure: 502 | 504): string =>
  failure === 502 ? 'the system behind the connection cannot be reached' : 'it took too long to answer';

/** The call is answered by 200 all the same: only the body says 202. */
function answerLater(call: Call, { failure, text, latencyMs, ...upstream }: Upstream): Answer {
  const id = call.world.newId();
  const result = {
    ...upstream,
    contentLength: Buffer.byteLength(text),
    latencyMs,
    bodyDownloadUrl: `https://bodies.example.com/${id}?signature=emulator-signed-url`,
  };
  const error = failure === undefined ? undefined : failureText(failure);
  const job = startJob(call, { type: 'connectionproxy', result: () => result, error });
  const jobUrl = `/api/jobs/connectionproxy/${job.id}`;
  return data({ status: 202, jobId: job.id, jobStatus: 'created', jobUrl, proxyCallId: id });
}
