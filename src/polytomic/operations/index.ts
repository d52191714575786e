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
  /** Bulk syncs: whole schemas of a source, copied to a destination. With their runs, schemas and schedules. */
  readonly bulkSync: typeof bulkSync;
  /** Connections to other systems, their types, their sharing, and calls through their proxy. */
  readonly connections: typeof connections;
  /** What an id belongs to. */
  readonly entities: typeof entities;
  /** Events of the organization: what its webhook is sent. */
  readonly events: typeof events;
  /** Whose key it is, and what it may do. */
  readonly identity: typeof identity;
  /** Long pieces of work that other operations have answered with a job. */
  readonly jobs: typeof jobs;
  /** Model syncs: fields of models, mapped to fields of a target. With their runs and targets. */
  readonly modelSync: typeof modelSync;
  /** Models, which model syncs read: a table or a query of a connection. */
  readonly models: typeof models;
  /** Who is notified of errors, whatever the sync. */
  readonly notifications: typeof notifications;
  /** The organization of the key, and for partners those of their customers. */
  readonly organization: typeof organization;
  /** Who may do what: policies allow actions to roles. */
  readonly permissions: typeof permissions;
  /** Queries that are run once on a connection. Their results are records of a customer. */
  readonly queryRunner: typeof queryRunner;
  /** Schemas of connections, as Polytomic has them in its cache. */
  readonly schemas: typeof schemas;
  /** Keys that expire by themselves, after four hours at most. */
  readonly temporaryCredentials: typeof temporaryCredentials;
  /** Users of the organization of the key, and for partners those of their customers. */
  readonly users: typeof users;
  /** Where Polytomic sends events. An organization has one webhook at most. */
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
