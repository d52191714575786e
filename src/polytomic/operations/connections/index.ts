/** Connections to the systems that data comes from and goes to. */
import { z } from 'zod';
import { bare, one, page } from '../../answers';
import { del, get, post, put } from '../../operation';
import { answer, shape } from '../../shapes';
import {
  ConnectCard,
  Connection,
  ConnectionType,
  ConnectSession,
  JsonSchema,
  ParameterChoices,
  Usage,
  WrittenConnection,
} from './answers';
import { executeProxy, getProxyInfo, proxy } from './proxy';
import {
  Connect,
  CreateConnection,
  DeleteConnection,
  SessionQuery,
  TestConnection,
  TypeParameterQuery,
  UpdateConnection,
} from './requests';

/** Versions before it have no documented connections. */
const since = '2023-04-25';

const ShareConnection = shape(() => z.strictObject({ child_organization_id: z.string(), name: z.string().optional() }));

/** Secrets are masked by the server already; whether each of them is, nobody says. */
const secrets = { mixedAnswer: ['configuration'] };

/** The address for the owner's consent lets whoever has it consent. */
const writeSecrets = { mixed: ['configuration'], answer: ['auth_url', 'auth_code'], ...secrets };

/** Rows of `connections.*`. */
export const connections = {
  /** All that the credential may see, in one answer, with their health. An activity masks their secrets. */
  list: get('/api/connections', { answer: page(Connection), since, secrets }),
  /** One connection with its health (`status`). An activity masks its secrets. */
  get: get('/api/connections/{id}', { answer: one(Connection), since, secrets }),
  /** Tried before it is saved, unless `validate` is false. May still want consent in a browser (`auth_url`). */
  create: post('/api/connections', {
    body: CreateConnection,
    answer: one(WrittenConnection),
    since,
    starts: true,
    secrets: { ...writeSecrets, typed: { type: 'type' } },
  }),
  /** Replaces the whole configuration, secrets included. Its verb was `PATCH`. 409 where a managed Harbor owns it. */
  update: put('/api/connections/{id}', {
    body: UpdateConnection,
    answer: one(WrittenConnection),
    since,
    older: { until: '2023-04-25', method: 'PATCH' },
    secrets: { ...writeSecrets, typed: { type: 'type', connection: 'id' } },
  }),
  /** 422 while it is in use, unless forced; 409 where it backs a Harbor, even then. */
  delete: del('/api/connections/{id}', { query: DeleteConnection, since }),
  /** Saves nothing and answers nothing: success is the whole news. */
  testConnection: post('/api/connections/test', {
    body: TestConnection,
    since: '2024-02-08',
    secrets: { mixed: ['configuration'], typed: { type: 'type' } },
  }),
  /** The connected systems that Polytomic knows. Their ids are what `type` of {@link connections.create} takes. */
  getTypes: get('/api/connection_types', { answer: page(ConnectionType), since }),
  /** A JSON Schema as it is, without an envelope. */
  getConnectionTypeSchema: get('/api/connection_types/{id}', { answer: bare(JsonSchema), since: '2024-02-08' }),
  /** Reads, although it is a `POST`. */
  getTypeParameterValues: post('/api/connection_types/{type}/parameter_values', {
    body: TypeParameterQuery,
    answer: one(ParameterChoices),
    since,
    secrets: { mixed: ['parameters'], typed: { type: 'type' } },
  }),
  /** The choices that the connected system offers for fields of the configuration, such as its databases. */
  getParameterValues: get('/api/connections/{id}/parameter_values', { answer: one(ParameterChoices), since }),
  /** Calls of the connected system in the last 24 hours, for each sync where that is known. */
  getUsage: get('/api/connections/{id}/usage', { answer: one(Usage), since: '2025-09-18' }),
  /** The path ends with a slash. One connection for each session. */
  connect: post('/api/connections/connect/', {
    body: Connect,
    answer: one(ConnectCard),
    since: '2024-02-08',
    fieldsSince: { ttl: '2025-09-18', use_organization_name: '2025-09-18' },
    starts: true,
    group: 'all',
    secrets: { answer: ['redirect_url', 'token'] },
  }),
  /** The token in the query is the credential that counts; the official SDKs forget to send it. */
  getConnectSession: get('/api/connections/connect/session', {
    query: SessionQuery,
    answer: one(ConnectSession),
    since: '2025-09-18',
    group: 'all',
    secrets: { request: ['token'] },
  }),
  /** Calls the connected system itself with the credentials that Polytomic holds. 30 s, unless `async` (`GET` only). */
  executeProxy,
  /** What calls through the proxy may hold: methods, headers, sizes, calls a minute, time. */
  getProxyInfo,
  /** Whether calls through the proxy are allowed for a connection. */
  proxy,
  /** The copies of a connection that other organizations were given. */
  listSharedConnections: get('/api/connections/{id}/shared', { answer: page(Connection), since, secrets }),
  /** 404 where the organization does not own the connection. */
  listSharedConnectionsForPartner: get('/api/organizations/{org_id}/connections/{connection_id}/shared', {
    answer: page(Connection),
    since: '2025-09-18',
    partner: true,
    secrets,
  }),
  /** The connection must belong to the partner's own organization. The text calls the path `share`, which was its older name. */
  createSharedConnection: post('/api/organizations/{org_id}/connections/{connection_id}/shared', {
    body: ShareConnection,
    answer: one(answer(() => ({ id: z.string() }))),
    since: '2025-09-18',
    partner: true,
    starts: true,
  }),
};
