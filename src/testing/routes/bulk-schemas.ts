/** The schemas of bulk syncs: list, read, change. */
import { ApiFailure, notFound } from '../http/api-failure';
import { enableAll, makeFields, usualSettings } from '../state/bulk-schema';
import { data, listOf, param, type Handlers } from '../http/api-request';
import type { Fields } from '../state/fields';
import type { Sync } from '../state/sync';
import { bulkSyncOf, requireInspected } from './bulk-syncs';

/** Handlers of `bulkSync.schemas.*`; cancelling one belongs to the runs. */
export const bulkSchemaRoutes: Handlers = {
  'bulkSync.schemas.list': (call) => {
    const filters = Object.entries((call.query.filters ?? {}) as Record<string, string>);
    const sync = bulkSyncOf(call);
    requireInspected(call, sync.fields.source_connection_id);
    const schemas = sync.schemas.filter((schema) => filters.every(([name, value]) => String(schema[name]) === value));
    return listOf(schemas.map(({ fields: _fields, filters: _filters, ...item }) => item));
  },
  'bulkSync.schemas.get': (call) => data(schemaOf(bulkSyncOf(call), param(call, 'schema_id'))),
  'bulkSync.schemas.update': (call) => {
    const sync = bulkSyncOf(call);
    const { id, output_name, history_enabled, fields } = schemaOf(sync, param(call, 'schema_id'));
    const kept = { id, output_name, history_enabled };
    const written = { ...usualSettings, ...kept, ...call.body, fields: writtenFields(call.body, fields) };
    replace(sync, [written]);
    return data(written);
  },
  'bulkSync.schemas.patch': (call) => {
    const sync = bulkSyncOf(call);
    const patches = (call.body.schemas ?? []) as Fields[];
    const present = byId(sync.schemas);
    const written = patches.map((patch) => {
      const schema = found(present.get(nameOf(patch)), nameOf(patch));
      return { ...schema, ...patch, fields: writtenFields(patch, schema.fields) };
    });
    replace(sync, written);
    return listOf(written);
  },
};

function nameOf({ id }: Fields): string {
  if (typeof id !== 'string') throw new ApiFailure(400, 'body.schemas: each needs an id');
  return id;
}

const schemaOf = (sync: Sync, id: string): Fields =>
  found(
    sync.schemas.find((candidate) => candidate.id === id),
    id,
  );

function found(schema: Fields | undefined, id: string): Fields {
  if (schema === undefined) throw notFound('schema', id);
  return schema;
}

const writtenFields = (write: Fields, present: unknown): Fields[] =>
  write.fields === undefined ? enableAll(present) : makeFields(write.fields);

/** A sync may have ten thousand schemas. */
const byId = (schemas: readonly Fields[]): Map<unknown, Fields> =>
  new Map(schemas.map((schema) => [schema.id, schema]));

function replace(sync: Sync, written: readonly Fields[]): void {
  const changed = byId(written);
  sync.schemas = sync.schemas.map((present) => changed.get(present.id) ?? present);
}
