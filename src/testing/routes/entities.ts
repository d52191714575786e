/** What a UUID is, and where the web app shows it. */
import { notFound } from '../api-failure';
import { data, param, type Call, type Handlers } from '../call';
import type { Fields } from '../sync';

interface Found {
  readonly type: string;
  readonly path: string;
  readonly relationships?: Fields;
}

/** Handlers of `entities.*`. */
export const entityRoutes: Handlers = {
  'entities.get': (call) => {
    const id = param(call, 'id');
    const found = find(call, id);
    if (found === undefined) throw notFound('entity', id);
    const { type, path, relationships = {} } = found;
    return data({ id, type, canonical_path: path, context: {}, organization_id: call.organization.id, relationships });
  },
};

function find({ organization }: Call, id: string): Found | undefined {
  const { syncs, connections, executions } = organization;
  if (id === organization.id) return { type: 'organization', path: '/organization' };
  if (connections.has(id)) return { type: 'connection', path: `/connections/${id}` };
  if (syncs.model.find(id) !== undefined) return { type: 'sync', path: `/syncs/${id}` };
  if (syncs.bulk.find(id) !== undefined) return { type: 'bulk_sync', path: `/bulk-syncs/${id}` };
  const execution = executions.get(id);
  if (execution === undefined) return undefined;
  const [type, root] =
    execution.kind === 'model' ? (['sync', '/syncs'] as const) : (['bulk_sync', '/bulk-syncs'] as const);
  const relationships = { [type]: { id: execution.syncId, path: `${root}/${execution.syncId}` } };
  return { type: `${type}_execution`, path: `${root}/${execution.syncId}/executions/${id}`, relationships };
}
