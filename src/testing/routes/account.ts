/** Connections and jobs. */
import { ApiFailure, notFound } from '../api-failure';
import { data, listOf, param, type Call, type Handlers } from '../call';
import { usualConnections } from '../connection';
import { jobTypes, toJobResponse } from '../job';
import type { Fields } from '../sync';

/** The connection that the path names. */
export function connectionOf(call: Call, name = 'id'): Fields {
  const id = param(call, name);
  const connection = call.organization.connections.get(id);
  if (connection === undefined) throw notFound('connection', id);
  return connection;
}

/** Handlers of `connections.*` and `jobs.get`. */
export const accountRoutes: Handlers = {
  'connections.list': (call) => listOf([...call.organization.connections.values()]),
  'connections.get': (call) => data(connectionOf(call)),
  'connections.getTypes': () => data(connectionTypes),
  'jobs.get': (call) => {
    const type = param(call, 'type');
    if (!jobTypes.some((known) => known === type))
      throw new ApiFailure(400, `job type ${type} is none of ${jobTypes.join(', ')}`);
    const job = call.organization.jobs.get(param(call, 'id'));
    if (job?.type !== type) throw notFound('job', param(call, 'id'));
    return data(toJobResponse(job, call.now));
  },
};

const connectionTypes = Object.values(usualConnections).map(({ type }) => ({
  id: type.id,
  name: type.name,
  use_oauth: false,
  capabilities: { source: true, destination: true, enrichment: false, logging: false, orchestration: false },
}));
