/** What a UUID is, and where the web app shows it. */
import { notFound } from '../http/api-failure';
import { data, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { readModels } from '../state/connection-use';
import { modelAt } from '../state/model';
import type { Fields } from '../state/fields';
import type { SyncKind } from '../state/sync';
import type { Organization } from '../state/emulator-state';

interface Found {
  readonly type: string;
  readonly path: string;
  readonly relationships?: Fields;
}

/** Handlers of `entities.*`. */
export const entityRoutes: Handlers = {
  'entities.get': (call) => answerEntity(call, [call.organization]),
  'entities.getForPartner': (call) => answerEntity(call, [...call.emulator.organizations.values()]),
};

function answerEntity(call: ApiRequest, organizations: readonly Organization[]): Answer {
  const id = param(call, 'id');
  for (const organization of organizations) {
    const found = find(organization, { id, now: call.now });
    if (found === undefined) continue;
    const { type, path, relationships = {} } = found;
    return data({ id, type, canonical_path: path, context: {}, organization_id: organization.id, relationships });
  }
  throw notFound('entity', id);
}

function find(organization: Organization, { id, now }: { id: string; now: number }): Found | undefined {
  const { account, connections, models } = organization;
  if (id === organization.id) return { type: 'organization', path: '/organization' };
  if (account.users.has(id)) return { type: 'user', path: `/organization/users/${id}` };
  if (connections.has(id)) return { type: 'connection', path: pathOf.connection(id) };
  const model = models.get(id);
  const fields = model && modelAt(model, now);
  if (fields !== undefined) {
    const connection = related(fields.connection_id, pathOf.connection);
    return { type: 'model', path: pathOf.model(id), relationships: { connection } };
  }
  return findSync(organization, id) ?? findExecution(organization, id);
}

const pathOf = {
  connection: (id: string): string => `/connections/${id}`,
  model: (id: string): string => `/models/${id}`,
  sync: (id: string): string => `/syncs/${id}`,
  bulk_sync: (id: string): string => `/bulk-syncs/${id}`,
};

const typeOf = (kind: SyncKind): 'sync' | 'bulk_sync' => (kind === 'model' ? 'sync' : 'bulk_sync');

const related = (id: unknown, path: (id: string) => string): Fields => ({ id, path: path(String(id)) });

function findSync({ syncs }: Organization, id: string): Found | undefined {
  const sync = syncs.model.find(id) ?? syncs.bulk.find(id);
  if (sync === undefined) return undefined;
  const type = typeOf(sync.kind);
  const [model] = sync.kind === 'model' ? readModels(sync) : [];
  const relationships = model === undefined ? {} : { model: related(model, pathOf.model) };
  return { type, path: pathOf[type](id), relationships };
}

function findExecution({ executions }: Organization, id: string): Found | undefined {
  const execution = executions.get(id);
  if (execution === undefined) return undefined;
  const type = typeOf(execution.kind);
  const path = pathOf[type](execution.syncId);
  const relationships = { [type]: { id: execution.syncId, path } };
  return { type: `${type}_execution`, path: `${path}/executions/${id}`, relationships };
}
