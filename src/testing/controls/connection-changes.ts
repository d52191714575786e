/** What happens to connections from outside: a person changes one in the web app, or goes through the Connect dialog. */
import { systemOf, type ConnectedSystem } from '../state/connected-system';
import { toTimestamp } from '../state/clock';
import { splitControls } from '../state/connection';
import type { ConnectSession } from '../state/connect-session';
import type { ConnectionControls } from './connection-controls';
import type { ConnectionSeed } from './options';
import { makeSchema } from '../state/source';
import { inspectNew } from '../state/source-cache';
import type { Fields } from '../state/fields';
import type { Organization, EmulatorState } from '../state/emulator-state';

/** Changes fields of a connection, and how the system behind it behaves; throws a RangeError when there is none of that id. */
export function changeConnection(emulator: EmulatorState, { id, seed }: { id: string; seed: ConnectionSeed }): Fields {
  const organization = [...emulator.organizations.values()].find(({ connections }) => connections.has(id));
  const present = organization?.connections.get(id);
  if (organization === undefined || present === undefined) throw new RangeError(`no connection has the id ${id}`);
  const { fields, controls } = splitControls(seed, emulator.types);
  const changed = { ...present, updated_at: toTimestamp(emulator.clock.now()), ...fields, id };
  organization.connections.set(id, changed);
  const system = systemOf(organization, id);
  changeSystem(system, controls);
  const { status } = changed as Fields;
  inspectNew(system.source, { status, now: emulator.clock.now(), ms: emulator.options.inspectionMs });
  return changed;
}

/** New schemas are what the next refresh finds; everything else holds at once. */
function changeSystem(system: ConnectedSystem, controls: ConnectionControls): void {
  system.controls = { ...system.controls, ...controls };
  const { schemas, schemasAfterRefresh = schemas, proxy } = controls;
  if (schemasAfterRefresh !== undefined) system.source.found = schemasAfterRefresh.map(makeSchema);
  if (proxy?.enabled !== undefined) system.proxy.enabled = proxy.enabled;
}

/**
 * Goes through the dialog of a Connect session: makes the connection, or changes the one that the session names. Throws a
 * RangeError when the token is unknown, its session over, or a connection was made in it before.
 */
export function connectThrough(
  emulator: EmulatorState,
  { token, seed }: { token: string; seed: ConnectionSeed },
): Fields {
  const organization = [...emulator.organizations.values()].find(({ connectSessions }) => connectSessions.has(token));
  const session = organization?.connectSessions.get(token);
  if (organization === undefined || session === undefined) throw new RangeError('no session has this token');
  if (session.expiresAt <= emulator.clock.now()) throw new RangeError('the session is over');
  if (session.connectionId !== undefined) throw new RangeError('a session makes one connection only');
  const connection = finish(emulator, { session, seed, organization });
  session.connectionId = String(connection.id);
  return connection;
}

function finish(
  emulator: EmulatorState,
  { session, seed, organization }: { session: ConnectSession; seed: ConnectionSeed; organization: Organization },
): Fields {
  const { connection: id, name, type } = session.request;
  if (typeof id === 'string') return changeConnection(emulator, { id, seed });
  const asked = type === undefined ? {} : { type };
  return emulator.addConnection({ name, ...asked, ...seed, organization: organization.name });
}
