/** Turns a flat input into a request, checked field by field before anything leaves. */
import { z } from 'zod';
import { describeIssue } from './describe-issue';
import type { RequestIssue } from './errors';
import type { AnyOperation } from './operation';
import { formAt, unknownField } from './operation-versions';
import type { ApiVersion } from './versions';

/** What will be sent, besides headers that every call has. */
export interface PreparedRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** Body as JSON text; absent for operations without one. */
  readonly body?: string;
}

/** The input does not fit; the caller turns it into an error with the operation's name. */
export class InputMismatch extends Error {
  override readonly name = 'InputMismatch';
  constructor(readonly issues: readonly RequestIssue[]) {
    super(issues.map(({ field, message }) => `${field}: ${message}`).join('; '));
  }
}

const object = z.record(z.string(), z.unknown());
const noFields = z.strictObject({});

/**
 * Splits an input into path, query and body (no name of one is a name of another) and checks each.
 *
 * @throws InputMismatch that names every bad field.
 */
export function prepareRequest(row: AnyOperation, version: ApiVersion, input: unknown): PreparedRequest {
  const given = object.safeParse(input ?? {});
  if (!given.success) throw new InputMismatch([{ field: 'input', message: 'expected an object' }]);
  const { method, body } = formAt(row, version);
  const { names, queryNames, pathPieces } = partsOf(row);
  const rest = Object.entries(given.data).filter(([name]) => !names.includes(name) && !queryNames.includes(name));

  const query = pick(given.data, queryNames);
  const fields = Object.fromEntries(rest);
  const issues = [
    ...names.flatMap((name) => pathIssues(name, given.data[name])),
    ...(row.query ? issuesOf(row.query(), query) : []),
    ...(body || rest.length > 0 ? issuesOf(body?.() ?? noFields, fields) : []),
    ...Object.keys(given.data).flatMap((field) => {
      const message = unknownField(row, version, field);
      return message ? [{ field, message }] : [];
    }),
  ];
  if (issues.length > 0) throw new InputMismatch(issues);

  const toSegment = (name: string): string => encodeURIComponent(String(given.data[name]));
  const path = pathPieces.map((piece, index) => (index % 2 === 0 ? piece : toSegment(piece))).join('');
  const target = row.query ? path + encodeQuery(query as Record<string, QueryValue>) : path;
  return { method, target, body: body && JSON.stringify(fields) };
}

interface RowParts {
  readonly names: readonly string[];
  readonly queryNames: readonly string[];
  /** What stands between the names in the path, and the names, in turn. */
  readonly pathPieces: readonly string[];
}

/** Names in the path and in the query: the same for every request of a row, and rows are few. */
const knownParts = new WeakMap<AnyOperation, RowParts>();

function partsOf(row: AnyOperation): RowParts {
  const parts = knownParts.get(row) ?? {
    names: pathParameters(row.path),
    queryNames: Object.keys(row.query?.().shape ?? {}),
    pathPieces: row.path.split(pathParameter),
  };
  knownParts.set(row, parts);
  return parts;
}

const pathParameter = /\{(\w+)\}/g;

/** Names of a template's parameters, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(pathParameter)].map(([, name]) => name ?? '');
}

/**
 * One segment of a path, as inputs of composite activities have it too. Servers and proxies that decode `%2F` before they
 * resolve `..` would else reach another operation. Half a character cannot be encoded, and white space alone names nothing.
 */
const pathSegment = /^(?!\.{1,2}$|\s+$)[^/\\\p{Cc}\p{Surrogate}]{1,255}$/u;

function pathIssues(field: string, value: unknown): RequestIssue[] {
  if (typeof value !== 'string') return issuesOf(z.string(), value).map(({ message }) => ({ field, message }));
  if (pathSegment.test(value)) return [];
  return [{ field, message: 'expected an id: 1 to 255 characters, not blank, no slashes or control characters' }];
}

/** More would not fit into a failure. */
const maxIssues = 100;

/** What is wrong with a value, the first hundred bad fields by their names. */
export function issuesOf(shape: z.ZodType, value: unknown): RequestIssue[] {
  const { error } = shape.safeParse(value, { reportInput: true });
  return error?.issues.slice(0, maxIssues).flatMap(toIssues).slice(0, maxIssues) ?? [];
}

/**
 * Unknown fields come as one issue of their parent: each is told by its own name. A value that may have several types is
 * judged as the one that it resembles.
 */
function toIssues(issue: z.core.$ZodIssue): RequestIssue[] {
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.find(
      (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && !path.length),
    );
    if (meant) return meant.flatMap((inner) => toIssues({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const at = (name?: string): string => [...issue.path, ...(name === undefined ? [] : [name])].join('.') || 'input';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, maxIssues).map((name) => ({ field: at(name), message: 'unknown field' }));
  }
  return [{ field: at(), message: describeIssue(issue, { quotesValues: false }) }];
}

function pick(input: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in input).map((name) => [name, input[name]]));
}

/** What a query may hold. */
export type QueryValue = string | number | boolean | null | undefined | QueryValue[] | { [name: string]: QueryValue };

/** Lists repeat their key, maps put theirs in brackets. */
export function encodeQuery(query: Record<string, QueryValue>): string {
  const params = new URLSearchParams();
  const add = (key: string, value: QueryValue): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) value.forEach((item) => add(key, item));
    else if (typeof value === 'object') Object.entries(value).forEach(([name, item]) => add(`${key}[${name}]`, item));
    else params.append(key, String(value));
  };
  Object.entries(query).forEach(([key, value]) => add(key, value));
  const text = params.toString();
  return text && `?${text}`;
}
