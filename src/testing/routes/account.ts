/** What concerns the organization: connections, events, jobs, and who the caller is. */
import { ApiFailure, notFound } from '../api-failure';
import { data, listOf, param, type Answer, type Call, type Handlers } from '../call';
import { usualConnections } from '../connection';
import { eventTypes } from '../event-feed';
import { toMs } from '../execution';
import { jobTypes, toJobResponse } from '../job';
import { actor, type Fields } from '../sync';

/** The connection that the path names. */
export function connectionOf(call: Call, name = 'id'): Fields {
  const id = param(call, name);
  const connection = call.organization.connections.get(id);
  if (connection === undefined) throw notFound('connection', id);
  return connection;
}

/** Handlers of `connections.*`, `events.*`, `jobs.get` and `identity.get`. */
export const accountRoutes: Handlers = {
  'connections.list': (call) => listOf([...call.organization.connections.values()]),
  'connections.get': (call) => data(connectionOf(call)),
  'connections.getTypes': () => data(connectionTypes),
  'events.list': listEvents,
  'events.getTypes': () => data(eventTypes),
  'jobs.get': (call) => {
    const type = param(call, 'type');
    if (!jobTypes.some((known) => known === type))
      throw new ApiFailure(400, `job type ${type} is none of ${jobTypes.join(', ')}`);
    const job = call.organization.jobs.get(param(call, 'id'));
    if (job?.type !== type) throw notFound('job', param(call, 'id'));
    return data(toJobResponse(job, call.now));
  },
  'identity.get': ({ organization }) =>
    data({
      id: actor.id,
      email: 'emulator@example.com',
      role: 'admin',
      is_user: true,
      is_organization: false,
      is_partner: false,
      is_system: false,
      organization_id: organization.id,
      organization_name: organization.name,
    }),
};

const connectionTypes = Object.values(usualConnections).map(({ type }) => ({
  id: type.id,
  name: type.name,
  use_oauth: false,
  capabilities: { source: true, destination: true, enrichment: false, logging: false, orchestration: false },
}));

const eventCeiling = 100;

/** Newest first, both ends of the window left out. */
function listEvents(call: Call): Answer {
  const { type, starting_after, ending_before, organization_id, limit = 10 } = call.query;
  if (typeof limit !== 'number' || limit < 1 || limit > eventCeiling) {
    throw new ApiFailure(422, `query.limit: expected 1 to ${eventCeiling}`);
  }
  if (organization_id !== undefined && organization_id !== call.organization.id) return listOf([]);
  const after = toMs(starting_after) ?? -Infinity;
  const before = toMs(ending_before) ?? Infinity;
  const events = call.organization.events.list(call.now).filter((kept) => {
    const inWindow = kept.at > after && kept.at < before;
    return inWindow && (type === undefined || kept.event.type === type) && !call.isLost(kept);
  });
  return listOf(events.slice(0, limit).map(({ event }) => event));
}
