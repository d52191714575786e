/** Copies of a connection in other organizations of the partner account. */
import { ApiFailure, notFound } from '../http/api-failure';
import { systemOf, makeSystem } from '../state/connected-system';
import { data, listOf, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { toConnection } from '../state/connection';
import type { Fields } from '../state/fields';
import { connectionOf } from './connections';

/** Handlers of the sharing operations of `connections`. */
export const sharedConnectionRoutes: Handlers = {
  'connections.listSharedConnections': (call) => listCopies(call, connectionOf(call)),
  'connections.listSharedConnectionsForPartner': (call) => listCopies(call, sharedByPartner(call)),
  'connections.createSharedConnection': (call) =>
    share(call, { parent: sharedByPartner(call), field: 'child_organization_id' }),
  /** Only in 2024-02-08, where the owner's own keys may do it. */
  'connections.share': (call) => share(call, { parent: connectionOf(call), field: 'organization_id' }),
};

function share(call: ApiRequest, { parent, field }: { parent: Fields; field: string }): Answer {
  const { [field]: childId, name = parent.name } = call.body;
  const child = call.emulator.organizations.get(String(childId));
  if (child === undefined) throw notFound('organization', String(childId));
  if (child.id === call.organization.id) throw new ApiFailure(403, `body.${field}: the owner itself`);
  const at = toTimestamp(call.now);
  const place = { id: call.emulator.newId(), name, organization_id: child.id, parent_connection_id: parent.id };
  // Whether a second share makes a second copy is not documented; here it does, as each create does.
  child.connections.set(place.id, { ...parent, ...place, policies: [], created_at: at, updated_at: at });
  const { controls } = systemOf(call.organization, String(parent.id));
  child.systems.set(place.id, makeSystem(controls, call.now));
  return data({ id: place.id });
}

/** Only what the owner of the partner account has can be shared; everything else is as if it were not there. */
function sharedByPartner(call: ApiRequest): Fields {
  const owner = param(call, 'org_id');
  if (owner !== call.organization.id) throw notFound('connection', param(call, 'connection_id'));
  return connectionOf(call, 'connection_id');
}

function listCopies({ emulator: { types, organizations }, now }: ApiRequest, { id }: Fields): Answer {
  const all = [...organizations.values()].flatMap(({ connections }) => [...connections.values()]);
  return listOf(
    all.filter((copy) => copy.parent_connection_id === id).map((copy) => toConnection(copy, { types, now })),
  );
}
