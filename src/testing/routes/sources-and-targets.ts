/** What connections offer as source and target: the same few things for every connection. */
import { ApiFailure, notFound } from '../api-failure';
import { makeSchemas } from '../bulk-schema';
import { data, param, type Call, type Handlers } from '../call';
import { toTimestamp } from '../clock';
import { contract } from '../contract';
import type { Fields } from '../sync';
import { connectionOf } from './connections';

/** Handlers of source and target discovery of both kinds. */
export const sourceAndTargetRoutes: Handlers = {
  'modelSync.getSource': (call) => {
    connectionOf(call);
    return data({ configuration: {}, items: {}, requires_one_of: [] });
  },
  'modelSync.getSourceFields': (call) => {
    connectionOf(call);
    return data(
      ['id', 'email', 'name'].map((name) => ({ id: name, name, label: name, type: 'string', unique: name === 'id' })),
    );
  },
  'modelSync.targets.list': (call) => {
    connectionOf(call);
    return {
      body: {
        data: [{ id: 'contact', name: 'Contact', modes }],
        target_creation: { supported: false, properties: [] },
      },
    };
  },
  'modelSync.targets.getTargetFields': (call) => data(targetFields(call)),
  'modelSync.targets.getCreateProperty': (call) => {
    connectionOf(call);
    throw notFound('target property', param(call, 'property'));
  },
  'bulkSync.getSource': (call) => {
    connectionOf(call);
    const schemas = makeSchemas(undefined).map(({ id, fields }) => ({
      id,
      name: id,
      ...(call.query.include_fields === false ? {} : { fields: toSchemaFields(fields) }),
    }));
    return data({
      capabilities: { supports_namespaces: true, supports_tracking_fields: true },
      configuration: {},
      schemas,
    });
  },
  'bulkSync.getDestination': (call) => {
    connectionOf(call);
    return data({
      configuration: {},
      modes: (contract.enums.BulkSyncTargetMode ?? []).map((id) => ({ id, label: id, description: '' })),
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

function targetFields(call: Call): Fields {
  connectionOf(call);
  const { target, properties } = call.query;
  if ((target === undefined) === (properties === undefined)) {
    throw new ApiFailure(400, 'query: expected exactly one of target and properties');
  }
  const id = target ?? 'new';
  const fields = ['id', 'email', 'name'].map((name) => ({ id: name, name, type: 'string', required: name === 'id' }));
  return { id, name: id, fields, modes: [], properties: {}, refreshed_at: toTimestamp(call.now) };
}

const toSchemaFields = (fields: unknown): Fields[] =>
  (fields as Fields[]).map(({ id }) => ({ id, name: id, type: 'string', is_primary_key: id === 'id' }));
