/** Random specs for the simulation of provisioning. */
import type { ProvisionSpec } from '../../src/contracts/provision-spec';
import type { Random } from './random';

/** A spec, and what has to exist once it is applied. */
export interface RandomSpec {
  spec: ProvisionSpec;
  expected: { path: string; name: string; active: boolean | null; runs: boolean }[];
}

/** One to three connections, with models, model syncs and bulk syncs between them. */
export function randomSpec(random: Random): RandomSpec {
  const spec: Required<Pick<ProvisionSpec, 'connections' | 'models' | 'modelSyncs' | 'bulkSyncs'>> = {
    connections: {},
    models: {},
    modelSyncs: {},
    bulkSyncs: {},
  };
  const expected: RandomSpec['expected'] = [];
  const add = (kind: keyof typeof spec, path: string, key: string, object: Record<string, unknown>): void => {
    spec[kind][key] = { name: `sim ${key}`, ...object };
    const active = kind === 'connections' || kind === 'models' ? null : object.active !== false;
    expected.push({ path, name: `sim ${key}`, active, runs: false });
  };
  const connections = Array.from({ length: random.int(1, 3) }, (_one, index) => `c${index}`);
  for (const key of connections) {
    const password = { $env: 'PASSWORD', version: random.int(1, 3) };
    add('connections', '/api/connections', key, {
      type: 'postgresql',
      configuration: { hostname: 'db', port: 5432, username: 'etl', database: 'app', password },
    });
  }
  const ref = (address: string): { $ref: string } => ({ $ref: `${address}.id` });
  const connection = (): { $ref: string } => ref(`connections.${random.pick(connections)}`);
  const models = Array.from({ length: random.int(0, 2) }, (_one, index) => `m${index}`);
  for (const key of models)
    add('models', '/api/models', key, { connection_id: connection(), configuration: { query: `select ${key}` } });
  for (const model of models.filter(() => random.chance(0.7))) {
    add('modelSyncs', '/api/syncs', `s${model}`, {
      mode: 'updateOrCreate',
      target: { connection_id: connection(), object: 'contacts' },
      fields: [{ target: 'email', source: { model_id: ref(`models.${model}`), field: 'email' } }],
      schedule: { frequency: 'manual' },
      ...(random.chance(0.3) && { active: false }),
      ...(random.chance(0.5) && { errorHandling: { subscribers: ['a@example.com'] } }),
    });
  }
  for (let index = random.int(0, 2); index > 0; index--) {
    const schemas = random.pick([
      null,
      ['public.*'],
      ['public.users'],
      'all',
      ['public.users', { id: 'public.orders', partition_key: 'id' }],
    ]);
    add('bulkSyncs', '/api/bulk/syncs', `b${index}`, {
      mode: 'replicate',
      normalize_names: 'enabled',
      source_connection_id: connection(),
      destination_connection_id: connection(),
      destination_configuration: { schema: 'lake' },
      default_schedule: { frequency: 'manual' },
      ...(schemas !== null && { schemas }),
      ...(random.chance(0.3) && { active: false }),
    });
  }
  return { spec, expected };
}

/** Some of its active syncs get a first run. */
export function withFirstRuns({ spec, expected }: RandomSpec, random: Random): RandomSpec {
  const syncs = Object.values({ ...spec.modelSyncs, ...spec.bulkSyncs });
  const running = new Set(syncs.filter(({ active }) => active !== false && random.chance(0.5)).map(({ name }) => name));
  for (const sync of syncs) if (running.has(sync.name)) sync.run = true;
  return { spec, expected: expected.map((one) => ({ ...one, runs: running.has(one.name) })) };
}

/** Some of its connections get another type, which takes a new object each. */
export function withReplacements({ spec, expected }: RandomSpec, random: Random): RandomSpec {
  const replaced = Object.values(spec.connections ?? {}).filter(() => random.chance(0.3));
  for (const connection of replaced) {
    const { hostname, port, database, password } = connection.configuration as Record<string, unknown>;
    const configuration = { hostname, port, account: 'etl', passwd: password, dbname: database };
    Object.assign(connection, { type: 'mysql', replace: true, configuration });
  }
  return { spec, expected };
}

/** The same set later: other values, rotated secrets, and some names. */
export function changedSpec({ spec, expected }: RandomSpec, random: Random): RandomSpec {
  const next = structuredClone(spec);
  const isChanged = (): boolean => random.chance(0.7);
  for (const { configuration } of Object.values(next.connections ?? {}).filter(isChanged)) {
    const { password, ...others } = configuration as { password: Record<string, unknown> };
    const rotated = random.chance(0.5) ? { ...password, version: 9 } : password;
    Object.assign(configuration as object, { ...others, password: rotated, port: 5433 });
  }
  for (const model of Object.values(next.models ?? {}).filter(isChanged))
    model.configuration = { query: 'select changed' };
  for (const sync of Object.values(next.modelSyncs ?? {}).filter(isChanged)) sync.mode = 'update';
  for (const sync of Object.values(next.bulkSyncs ?? {}).filter(isChanged)) sync.normalize_names = 'disabled';
  const renamed = Object.values(next.bulkSyncs ?? {}).filter(() => random.chance(0.3));
  const before = new Set(renamed.map(({ name }) => name));
  for (const sync of renamed) sync.name = `${String(sync.name)} renamed`;
  return {
    spec: next,
    expected: expected.map((one) => (before.has(one.name) ? { ...one, name: `${one.name} renamed` } : one)),
  };
}
