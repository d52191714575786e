/** Connections: list, read, write, delete, check, usage. */
import { ApiFailure, notFound } from '../http/api-failure';
import { systemOf, makeSystem } from '../state/connected-system';
import { data, listOf, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { toConnection, toWrittenConnection } from '../state/connection';
import { checkConfiguration, whyRefused } from '../state/connection-check';
import { storedConfiguration } from '../state/configuration-schema';
import type { SystemType } from '../state/system-type';
import { typeOfConnection } from '../state/connection-types';
import { usageOf } from '../state/connection-usage';
import { usesOf, type ConnectionUse } from '../state/connection-use';
import { modelAt } from '../state/model';
import { actor, type Fields } from '../state/fields';
import { inspectNew } from '../state/source-cache';
import { cancelRunning } from './bulk-syncs';

/** The connection that the path names, with its secrets. */
export function connectionOf(call: ApiRequest, name = 'id'): Fields {
  const id = param(call, name);
  const connection = call.organization.connections.get(id);
  if (connection === undefined) throw notFound('connection', id);
  return connection;
}

/** Handlers of `connections.*`, without types, the dialog for outsiders, sharing and the proxy. */
export const connectionRoutes: Handlers = {
  'connections.list': (call) =>
    listOf([...call.organization.connections.values()].map((fields) => toAnswer(call, fields))),
  'connections.get': (call) => data(toAnswer(call, connectionOf(call))),
  'connections.create': createConnection,
  'connections.update': updateConnection,
  'connections.delete': deleteConnection,
  'connections.testConnection': testConnection,
  'connections.getUsage': (call) =>
    data(usageOf(call.organization, { connection: connectionOf(call), types: call.emulator.types, now: call.now })),
};

function toAnswer({ organization, emulator: { types }, now }: ApiRequest, fields: Fields): Fields {
  const { callsLast24h } = usageOf(organization, { connection: fields, types, now });
  return { ...toConnection(fields, { types, now }), api_calls_last_24_hours: callsLast24h };
}

/** Names need not be unique: nothing says that they are, and a client that counts on it makes doubles. */
function createConnection(call: ApiRequest): Answer {
  const { body, emulator, organization } = call;
  checkOrganization(call);
  const type = emulator.types.get(String(body.type));
  if (type === undefined) throw new ApiFailure(422, `body.type: ${String(body.type)} is no connection type`);
  const { organization_id: _organization, validate: _validate, redirect_url, ...rest } = body;
  const configuration = storedConfiguration(type.schema, { written: body.configuration as Fields });
  const written = { ...rest, configuration };
  const wantsConsent = type.oauth === true && redirect_url !== undefined && !isConsented(configuration);
  const status = wantsConsent ? { status: 'unauthorized' } : checkedStatus(call, { type, written });
  const fields = emulator.addConnection({ ...written, ...status, organization: organization.name });
  organization.systems.set(String(fields.id), makeSystem({ schemas: type.schemas }, undefined));
  inspect(call, fields);
  return data({
    ...toWrittenConnection(fields, emulator.types),
    ...(wantsConsent ? consentOf(call, configuration) : {}),
  });
}

/** A connection that works is inspected by itself, as soon as it does. */
function inspect({ organization, emulator, now }: ApiRequest, { id, status }: Fields): void {
  inspectNew(systemOf(organization, String(id)).source, { status, now, ms: emulator.options.inspectionMs });
}

/** Its owner's consent is a token in the configuration; two modes of Salesforce need none. */
const isConsented = ({ oauth_refresh_token: token, connect_mode: mode }: Fields): boolean =>
  token !== undefined || mode === 'clientcredentials' || mode === 'api';

/** Where the owner is sent to agree, or the code to agree with elsewhere: both are secrets by themselves. */
function consentOf({ emulator }: ApiRequest, { connect_mode: mode }: Fields): Fields {
  const id = emulator.newId();
  if (mode === 'code') return { auth_url: '', auth_code: id };
  return { auth_url: `https://login.example.com/authorize?state=${id}`, auth_code: '' };
}

/**
 * Replaces the configuration, save for secrets that are left out, and the other settings; up to 2023-04-25 it keeps all
 * that is left out. The type stays: nobody says what another one does, so it is refused.
 */
function updateConnection(call: ApiRequest): Answer {
  const present = connectionOf(call);
  refuseOwned(call, present);
  checkOrganization(call);
  const { organization_id: _organization, validate: _validate, reconnect, type: typeId, ...body } = call.body;
  const type = typeOfConnection(call.emulator.types, present);
  if (typeId !== undefined && typeId !== (present.type as Fields).id) {
    throw new ApiFailure(422, 'body.type: the type of a connection cannot be changed');
  }
  const replaced = call.version === '2023-04-25' ? merge(present, body) : { policies: [], ...body };
  const written =
    type === undefined ? replaced : { ...replaced, configuration: replacedConfiguration(present, { type, replaced }) };
  const status = type === undefined ? {} : checkedStatus(call, { type, written });
  const { healthcheck_interval: _interval, status_error: _error, ...kept } = present;
  const stamps = { updated_at: toTimestamp(call.now), updated_by: actor };
  const fields = { ...kept, ...written, ...status, ...stamps };
  call.organization.connections.set(String(present.id), fields);
  inspect(call, fields);
  const again = type?.oauth === true && reconnect === true;
  const shown = toWrittenConnection(fields, call.emulator.types);
  return data({ ...shown, ...(again ? consentOf(call, written.configuration as Fields) : {}) });
}

const replacedConfiguration = (
  { configuration: present }: Fields,
  { type, replaced }: { type: SystemType; replaced: Fields },
): Fields =>
  storedConfiguration(type.schema, { written: replaced.configuration as Fields, present: present as Fields });

const merge = ({ status_error: _error, ...present }: Fields, { configuration, ...body }: Fields): Fields => ({
  ...present,
  ...body,
  configuration: { ...(present.configuration as Fields), ...(configuration as Fields) },
});

/** A configuration that is not to be checked is saved as it is, and tells by its status what is wrong with it. */
function checkedStatus(
  { body, emulator }: ApiRequest,
  { type, written }: { type: SystemType; written: Fields },
): Fields {
  const refused = emulator.seed.refusedConfigurations ?? [];
  const checked = { type, configuration: written.configuration as Fields, refused };
  if (body.validate !== false) checkConfiguration(checked, 422);
  const reason = whyRefused(checked);
  return reason === undefined ? { status: 'healthy' } : { status: 'unhealthy', status_error: reason };
}

function checkOrganization({ body, organization }: ApiRequest): void {
  if (body.organization_id !== undefined && body.organization_id !== organization.id) {
    throw new ApiFailure(403, 'body.organization_id: not the organization of this key');
  }
}

/** Even `force` does not help against a Harbor. */
function refuseOwned({ organization }: ApiRequest, { id }: Fields): void {
  if (systemOf(organization, String(id)).controls.ownedByHarbor === true) {
    throw new ApiFailure(409, `connection ${String(id)} is owned by a Harbor`);
  }
}

function deleteConnection(call: ApiRequest): Answer {
  const { organization, emulator, now, query } = call;
  const connection = connectionOf(call);
  const id = String(connection.id);
  refuseOwned(call, connection);
  const { models, syncs } = usesOf(organization, { connectionId: id, now });
  if (query.force !== true && models.length + syncs.length > 0) {
    throw new ApiFailure(422, 'connection in use', { used_by: toUsers({ models, syncs }, now) });
  }
  for (const sync of syncs) {
    cancelRunning(call, sync);
    emulator.removeSync(organization, sync);
  }
  for (const model of models) organization.models.delete(model.id);
  organization.connections.delete(id);
  organization.systems.delete(id);
  return {};
}

function toUsers({ models, syncs }: ConnectionUse, now: number): Fields[] {
  const kinds = { model: 'sync', bulk: 'bulk_sync' } as const;
  return [
    ...models.map((model) => ({ type: 'model', name: modelAt(model, now)?.name, id: model.id })),
    ...syncs.map(({ kind, id, fields }) => ({ type: kinds[kind], name: fields.name, id })),
  ];
}

/** Checks a configuration, laid over the one of a present connection where one is named; saves nothing. */
function testConnection({ body, organization, emulator }: ApiRequest): Answer {
  const type = emulator.types.get(String(body.type));
  if (type === undefined) throw new ApiFailure(400, `body.type: ${String(body.type)} is no connection type`);
  const { connection_id: id } = body as { connection_id?: string };
  const base = id === undefined ? {} : organization.connections.get(id);
  if (base === undefined) throw notFound('connection', id ?? '');
  const configuration = { ...(base.configuration as Fields | undefined), ...(body.configuration as Fields) };
  checkConfiguration({ type, configuration, refused: emulator.seed.refusedConfigurations ?? [] }, 400);
  return {};
}
