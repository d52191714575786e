/** What connections offer as source and target: their schemas, and the same few targets for every connection. */
import { ApiFailure, notFound } from '../http/api-failure';
import { systemOf } from '../state/connected-system';
import { data, param, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { typeOfConnection } from '../state/connection-types';
import { contract } from '../http/contract';
import type { SourceSchema } from '../state/source';
import type { Fields } from '../state/fields';
import { connectionOf } from './connections';

/** Handlers of source and target discovery of both kinds. */
export const sourceAndTargetRoutes: Handlers = {
  'modelSync.getSource': (call) => {
    const items = schemasOf(call).map(({ id }) => id);
    return data({ configuration: { table: { type: 'string', items } }, items: {}, requires_one_of: ['table'] });
  },
  'modelSync.getSourceFields': (call) => {
    const { table } = (call.query.params ?? {}) as Record<string, readonly string[] | undefined>;
    const schema = schemasOf(call).find(({ id }) => table?.includes(id));
    return data((schema?.fields ?? usualFields).map(toModelField));
  },
  'modelSync.targets.list': (call) => {
    const targets = targetsOf(call).map((id) => ({ id, name: id, modes }));
    return { body: { data: targets, target_creation: { supported: false, properties: [] } } };
  },
  'modelSync.targets.getTarget': (call) => {
    const { type, search } = call.query as { type?: string; search?: string };
    const wanted = search?.toLowerCase() ?? '';
    const found = targetsOf(call).find((id) => (type ?? id) === id && id.toLowerCase().includes(wanted));
    if (found === undefined) throw notFound('target', type ?? wanted);
    return data(fieldsOfTarget(call, found));
  },
  'modelSync.targets.getTargetFields': (call) => data(targetFields(call)),
  'modelSync.targets.getCreateProperty': (call) => {
    connectionOf(call);
    throw notFound('target property', param(call, 'property'));
  },
  'bulkSync.getSource': (call) => {
    const schemas = schemasOf(call).map(({ id, name, fields }) => ({
      id,
      name,
      ...(call.query.include_fields === false ? {} : { fields: toSchemaFields(fields) }),
    }));
    return data({
      capabilities: { supports_namespaces: true, supports_tracking_fields: true },
      configuration: {},
      schemas,
    });
  },
  'bulkSync.getDestination': (call) => {
    const { bulkModes } = typeOfConnection(call.emulator.types, connectionOf(call)) ?? {};
    const offered = bulkModes ?? contract.enums.BulkSyncTargetMode ?? [];
    return data({
      configuration: {},
      modes: offered.map((id) => ({ id, label: id, description: '' })),
      supported_resync_modes: contract.enums.BulkResyncMode,
      supports_history_mode: true,
    });
  },
};

const modes = (contract.enums.ModelsyncSyncTargetMode ?? []).map((id) => ({
  id,
  requires_identity: id === 'updateOrCreate' || id === 'update',
  supports_per_field_mode: false,
  supports_target_filters: false,
}));

function targetFields(call: ApiRequest): Fields {
  connectionOf(call);
  const { target, properties } = call.query;
  if ((target === undefined) === (properties === undefined)) {
    throw new ApiFailure(400, 'query: expected exactly one of target and properties');
  }
  return fieldsOfTarget(call, String(target ?? 'new'));
}

/** What the system behind the connection has: as its type says, and what syncs made in it. */
function targetsOf(call: ApiRequest): string[] {
  const connection = connectionOf(call);
  const { targets = ['contact'] } = typeOfConnection(call.emulator.types, connection) ?? {};
  return [...targets, ...systemOf(call.organization, String(connection.id)).newTargets];
}

function fieldsOfTarget({ now }: ApiRequest, id: string): Fields {
  const fields = ['id', 'email', 'name'].map((name) => ({ id: name, name, type: 'string', required: name === 'id' }));
  return { id, name: id, fields, modes: [], properties: {}, refreshed_at: toTimestamp(now) };
}

/** The schemas that the source behind the connection has now, cached or not. */
const schemasOf = (call: ApiRequest): readonly SourceSchema[] =>
  systemOf(call.organization, String(connectionOf(call).id)).source.found;

const toSchemaFields = (fields: readonly Fields[]): Fields[] =>
  fields.map(({ id, name, type, source_primary_key }) => ({ id, name, type, is_primary_key: source_primary_key }));

/** What a source has where no table is named that it knows. */
const usualFields: readonly Fields[] = ['id', 'email', 'name'].map((id) => ({ id, name: id, type: 'string' }));

const toModelField = ({ id, name, type }: Fields): Fields => ({ id, name: id, label: name, type, unique: id === 'id' });
