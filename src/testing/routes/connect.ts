/** The dialog in which somebody outside connects a system: a session with a token, and what the token may read. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import type { ConnectSession } from '../state/connect-session';
import { systemOf } from '../state/connected-system';

const usualTtl = 300;
const longestTtl = 604_800;

/** Handlers of `connections.connect` and `connections.getConnectSession`. */
export const connectRoutes: Handlers = {
  'connections.connect': openSession,
  'connections.getConnectSession': (call) => data(toSession(call, sessionOf(call))),
};

function openSession(call: ApiRequest): Answer {
  const { emulator, body, organization, now, url } = call;
  const ttl = body.ttl ?? usualTtl;
  if (typeof ttl !== 'number' || ttl < 1 || ttl > longestTtl) {
    throw new ApiFailure(422, `body.ttl: expected 1 to ${longestTtl} seconds`);
  }
  checkRequest(call);
  const [id, token, expiresAt] = [emulator.newId(), emulator.newId(), now + ttl * 1_000];
  const session: ConnectSession = { id, token, request: body, expiresAt };
  organization.connectSessions.set(session.token, session);
  return data({ redirect_url: `${url}/connect?token=${session.token}`, token: session.token });
}

/** The name of a new connection has to be free here, though it need not be where the API makes one. */
function checkRequest({ emulator, body, organization }: ApiRequest): void {
  if (body.organization_id !== undefined && body.organization_id !== organization.id) {
    throw new ApiFailure(403, 'body.organization_id: not the organization of this key');
  }
  const { type, connection: id } = body as { type?: string; connection?: string };
  if (type !== undefined && !emulator.types.has(type)) {
    throw new ApiFailure(422, `body.type: ${type} is no connection type`);
  }
  if (id !== undefined && !organization.connections.has(id)) throw notFound('connection', id);
  if (id !== undefined && systemOf(organization, id).controls.ownedByHarbor === true) {
    throw new ApiFailure(409, `connection ${id} is owned by a Harbor`);
  }
  const taken = [...organization.connections.values()].some(({ name }) => name === body.name);
  if (id === undefined && taken) throw new ApiFailure(409, 'body.name: another connection has it');
}

/** Whoever calls, the token decides; it lives until its session ends. */
function sessionOf({ query, organization, now }: ApiRequest): ConnectSession {
  const session = organization.connectSessions.get(String(query.token));
  if (session === undefined || session.expiresAt <= now)
    throw new ApiFailure(401, 'the Connect token is unknown or old');
  return session;
}

function toSession({ organization }: ApiRequest, { id, request, expiresAt, connectionId }: ConnectSession): unknown {
  const { name, redirect_url, type, whitelist, dark = false } = request;
  return {
    id,
    name,
    redirect_url,
    type,
    // A type that is set leaves nothing to choose.
    whitelist: type === undefined ? whitelist : undefined,
    dark,
    organization_name: organization.name,
    connection_id: connectionId ?? request.connection,
    expires_at: toTimestamp(expiresAt),
  };
}
