/** Everything the emulator holds: organizations with their syncs, and every run there ever was. */
import { randomUUID } from 'node:crypto';
import { makeAccount, makeOwner, type Account } from './account';
import { makeSystem, type ConnectedSystem } from './connected-system';
import type { EmulatorClock } from './clock';
import type { ConnectSession } from './connect-session';
import { EventFeed } from '../delivery/event-feed';
import type { Execution } from './execution';
import { idFrom } from './ids';
import type { Job } from './job';
import { type ModelSeed } from '../controls/options';
import { makeModel, type Model } from './model';
import type { BulkSyncSeed, ConnectionSeed, ModelSyncSeed, ResolvedOptions, Seed } from '../controls/options';
import { makeConnection, usualConnections } from './connection';
import { collectTypes, typeOfConnection, type ConnectionTypes } from './connection-types';
import type { Query } from './ad-hoc-query';
import { actor, type Fields } from './fields';
import { makeBulkSync, makeModelSync, type Sync, type SyncContext } from './sync';
import { SyncTable } from './sync-table';

/** An organization: what its keys can see. */
export interface Organization {
  name: string;
  readonly id: string;
  /** Keys of the emulator's options, all of its owner. */
  keys: readonly string[];
  readonly account: Account;
  /** With the secrets of their configurations, which answers mask. */
  readonly connections: Map<string, Fields>;
  /** What stands behind the connections, by their ids. */
  readonly systems: Map<string, ConnectedSystem>;
  readonly connectSessions: Map<string, ConnectSession>;
  readonly models: Map<string, Model>;
  readonly queries: Map<string, Query>;
  readonly syncs: { readonly model: SyncTable; readonly bulk: SyncTable };
  /** Of existing syncs, by id. */
  readonly executions: Map<string, Execution>;
  readonly jobs: Map<string, Job>;
  readonly events: EventFeed;
  /** Syncs whose runs start on their own. */
  readonly scheduled: Set<Sync>;
}

/** Id of the organization `default`. */
export const defaultOrganizationId = '00000000-0000-4000-8000-000000000001';

/** Everything that changes while an emulator runs, in plain data. */
export interface StoredState {
  /** By id; the first owns the partner account. */
  readonly organizations: Map<string, Organization>;
  /** Every run, oldest first; runs of deleted syncs stay. */
  readonly executions: { readonly organization: Organization; readonly execution: Execution }[];
  readonly seed: Seed;
  /** How many ids were given out. */
  issuedIds: number;
}

/** What a emulator is made of: a seed, or the state of another one. */
export interface EmulatorStateOptions {
  readonly options: ResolvedOptions;
  readonly clock: EmulatorClock;
  readonly seed?: Seed;
  readonly state?: StoredState;
}

/** The emulator's state with what acts on it; a reset makes a new one. */
export class EmulatorState {
  readonly state: StoredState;
  readonly options: ResolvedOptions;
  readonly clock: EmulatorClock;
  /** Kinds of system that can be connected to. */
  readonly types: ConnectionTypes;

  constructor({ options, clock, seed = {}, state }: EmulatorStateOptions) {
    this.options = options;
    this.clock = clock;
    this.state = state ?? { organizations: makeOrganizations(options, seed), executions: [], seed, issuedIds: 0 };
    this.types = collectTypes([options.connectionTypes, this.state.seed.connectionTypes]);
    if (state === undefined) this.#plant(seed);
  }

  /** By id; the first owns the partner account. */
  get organizations(): Map<string, Organization> {
    return this.state.organizations;
  }

  /** Every run, oldest first; runs of deleted syncs stay. */
  get executions(): StoredState['executions'] {
    return this.state.executions;
  }

  get seed(): Seed {
    return this.state.seed;
  }

  /** A new id: random, or with `idSeed` the next of a row that is the same in each emulator with that seed. */
  readonly newId = (): string => {
    this.state.issuedIds += 1;
    const { idSeed } = this.options;
    return idSeed === undefined ? randomUUID() : idFrom(`${idSeed} ${this.state.issuedIds}`);
  };

  /** The organization of that name, by default the owner; throws a RangeError when there is none. */
  organization(name?: string): Organization {
    const known = [...this.organizations.values()];
    const organization = known.find((candidate) => name === undefined || candidate.name === name);
    if (organization === undefined) {
      throw new RangeError(`organization: ${String(name)} is none of ${known.map((other) => other.name).join(', ')}`);
    }
    return organization;
  }

