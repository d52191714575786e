/** Which schemas a bulk sync copies, compared with what a spec says, and changed where they differ. */
import type { FieldChange } from '../contracts/provision-plan';
import type { Fields } from '../contracts/provision-spec';
import type { PolytomicClient } from '../polytomic/client';
import { compareFields, type CompareRules } from '../rules/provision/compare';
import { maxFieldChanges } from '../rules/provision/plan-object';
import { isFields } from '../rules/provision/values';
import { createNameTest, isGlob } from '../rules/glob';
import { truncateText } from '../rules/quoted';
import { fieldsOf, listOf } from './merge';
import type { ReadOptions } from './resource-kind';

/** One schema to be changed. */
export interface SchemaWrite {
  id: string;
  /** Fields of the write; without `fields`, which are read before the write unless the sync is new. */
  patch: Fields;
}

/** How the schemas differ. */
export interface SchemaComparison {
  /** The first 100. */
  changes: FieldChange[];
  count: number;
  /** What was compared, as it is: equal values, equal readings. */
  seen: unknown;
  writes: SchemaWrite[];
  /** Ids that the spec names and the source does not have, and globs that fit none of its schemas. */
  missing: string[];
}

/** What one PATCH may carry. */
const maxPatched = 500;

const rules: CompareRules = { unordered: new Set(), keyed: { fields: 'id' }, unseen: new Set() };

/** What a spec that says nothing of schemas compares to. */
export const noSchemaChanges: SchemaComparison = { changes: [], count: 0, seen: null, writes: [], missing: [] };

/** The part of a create request that selects schemas; undefined: all, or only known once the sync exists. */
export function schemasToCreate(wanted: readonly (string | Fields)[] | null): (string | Fields)[] | undefined {
  if (wanted === null || wanted.length === 0 || wanted.some((item) => typeof item === 'string' && isGlob(item)))
    return undefined;
  return [...wanted];
}

/** Whether a new sync's schemas need a write of their own. */
export function needsSelection(wanted: readonly (string | Fields)[] | null): boolean {
  return wanted !== null && schemasToCreate(wanted) === undefined && !(wanted.length === 1 && wanted[0] === '*');
}

/** Why a spec that names such schemas cannot be brought about: without this, a typing error would switch schemas off. */
export function missingSchema({ missing }: Pick<SchemaComparison, 'missing'>): string | undefined {
  const [first] = missing;
  if (first === undefined) return undefined;
  return `the source has no schema ${isGlob(first) ? 'that fits ' : ''}"${truncateText(first, 100)}"`;
}

/** Compares the list of schemas; single schemas are read only where the spec says something that the list does not show. */
export async function compareSchemas(
  client: PolytomicClient,
  id: string,
  wanted: readonly (string | Fields)[],
  options?: ReadOptions,
): Promise<SchemaComparison> {
  const { items } = await client.bulkSync.schemas.list({ id }, options);
  const listed = items.filter((item): item is typeof item & { id: string } => Boolean(item.id));
  const texts = wanted.filter((item): item is string => typeof item === 'string');
  const isNamed = createNameTest(texts);
  const detailed = new Map(wanted.flatMap((item) => (isFields(item) ? [[String(item.id), item] as const] : [])));
  const found: SchemaComparison = { changes: [], count: 0, seen: null, writes: [], missing: [] };
  const seen: unknown[] = [];
  for (const schema of listed) {
    const { id: _id, ...details } = detailed.get(schema.id) ?? {};
    const desired = detailed.has(schema.id) ? { enabled: true, ...details } : { enabled: isNamed(schema.id) };
    const live =
      'fields' in desired || 'filters' in desired
        ? await client.bulkSync.schemas.get({ id, schema_id: schema.id }, options)
        : schema;
    const comparison = compareFields(toReadForm(desired), comparable(live, desired), rules);
    seen.push([schema.id, comparison.seen]);
    if (comparison.changes.length === 0) continue;
    found.count += comparison.changes.length;
    found.writes.push({ id: schema.id, patch: toReadForm(desired) });
    const room = maxFieldChanges - found.changes.length;
    found.changes.push(
      ...comparison.changes
        .slice(0, Math.max(0, room))
        .map((change) => ({ ...change, path: `schemas.${schema.id}.${change.path}` })),
    );
  }
  const known = new Set(listed.map((schema) => schema.id));
  const isIdle = (glob: string): boolean => {
    const fits = createNameTest([glob]);
    return !/^\*+$/.test(glob) && !listed.some((schema) => fits(schema.id));
  };
  const names = [...new Set(texts.filter((text) => !isGlob(text))), ...detailed.keys()];
  found.missing = [...names.filter((name) => !known.has(name)), ...texts.filter(isGlob).filter(isIdle)];
  found.seen = seen;
  return found;
}

/** Fields that the spec does not list stay as they are. */
function comparable(live: Fields, desired: Fields): Fields {
  const named = new Set(listOf(desired.fields).map((field) => (isFields(field) ? field.id : field)));
  const fields = listOf(live.fields).filter((field) => named.has(fieldsOf(field).id));
  return { ...live, enabled: live.enabled ?? false, fields };
}

/** Fields are `obfuscate` where they are created and `obfuscated` where they are read and patched. */
function toReadForm(desired: Fields): Fields {
  if (!('fields' in desired)) return desired;
  const fields = listOf(desired.fields).map((field) => {
    if (typeof field === 'string') return { id: field, enabled: true };
    const { obfuscate, ...rest } = fieldsOf(field);
    return { enabled: true, ...rest, ...(obfuscate !== undefined && { obfuscated: obfuscate }) };
  });
  return { ...desired, fields };
}

/** What is to be written, and what is called meanwhile. */
export interface SchemaWriting {
  writes: readonly SchemaWrite[];
  isNew: boolean;
  /** Awaited right before each write. */
  beforeWrite: () => Promise<void>;
  onProgress: () => void;
}

/** Writes what differs. Leaving out `fields` enables them all, so that those of a present sync are read and sent back. */
export async function writeSchemas(
  client: PolytomicClient,
  id: string,
  { writes, isNew, beforeWrite, onProgress }: SchemaWriting,
): Promise<void> {
  for (let at = 0; at < writes.length; at += maxPatched) {
    const schemas: Fields[] = [];
    for (const write of writes.slice(at, at + maxPatched)) {
      onProgress();
      schemas.push({ id: write.id, ...write.patch, ...(await fieldsToSend(client, id, write, isNew)) });
    }
    await beforeWrite();
    await client.bulkSync.schemas.patch({ id, schemas });
  }
}

async function fieldsToSend(client: PolytomicClient, id: string, write: SchemaWrite, isNew: boolean): Promise<Fields> {
  if (isNew && !('fields' in write.patch)) return {};
  const live = await client.bulkSync.schemas.get({ id, schema_id: write.id });
  const wanted = new Map(listOf(write.patch.fields).map((field) => [fieldsOf(field).id, fieldsOf(field)]));
  const fields = (live.fields ?? []).map(({ id: field, enabled, obfuscated, user_output_name: output }) => ({
    id: field,
    enabled: enabled ?? false,
    ...(obfuscated !== null && obfuscated !== undefined && { obfuscated }),
    ...(output && { user_output_name: output }),
    ...wanted.get(field),
  }));
  return fields.length === 0 ? {} : { fields };
}
