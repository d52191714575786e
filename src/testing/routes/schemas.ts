/** Schemas of connections: their cache, samples of records, fields and keys that users lay over them. */
import { ApiFailure, notFound } from '../http/api-failure';
import { systemOf, type ConnectedSystem } from '../state/connected-system';
import { data, listOf, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { contract } from '../http/contract';
import { madeUpRecords } from '../state/sample-records';
import type { SourceSchema, UserField } from '../state/source';
import { cachedSchema, cacheStatusOf, fieldsOf, refresh } from '../state/source-cache';
import type { Fields } from '../state/fields';
import { connectionOf } from './connections';

/** Handlers of `schemas.*`. */
export const schemaRoutes: Handlers = {
  'schemas.refresh': (call) => {
    if (connectionOf(call).status !== 'healthy') throw new ApiFailure(400, 'only healthy connections can be refreshed');
    return refreshed(call, 'id').answer;
  },
  'schemas.getStatus': (call) => data(cacheStatusOf(backendAt(call, 'id').source, call.now)),
  'schemas.get': (call) => {
    const { schema, fields } = schemaAt(call, 'id');
    return data({ id: schema.id, name: schema.name, fields });
  },
  'schemas.getRecords': (call) => {
    const { schema, fields } = schemaAt(call, 'id');
    return listOf(schema.records ?? madeUpRecords(fields));
  },
  'schemas.upsertField': upsertFields,
  'schemas.patchField': (call) => data(patchField(call)),
  'schemas.deleteField': (call) => {
    const { system, schema } = schemaAt(call);
    const field = userFieldAt(call);
    system.source.userFields.get(schema.id)?.delete(String(field.id));
    system.source.keyOverrides.get(schema.id)?.delete(String(field.id));
    return {};
  },
  'schemas.setPrimaryKeys': setPrimaryKeys,
  'schemas.resetPrimaryKeys': (call) => {
    const { system, schema } = schemaAt(call);
    system.source.keyOverrides.delete(schema.id);
    return {};
  },
};

const backendAt = (call: ApiRequest, name = 'connection_id'): ConnectedSystem =>
  systemOf(call.organization, String(connectionOf(call, name).id));

/** The cached schema that the path names. */
function schemaAt(
  call: ApiRequest,
  name = 'connection_id',
): { system: ConnectedSystem; schema: SourceSchema; fields: readonly Fields[] } {
  const system = backendAt(call, name);
  const id = param(call, 'schema_id');
  const schema = cachedSchema(system.source, { id, now: call.now });
  if (schema === undefined) throw notFound('schema', id);
  return { system, schema, fields: fieldsOf(system.source, { schema, now: call.now }) };
}

/** Begins a refresh; the header says where to follow it, without the host. */
function refreshed(call: ApiRequest, name: string): { endsAt: number; answer: Answer } {
  const { source, controls } = backendAt(call, name);
  const endsAt = refresh(source, { now: call.now, ms: controls.refreshMs ?? call.emulator.options.jobMs });
  return { endsAt, answer: { headers: { Location: `/api/connections/${param(call, name)}/schemas/status` } } };
}

const fieldTypes = (contract.enums.UtilFieldType ?? []).filter((type) => type !== 'unknown');

function checkType(type: unknown): void {
  if (!fieldTypes.some((known) => known === type)) {
    throw new ApiFailure(400, `type: expected one of ${fieldTypes.join(', ')}`);
  }
}

/**
 * Makes or replaces users' fields by their ids; they appear once the refresh that this begins has ended. A batch may
 * succeed in part, but nobody says how that is told: here one wrong field refuses them all.
 */
function upsertFields(call: ApiRequest): Answer {
  const { system, schema } = schemaAt(call);
  const written = (call.body.fields ?? []) as Fields[];
  for (const { type, field_id: id } of written) {
    checkType(type);
    if (schema.fields.some((field) => field.id === id)) {
      throw new ApiFailure(400, `field ${String(id)} comes from the source`);
    }
  }
  const { endsAt, answer } = refreshed(call, 'connection_id');
  const known = system.source.userFields.get(schema.id) ?? new Map<string, UserField>();
  for (const field of written) known.set(String(field.field_id), { field: toUserField(field), from: endsAt });
  system.source.userFields.set(schema.id, known);
  return answer;
}

const toUserField = ({ field_id, label, type, definition, example, path }: Fields): Fields => ({
  id: field_id,
  name: label,
  type,
  remote_type: '',
  user_managed: true,
  source_primary_key: false,
  ...(definition === undefined ? {} : { type_spec: definition }),
  ...(example === undefined ? {} : { example }),
  ...(path === undefined ? {} : { path }),
});

/** The field that the path names; one that comes from the source is nobody's to change. */
function userFieldAt(call: ApiRequest): Fields {
  const { fields } = schemaAt(call);
  const id = param(call, 'field_id');
  const field = fields.find((candidate) => candidate.id === id);
  if (field === undefined) throw notFound('field', id);
  if (field.user_managed !== true) throw new ApiFailure(400, `field ${id} comes from the source`);
  return field;
}

/** Changes what is named: null counts as not named, an empty path clears it, a type clears the finer type. */
function patchField(call: ApiRequest): Fields {
  const { system, schema } = schemaAt(call);
  const { is_primary_key, primary_key_override, type_spec, ...present } = userFieldAt(call);
  const { label, type, definition, path, example } = call.body;
  if ((type ?? undefined) !== undefined) checkType(type);
  const spec = definition ?? (type === undefined || type === null ? type_spec : undefined);
  const field = {
    ...present,
    name: label ?? present.name,
    type: type ?? present.type,
    example: example ?? present.example,
    path: path === '' ? undefined : (path ?? present.path),
    type_spec: spec,
  };
  const from = system.source.userFields.get(schema.id)?.get(String(present.id))?.from ?? call.now;
  system.source.userFields.get(schema.id)?.set(String(present.id), { field, from });
  return { ...field, is_primary_key, primary_key_override };
}

/** All overrides of a schema at once; an empty list leaves the source's own key. */
function setPrimaryKeys(call: ApiRequest): Answer {
  const { system, schema, fields } = schemaAt(call);
  const written = (call.body.fields ?? []) as { field_id: string; is_primary_key: boolean }[];
  const unknown = written.find(({ field_id }) => !fields.some(({ id }) => id === field_id));
  if (unknown !== undefined) throw new ApiFailure(400, `body.fields: there is no field ${unknown.field_id}`);
  const overrides = new Map(written.map(({ field_id, is_primary_key }) => [field_id, is_primary_key]));
  system.source.keyOverrides.set(schema.id, overrides);
  return {};
}