  /** Adds a connection. */
  addConnection(seed: ConnectionSeed): Fields {
    const organization = this.organization(seed.organization);
    const now = this.clock.now();
    const { fields, controls } = makeConnection(seed, {
      newId: this.newId,
      types: this.types,
      now,
      organizationId: organization.id,
    });
    organization.connections.set(String(fields.id), fields);
    const usual = { schemas: typeOfConnection(this.types, fields)?.schemas };
    organization.systems.set(String(fields.id), makeSystem({ ...usual, ...controls }, now));
    return fields;
  }

  /** Adds a model. */
  addModel(seed: ModelSeed): Model {
    const organization = this.organization(seed.organization);
    const model = makeModel(seed, { newId: this.newId, organization, now: this.clock.now() });
    organization.models.set(model.id, model);
    return model;
  }

  /** Adds a model sync. */
  addModelSync(seed: ModelSyncSeed): Sync {
    const organization = this.organization(seed.organization);
    return this.#add(organization, makeModelSync(seed, this.contextOf(organization)));
  }

  /** Adds a bulk sync. */
  addBulkSync(seed: BulkSyncSeed): Sync {
    const organization = this.organization(seed.organization);
    return this.#add(organization, makeBulkSync(seed, this.contextOf(organization)));
  }

  /** What a sync that is made now refers to. */
  contextOf(organization: Organization): SyncContext {
    const ids = [...organization.connections.keys()];
    return {
      newId: this.newId,
      now: this.clock.now(),
      organizationId: organization.id,
      sourceConnectionId: ids[0] ?? usualConnections.warehouse.id,
      destinationConnectionId: ids[1] ?? usualConnections.crm.id,
    };
  }

  /** The sync of that id, of either kind, in any organization; throws a RangeError when there is none. */
  findSync(id: string): { organization: Organization; sync: Sync } {
    for (const organization of this.organizations.values()) {
      const sync = organization.syncs.model.find(id) ?? organization.syncs.bulk.find(id);
      if (sync !== undefined) return { organization, sync };
    }
    throw new RangeError(`no sync has the id ${id}`);
  }

  /** Removes a sync and its runs; `executions` keeps them. */
  removeSync(organization: Organization, sync: Sync): void {
    organization.syncs[sync.kind].remove(sync.id);
    organization.scheduled.delete(sync);
    for (const { id } of sync.executions) organization.executions.delete(id);
  }

  #add(organization: Organization, sync: Sync): Sync {
    organization.syncs[sync.kind].put(sync);
    if (sync.everyMs !== undefined) organization.scheduled.add(sync);
    for (const execution of sync.executions) {
      organization.executions.set(execution.id, execution);
      this.executions.push({ organization, execution });
    }
    return sync;
  }

  #plant(seed: Seed): void {
    for (const { name } of this.organizations.values()) {
      const usual = seed.connections === undefined ? Object.values(usualConnections) : [];
      for (const connection of usual) this.addConnection({ ...connection, organization: name });
    }
    const bare = seed.modelSyncs === undefined && seed.bulkSyncs === undefined;
    for (const connection of seed.connections ?? []) this.addConnection(connection);
    for (const model of seed.models ?? []) this.addModel(model);
    for (const sync of seed.modelSyncs ?? (bare ? [usualModelSync] : [])) this.addModelSync(sync);
    for (const sync of seed.bulkSyncs ?? (bare ? [usualBulkSync] : [])) this.addBulkSync(sync);
  }
}

const usualModelSync: ModelSyncSeed = { id: '00000000-0000-4000-8000-000000000021', name: 'Users to CRM' };
const usualBulkSync: BulkSyncSeed = { id: '00000000-0000-4000-8000-000000000022', name: 'Warehouse to lake' };

function makeOrganizations(options: ResolvedOptions, seed: Seed): Map<string, Organization> {
  const others = Object.entries({ ...options.organizations, ...seed.organizations }).map(([name, { id, keys }]) =>
    makeOrganization({ name, id: id ?? idFrom(`organization ${name}`), keys }),
  );
  const first = makeOrganization({ name: 'default', id: defaultOrganizationId, keys: options.keys });
  return new Map([first, ...others].map((organization) => [organization.id, organization]));
}

/** An organization with nothing in it. Only one with keys has an owner. */
export function makeOrganization({
  name,
  id,
  keys,
}: {
  name: string;
  id: string;
  keys: readonly string[];
}): Organization {
  const account = makeAccount(id);
  if (keys.length > 0) account.users.set(actor.id, makeOwner(id));
  return {
    name,
    id,
    keys,
    account,
    connections: new Map(),
    systems: new Map(),
    connectSessions: new Map(),
    models: new Map(),
    queries: new Map(),
    syncs: { model: new SyncTable('model'), bulk: new SyncTable('bulk') },
    executions: new Map(),
    jobs: new Map(),
    events: new EventFeed(),
    scheduled: new Set(),
  };
}
