/** What happens to connections from outside: a person changes one in the web app, or goes through the Connect dialog. */
import { backendOf, type Backend } from './backend';
import { toTimestamp } from './clock';
import { splitControls } from './connection';
import type { ConnectSession } from './connect-session';
import type { ConnectionControls } from './connection-controls';
import type { ConnectionSeed } from './options';
import { makeSchema } from './source';
import { inspectNew } from './source-cache';
import type { Fields } from './sync';
import type { Organization, World } from './world';

/** Changes fields of a connection, and how the system behind it behaves; throws a RangeError when there is none of that id. */
export function changeConnection(world: World, { id, seed }: { id: string; seed: ConnectionSeed }): Fields {
  const organization = [...world.organizations.values()].find(({ connections }) => connections.has(id));
  const present = organization?.connections.get(id);
  if (organization === undefined || present === undefined) throw new RangeError(`no connection has the id ${id}`);
  const { fields, controls } = splitControls(seed, world.types);
  const changed = { ...present, updated_at: toTimestamp(world.clock.now()), ...fields, id };
  organization.connections.set(id, changed);
  const backend = backendOf(organization, id);
  changeBackend(backend, controls);
  const { status } = changed as Fields;
  inspectNew(backend.source, { status, now: world.clock.now(), ms: world.options.inspectionMs });
  return changed;
}

/** New schemas are what the next refresh finds; everything else holds at once. */
function changeBackend(backend: Backend, controls: ConnectionControls): void {
  backend.controls = { ...backend.controls, ...controls };
  const { schemas, schemasAfterRefresh = schemas, proxy } = controls;
  if (schemasAfterRefresh !== undefined) backend.source.found = schemasAfterRefresh.map(makeSchema);
  if (proxy?.enabled !== undefined) backend.proxy.enabled = proxy.enabled;
}

/**
 * Goes through the dialog of a Connect session: makes the connection, or changes the one that the session names. Throws a
 * RangeError when the token is unknown, its session over, or a connection was made in it before.
 */
export function connectThrough(world: World, { token, seed }: { token: string; seed: ConnectionSeed }): Fields {
  const organization = [...world.organizations.values()].find(({ connectSessions }) => connectSessions.has(token));
  const session = organization?.connectSessions.get(token);
  if (organization === undefined || session === undefined) throw new RangeError('no session has this token');
  if (session.expiresAt <= world.clock.now()) throw new RangeError('the session is over');
  if (session.connectionId !== undefined) throw new RangeError('a session makes one connection only');
  const connection = finish(world, { session, seed, organization });
  session.connectionId = String(connection.id);
  return connection;
}

function finish(
  world: World,
  { session, seed, organization }: { session: ConnectSession; seed: ConnectionSeed; organization: Organization },
): Fields {
  const { connection: id, name, type } = session.request;
  if (typeof id === 'string') return changeConnection(world, { id, seed });
  const asked = type === undefined ? {} : { type };
  return world.addConnection({ name, ...asked, ...seed, organization: organization.name });
}
