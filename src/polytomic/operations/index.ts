/** The table of rows. What it holds is a method of the client and an activity; nothing else needs to know a row. */
import { mapOperations, named } from '../operation';
import { bulkSync } from './bulk-sync';
import { connections } from './connections';
import { entities } from './entities';
import { events } from './events';
import { identity } from './identity';
import { jobs } from './jobs';
import { modelSync } from './model-sync';
import { models } from './models';
import { notifications } from './notifications';
import { organization } from './organization';
import { permissions } from './permissions';
import { queryRunner } from './query-runner';
import { schemas } from './schemas';
import { temporaryCredentials } from './temporary-credentials';
import { users } from './users';
import { webhooks } from './webhooks';

/** Told by name: left to the compiler, the types of all rows would be written out once more in the package. */
type Operations = {
  readonly bulkSync: typeof bulkSync;
  readonly connections: typeof connections;
  readonly entities: typeof entities;
  readonly events: typeof events;
  readonly identity: typeof identity;
  readonly jobs: typeof jobs;
  readonly modelSync: typeof modelSync;
  readonly models: typeof models;
  readonly notifications: typeof notifications;
  readonly organization: typeof organization;
  readonly permissions: typeof permissions;
  readonly queryRunner: typeof queryRunner;
  readonly schemas: typeof schemas;
  readonly temporaryCredentials: typeof temporaryCredentials;
  readonly users: typeof users;
  readonly webhooks: typeof webhooks;
};

/** All rows, nested by resource and named as Polytomic's own SDKs name them. */
export const operations: Operations = named({
  bulkSync,
  connections,
  entities,
  events,
  identity,
  jobs,
  modelSync,
  models,
  notifications,
  organization,
  permissions,
  queryRunner,
  schemas,
  temporaryCredentials,
  users,
  webhooks,
});

/** Dotted names of all rows. */
export const operationNames: readonly string[] = listNames();

function listNames(): string[] {
  const names: string[] = [];
  mapOperations(operations, (name) => names.push(name));
  return names;
}
