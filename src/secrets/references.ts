/** Walks through requests: finds the references to secrets in them, and puts values in their place. */
import { isMeantAsReference, isReference, type SecretReference } from '../inputs/secret-references';

/** What stands at one place of a request: a reference, something that is meant as one, or a value. */
export interface Leaf {
  /** Names of fields; the positions in lists are left out. */
  readonly names: readonly string[];
  /** The same, joined with dots. */
  readonly path: string;
  /** For people, positions included, parts joined with dots. */
  readonly field: string;
  readonly value: unknown;
  readonly type: 'reference' | 'malformed' | 'value';
}

/** Every leaf of a request; null and absent values are none. */
export function leavesOf(value: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  collectLeaves(value, { names: [], path: '', field: '' }, leaves);
  return leaves;
}

function collectLeaves(value: unknown, { names, path, field }: Place, leaves: Leaf[]): void {
  if (value === null || value === undefined) return;
  const type = typeOf(value);
  if (type !== undefined) return void leaves.push({ names, path, field, value, type });
  if (Array.isArray(value)) {
    value.forEach((inner, at) => collectLeaves(inner, { names, path, field: join(field, String(at)) }, leaves));
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    collectLeaves(inner, { names: [...names, key], path: join(path, key), field: join(field, key) }, leaves);
  }
}

type Place = Pick<Leaf, 'names' | 'path' | 'field'>;

/** Undefined for what has leaves inside. */
function typeOf(value: unknown): Leaf['type'] | undefined {
  if (typeof value !== 'object' || value === null) return 'value';
  if (isReference(value)) return 'reference';
  return !Array.isArray(value) && isMeantAsReference(value) ? 'malformed' : undefined;
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

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
