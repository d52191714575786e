/** The schemas of a connection: what the cache holds, what a refresh finds, what users laid over it. */
import type { ConnectionControls, SourceSchemaSeed } from '../controls/connection-controls';
import { usualFields, usualSchemas } from './bulk-schema';
import type { Fields } from './fields';

/** A schema as the connected system has it. */
export interface SourceSchema {
  readonly id: string;
  readonly name: string;
  readonly fields: readonly Fields[];
  readonly records?: readonly Fields[];
}

/** A field that a user defined; it appears once the refresh that its definition began has ended. */
export interface UserField {
  readonly field: Fields;
  readonly from: number;
}

/** A connection's schemas as stored. */
export interface Source {
  cached: readonly SourceSchema[];
  /** What the next refresh finds. */
  found: readonly SourceSchema[];
  refreshing?: { readonly startedAt: number; readonly endsAt: number };
  lastStartedAt?: number;
  lastFinishedAt?: number;
  /** `cached` as planted, `fresh` after a refresh of ours; nothing before the first. */
  status?: 'cached' | 'fresh';
  /** By schema id, then by field id. */
  readonly userFields: Map<string, Map<string, UserField>>;
  /** Whether a field counts as part of the primary key, by schema id, then by field id. */
  readonly keyOverrides: Map<string, Map<string, boolean>>;
}

/** Schemas from ids or objects. A connection that was not inspected yet has none in its cache. */
export function makeSource(
  { schemas, schemasAfterRefresh }: ConnectionControls,
  inspectedAt: number | undefined,
): Source {
  const present = (schemas ?? usualSchemas).map(makeSchema);
  return {
    cached: inspectedAt === undefined ? [] : present,
    found: schemasAfterRefresh?.map(makeSchema) ?? present,
    lastStartedAt: inspectedAt,
    lastFinishedAt: inspectedAt,
    status: inspectedAt === undefined ? undefined : 'cached',
    userFields: new Map(),
    keyOverrides: new Map(),
  };
}

/** A schema from its id or from an object. */
export function makeSchema(seed: string | SourceSchemaSeed): SourceSchema {
  const { id, name, fields, records } = typeof seed === 'string' ? { id: seed } : seed;
  return { id, name: name ?? id, fields: (fields ?? usualFields).map(makeField), records };
}

function makeField(seed: string | Readonly<Fields>): Fields {
  const given = typeof seed === 'string' ? { id: seed } : seed;
  const isKey = given.source_primary_key ?? given.is_primary_key ?? given.id === 'id';
  const usual = { name: given.id, type: 'string', remote_type: 'text', user_managed: false };
  return { ...usual, ...given, source_primary_key: isKey };
}
