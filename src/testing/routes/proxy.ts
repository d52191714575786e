/** Calls to the system behind a connection: limits, settings, the call itself, at once or as a job. */
import type { Proxied } from '../state/proxied';
import { ApiFailure } from '../http/api-failure';
import { systemOf } from '../state/connected-system';
import { data, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { typeOfConnection } from '../state/connection-types';
import { startJob } from '../state/start-job';
import { checkProxyRequest, limitsOf, type ProxyLimits, type ProxyRequest } from '../state/proxy-rules';
import { askProxyTarget, cut, type ProxyTarget } from '../state/proxy-target';
import type { Fields } from '../state/fields';
import type { Organization } from '../state/emulator-state';
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
    proxied.system.proxy.enabled = call.body.enabled === true;
    return data(toSettings(proxied));
  },
};

function proxyOf(call: ApiRequest): Proxied {
  const connection = connectionOf(call);
  const type = typeOfConnection(call.emulator.types, connection);
  const id = String(connection.parent_connection_id ?? connection.id);
  const system = systemOf(ownerOf(call, id), id);
  const controls = system.controls.proxy ?? {};
  const supported = controls.supported ?? type?.api !== undefined;
  return { connection, type, supported, system, limits: limitsOf(controls) };
}

/** The organization that holds the connection: a parent lies in another one than its copies. */
function ownerOf({ emulator, organization }: ApiRequest, id: string): Organization {
  return [...emulator.organizations.values()].find(({ connections }) => connections.has(id)) ?? organization;
}

function checkSupported({ supported }: Proxied): void {
  if (!supported) throw new ApiFailure(400, 'the system behind this connection cannot be called');
}

/** Nobody says what a proxy answers that is switched off; 403 is the declared status that fits. */
function usableProxy(call: ApiRequest): Proxied {
  const proxied = proxyOf(call);
  checkSupported(proxied);
  if (!proxied.system.proxy.enabled) throw new ApiFailure(403, 'the proxy of this connection is switched off');
  return proxied;
}

const toSettings = ({ connection, type, supported, system }: Proxied): Fields => ({
  connectionId: connection.id,
  parentConnectionId: connection.parent_connection_id,
  backendType: type?.id ?? (connection.type as Fields).id,
  supported,
  enabled: supported && system.proxy.enabled,
});

function executeProxy(call: ApiRequest): Answer {
  const proxied = usableProxy(call);
  const { request, async: asynchronous } = call.body as unknown as { request: ProxyRequest; async?: boolean };
  const { system, limits, type } = proxied;
  if (asynchronous === true && request.method !== 'GET') throw new ApiFailure(400, 'body.async: for GET only');
  checkProxyRequest(request, { limits, api: type?.api });
  checkRate(proxied, call.now);
  const upstream = askProxyTarget(request, { answers: system.controls.proxy?.answers ?? [], limits });
  const { failure, status } = upstream;
  system.proxy.calls.push({ at: call.now, status: failure === undefined ? status : undefined });
  if (status === 429) noteLimit(call, proxied);
  return asynchronous === true ? answerLater(call, upstream) : answerNow(call, upstream, limits);
}

/** No `Retry-After`: none is documented here. */
function checkRate({ system, limits }: Proxied, now: number): void {
  system.proxy.calls = system.proxy.calls.filter(({ at }) => at > now - dayMs);
  const recent = system.proxy.calls.filter(({ at }) => at > now - minuteMs);
  if (recent.length >= limits.rateLimitPerMinute) throw new ApiFailure(429, 'too many calls through this proxy');
}

/** The other system's own limit shows at the connection for a while; its 429 is handed on as the proxy's. */
function noteLimit({ now, organization }: ApiRequest, { connection }: Proxied): void {
  const limit = {
    currently_limited: true,
    limited_since: toTimestamp(now),
    expires_at: toTimestamp(now + minuteMs),
  };
  organization.connections.set(String(connection.id), { ...connection, rate_limit: limit });
}

function answerNow(
  { emulator }: ApiRequest,
  { failure, latencyMs, text, ...upstream }: ProxyTarget,
  limits: ProxyLimits,
): Answer {
  if (failure !== undefined) throw new ApiFailure(failure, failureText(failure));
  if (upstream.status === 429) throw new ApiFailure(429, 'the quota of the system behind the connection is used up');
  return data({ ...upstream, ...cut(text, limits.maxResponseBodyBytes), latencyMs, proxyCallId: emulator.newId() });
}

const failureText = (failure: 502 | 504): string =>
  failure === 502 ? 'the system behind the connection cannot be reached' : 'it took too long to answer';

/** The call is answered by 200 all the same: only the body says 202. */
function answerLater(call: ApiRequest, { failure, text, latencyMs, ...upstream }: ProxyTarget): Answer {
  const id = call.emulator.newId();
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
