/** JSON values of specs: references inside them, their canonical form. */
import type { Fields } from '../../contracts/provision-spec';

export const isNonEmptyText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Whether a value is an object with fields of its own. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A reference to another object, `{ $ref: 'connections.warehouse.id' }`, else undefined. */
export function refOf(value: unknown): string | undefined {
  return isFields(value) && typeof value.$ref === 'string' ? value.$ref : undefined;
}

/** Whether a value is `{ $env }`, `{ $file }` or `{ $secret }`, with or without a `version`. */
export function isSecretReference(value: unknown): boolean {
  return isFields(value) && ('$env' in value || '$file' in value || '$secret' in value);
}

/** The address in a reference; undefined where it is not `kind.name.id`. */
export function addressOfRef(ref: string): string | undefined {
  return /^(connections|models|modelSyncs|bulkSyncs)\.[^.]+\.id$/.test(ref) ? ref.slice(0, -'.id'.length) : undefined;
}

/**
 * Every value in a tree with its path, parents before what is in them; `enter` false leaves out what is inside. The path is
 * the visitor's only while it is called.
 */
export function walkValues(
  value: unknown,
  visit: (value: unknown, path: readonly string[]) => boolean,
  path: string[] = [],
): void {
  if (!visit(value, path) || typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    path.push(key);
    walkValues((value as Fields)[key], visit, path);
    path.pop();
  }
}

/**
 * The tree with some values replaced; `replace` answers undefined for what stays, and is asked from the top down. The path is its own only
 * while it is asked. Parts without a replacement are shared.
 */
export function mapValues(
  value: unknown,
  replace: (value: unknown, path: readonly string[]) => { to: unknown } | undefined,
  path: string[] = [],
): unknown {
  const replaced = replace(value, path);
  if (replaced) return replaced.to;
  if (Array.isArray(value)) return mapList(value, replace, path);
  if (!isFields(value)) return value;
  let mapped: Fields | undefined;
  for (const key of Object.keys(value)) {
    path.push(key);
    const inner = mapValues(value[key], replace, path);
    path.pop();
    if (inner === value[key]) continue;
    mapped ??= { ...value };
    mapped[key] = inner;
  }
  return mapped ?? value;
}

function mapList(value: unknown[], replace: Parameters<typeof mapValues>[1], path: string[]): unknown[] {
  const mapped = value.map((item, index) => {
    path.push(String(index));
    const inner = mapValues(item, replace, path);
    path.pop();
    return inner;
  });
  return mapped.some((item, index) => item !== value[index]) ? mapped : value;
}

/** JSON with sorted keys, so that equal values have equal texts. Undefined fields count as absent. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (!isFields(value)) return JSON.stringify(value) ?? 'null';
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const inner = value[key];
    if (inner !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(inner)}`;
  }
  return `{${text}}`;
}

/** What stands for the id of an object that is still to be created. */
export const pendingId = (address: string): string => `(known once ${address} exists)`;

/** The body with each reference replaced by the id of its object; unknown ones by {@link pendingId}. */
export function resolveRefs<T>(body: T, ids: Readonly<Record<string, string>>): T {
  return mapValues(body, (value) => {
    const ref = refOf(value);
    const address = ref === undefined ? undefined : addressOfRef(ref);
    return address === undefined ? undefined : { to: ids[address] ?? pendingId(address) };
  }) as T;
}
