/** A request that is no row: the escape hatch for operations that have none yet. */
import { z } from 'zod';
import type { Answer } from './answers';
import type { AnyOperation, HttpMethod, SecretFields } from './operation';
import { operationsAt } from './operations-at';
import { encodeQuery, InputMismatch, issuesOf, type PreparedRequest, type QueryValue } from './request';
import { shape } from './shapes';

/** Any call below `/api/`. */
export interface RawRequest {
  /** HTTP method; everything but `GET` counts as a change. */
  readonly method: HttpMethod;
  /** As it is sent, percent-encoded where needed: begins with `/api/`, without query, and does not lead out of it. */
  readonly path: string;
  /** Lists repeat their key, maps put theirs in brackets. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Sent as JSON. None with `GET`. */
  readonly body?: unknown;
}

/** Name of the escape hatch, in the client, among the activities and in errors. */
export const rawRequestName = 'request';

/** The answer's whole JSON, envelope included; null where there is none. */
const anything: Answer<unknown> = { kind: 'one', decode: ({ body }) => body ?? null };

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly HttpMethod[];

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const RawRequestShape = shape(() =>
  z
    .strictObject({
      method: z.enum(methods),
      path: z.string().refine(isInside, { error: 'expected a path that begins with /api/ and stays there, no query' }),
      query: z.record(z.string(), z.union([value, z.array(value), z.record(z.string(), z.unknown())])).optional(),
      body: z.unknown().optional(),
    })
    .refine(({ method, body }) => method !== 'GET' || body === undefined, {
      path: ['body'],
      error: 'a GET has none',
    }),
);

/** A row for this one call: errors name method and path as given, unless they are none. */
export function toRow(input: RawRequest): AnyOperation {
  const { method, path } = asObject(input);
  return {
    name: rawRequestName,
    method: methods.find((known) => known === method) ?? 'GET',
    path: typeof path === 'string' && isInside(path) ? path : '/api/',
    answer: anything,
    paging: 'none',
    starts: false,
    needsSchemas: false,
    partner: false,
    group: 'all',
    secrets: marksAt(path),
  };
}

/** What the rows know of a path holds here too, whatever the verb; of the rest the names of fields must tell. */
function marksAt(path: unknown): SecretFields {
  const known = typeof path === 'string' ? operationsAt(path).map(({ secrets }) => secrets) : [];
  const inBody = (paths: readonly string[] = []): string[] => paths.map((inner) => `body.${inner}`);
  const typed = known.some((secrets) => secrets.typed) && { typed: { type: 'body.type' } };
  return {
    request: known.flatMap(({ request }) => inBody(request)),
    mixed: known.flatMap(({ mixed }) => inBody(mixed)),
    named: ['body', 'query'],
    ...typed,
  };
}

/** @throws InputMismatch that names every bad field. */
export function prepareRawRequest(input: RawRequest): PreparedRequest {
  const issues = issuesOf(RawRequestShape(), asObject(input));
  if (issues.length > 0) throw new InputMismatch(issues);
  const { method, path, query = {}, body } = input;
  const target = path + encodeQuery(query as Record<string, QueryValue>);
  return { method, target, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

/** Every text that the request carries: any of them may be a secret, so that errors quote none. */
export function textsIn(request: unknown): string[] {
  if (typeof request === 'string') return [request];
  return typeof request === 'object' && request !== null ? Object.values(request).flatMap(textsIn) : [];
}

/** From callers without a compiler anything may come. */
function asObject(input: RawRequest): Partial<RawRequest> {
  return typeof input === 'object' ? (input ?? {}) : {};
}

/**
 * Whether a URL takes the path as it is (no dot segments, backslashes, query, or characters that need encoding), and a
 * server that decodes it, however often, still finds it below `/api/`.
 */
function isInside(path: string): boolean {
  const base = 'https://host.invalid';
  if (!path.startsWith('/api/') || !URL.canParse(base + path)) return false;
  const url = new URL(base + path);
  if (url.href !== base + path || url.search || url.hash) return false;
  const decoded = decodeWholly(path);
  return decoded !== undefined && decoded.split(/[/\\]/).every((part) => part !== '.' && part !== '..');
}

function decodeWholly(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return decoded === path ? path : decodeWholly(decoded);
  } catch {
    return undefined;
  }
}
