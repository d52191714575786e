/** What may be sent through a connection's proxy. */
import { ApiFailure } from '../http/api-failure';
import type { SystemType } from './system-type';
import type { ProxyControls } from '../controls/proxy-controls';
import type { Fields } from './fields';

/** One call, as it is asked for. */
export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly api?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Fields;
  readonly rawQuery?: string;
  readonly body?: unknown;
}

/** What a proxy holds callers to. */
export type ProxyLimits = Required<
  Pick<ProxyControls, 'rateLimitPerMinute' | 'timeoutMs' | 'maxRequestBodyBytes' | 'maxResponseBodyBytes'>
>;

/** The limits of a proxy; those that nobody set are the guide's, but for the rate, which it does not name. */
export const limitsOf = (controls: ProxyControls): ProxyLimits => ({
  rateLimitPerMinute: controls.rateLimitPerMinute ?? 60,
  timeoutMs: controls.timeoutMs ?? 30_000,
  maxRequestBodyBytes: controls.maxRequestBodyBytes ?? 262_144,
  maxResponseBodyBytes: controls.maxResponseBodyBytes ?? 1_048_576,
});

/** Methods that can be sent. */
export const allowedMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Headers that the proxy sets itself. */
export const blockedRequestHeaders = ['authorization', 'connection', 'content-length', 'cookie', 'host'];
/** Headers that are not handed on. */
export const blockedResponseHeaders = ['connection', 'set-cookie', 'transfer-encoding'];

/** Throws a 400 that names what is wrong with a call. */
export function checkProxyRequest(
  request: ProxyRequest,
  { limits, api }: { limits: ProxyLimits; api: SystemType['api'] },
): void {
  const issue = issueOf(request, api?.names) ?? sizeIssueOf(request.body, limits.maxRequestBodyBytes);
  if (issue !== undefined) throw new ApiFailure(400, `body.request.${issue}`);
}

function issueOf(request: ProxyRequest, names: readonly string[] | undefined): string | undefined {
  const { method, path, api, headers = {}, query, rawQuery } = request;
  if (!allowedMethods.includes(method)) return `method: expected one of ${allowedMethods.join(', ')}`;
  if (!path.startsWith('/') || path.startsWith('//') || path.split('/').includes('..') || /[?#]/.test(path)) {
    return 'path: expected one below the base URL, without query';
  }
  if (api !== undefined && names === undefined) return 'api: this connection has one API only';
  if (api !== undefined && names?.includes(api) === false) return `api: expected one of ${names.join(', ')}`;
  if (query !== undefined && rawQuery !== undefined) return 'rawQuery: not together with query';
  const blocked = Object.keys(headers).find((name) => blockedRequestHeaders.includes(name.toLowerCase()));
  return blocked === undefined ? undefined : `headers.${blocked}: set by the proxy`;
}

/** Nobody says by which status a body that is too large is refused; 400 is the one that is declared. */
function sizeIssueOf(body: unknown, most: number): string | undefined {
  if (body === undefined) return undefined;
  const bytes = Buffer.byteLength(typeof body === 'string' ? body : JSON.stringify(body));
  return bytes > most ? `body: ${bytes} bytes, more than ${most}` : undefined;
}
