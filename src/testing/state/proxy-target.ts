/** The system behind a proxy: what it answers, and how much of that comes through. */
import type { UpstreamAnswer } from '../controls/proxy-controls';
import { blockedResponseHeaders, type ProxyLimits, type ProxyRequest } from './proxy-rules';
import type { Fields } from './fields';

const usualLatencyMs = 20;

/** An answer of the other system, or why there is none. */
export interface ProxyTarget {
  /** 502: it could not be reached; 504: it took too long. */
  readonly failure?: 502 | 504;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly text: string;
  readonly latencyMs: number;
}

/** Asks the other system: the first answer that fits, else an echo of the call. */
export function askProxyTarget(
  request: ProxyRequest,
  { answers, limits }: { answers: readonly UpstreamAnswer[]; limits: ProxyLimits },
): ProxyTarget {
  const found = answers.find(({ method, path }) => fits(method, request.method) && fits(path, request.path)) ?? {};
  const { status = 200, body = echoOf(request), latencyMs = usualLatencyMs } = found;
  const isText = typeof body === 'string';
  const contentType = isText ? 'text/plain' : 'application/json';
  const common = { contentType, text: isText ? body : JSON.stringify(body), headers: passed(found, contentType) };
  if (status === 'unreachable') return { ...common, failure: 502, status: 502, latencyMs };
  if (latencyMs > limits.timeoutMs) return { ...common, failure: 504, status: 504, latencyMs };
  return { ...common, status, latencyMs };
}

const fits = (wanted: string | undefined, given: string): boolean => wanted === undefined || wanted === given;

const echoOf = ({ method, path, query, rawQuery, body }: ProxyRequest): Fields => ({
  method,
  path,
  query,
  rawQuery,
  body,
});

function passed({ headers = {} }: UpstreamAnswer, contentType: string): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => !blockedResponseHeaders.includes(name.toLowerCase()));
  return { 'content-type': contentType, ...Object.fromEntries(entries) };
}

/** The body as far as it comes through. */
export function cut(text: string, most: number): { body: string; truncated: boolean } {
  const bytes = Buffer.from(text);
  return bytes.length > most
    ? { body: bytes.subarray(0, most).toString(), truncated: true }
    : { body: text, truncated: false };
}
