/** Walks through requests: finds the references to secrets in them, and puts values in their place. */
import { isMeantAsReference, isReference, type SecretReference } from '../inputs/secret-references';

/** What stands at one place of a request: a reference, something that is meant as one, or a value. */
export interface Leaf {
  /** Names of fields; the positions in lists are left out. */
  readonly names: readonly string[];
  /** For people, positions included, parts joined with dots. */
  readonly field: string;
  readonly value: unknown;
  readonly type: 'reference' | 'malformed' | 'value';
}

/** Every leaf of a request; null and absent values are none. */
export function leavesOf(value: unknown, names: readonly string[] = [], field = ''): Leaf[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [{ names, field, value, type: 'value' }];
  if (isReference(value)) return [{ names, field, value, type: 'reference' }];
  if (!Array.isArray(value) && isMeantAsReference(value)) return [{ names, field, value, type: 'malformed' }];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, Array.isArray(value) ? names : [...names, key], field === '' ? key : `${field}.${key}`),
  );
}

/** Tells references apart: equal ones are resolved once. */
export function referenceKey({ version: _version, ...reference }: SecretReference): string {
  return JSON.stringify(reference);
}

/** The request with values in the place of its references; the original stays as it is. */
export function putValues(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isReference(value)) return values.get(referenceKey(value));
  if (Array.isArray(value)) return value.map((item) => putValues(item, values));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, putValues(inner, values)]));
}
