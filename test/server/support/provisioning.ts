/** Specs and judgements that tests of provisioning share. */
import type { ProvisionResult } from '../../../src/contracts/provision';
import type { ProvisionPlan } from '../../../src/contracts/provision-plan';
import type { LoggedRequest } from '../../../src/testing';
import type { World } from './world';

type Fields = Record<string, unknown>;

/** Everything that a plan or an apply may call. */
export const provisioningPlugin = { operations: 'all', secretEnv: ['TEST_WAREHOUSE_PASSWORD'] } as const;
export const password = 'correct-horse-battery-staple';

/** A set of one object of each kind; names begin with `prefix`. */
export function specOf(prefix: string, more: Fields = {}): Fields {
  return {
    name: prefix.replaceAll(' ', '-'),
    connections: {
      warehouse: {
        name: `${prefix} warehouse`,
        type: 'postgresql',
        configuration: {
          hostname: 'db',
          username: 'etl',
          database: 'app',
          port: 5432,
          password: { $env: 'TEST_WAREHOUSE_PASSWORD', version: 1 },
        },
      },
    },
    models: {
      users: {
        name: `${prefix} users`,
        connection_id: { $ref: 'connections.warehouse.id' },
        configuration: { query: 'select * from users' },
      },
    },
    modelSyncs: {
      usersBack: {
        name: `${prefix} users back`,
        mode: 'updateOrCreate',
        target: { connection_id: { $ref: 'connections.warehouse.id' }, object: 'public.contacts' },
        fields: [{ target: 'email', source: { model_id: { $ref: 'models.users.id' }, field: 'email' } }],
        schedule: { frequency: 'manual' },
        errorHandling: { subscribers: ['data@example.com'], auto_retry_record_errors: true },
      },
    },
    bulkSyncs: {
      lake: {
        name: `${prefix} lake`,
        source_connection_id: { $ref: 'connections.warehouse.id' },
        destination_connection_id: { $ref: 'connections.warehouse.id' },
        mode: 'replicate',
        destination_configuration: { schema: 'lake' },
        default_schedule: { frequency: 'manual' },
      },
    },
    ...more,
  };
}

const readingPosts = ['/api/connections/test'];

/** Requests that change something. */
export function writesOf({ emulator }: Pick<World, 'emulator'>): LoggedRequest[] {
  return emulator.requests().filter(({ method, path }) => method !== 'GET' && !readingPosts.includes(path));
}

/** All objects of a kind whose names begin so, as the API lists them. */
export async function objectsNamed(
  { emulator }: Pick<World, 'emulator'>,
  path: string,
  prefix: string,
): Promise<Fields[]> {
  const headers = { authorization: `Bearer ${emulator.apiKey}` };
  const found: Fields[] = [];
  for (let token = ''; ;) {
    const answer = await fetch(`${emulator.url}${path}${token === '' ? '' : `?page_token=${token}`}`, { headers });
    const page = (await answer.json()) as { data: Fields[] | null; pagination?: { next_page_token?: string } };
    found.push(...(page.data ?? []).filter(({ name }) => String(name).startsWith(prefix)));
    token = page.pagination?.next_page_token ?? '';
    if (!token) return found;
  }
}

/** Lists of all kinds. */
export const listPaths = ['/api/connections', '/api/models', '/api/syncs', '/api/bulk/syncs'] as const;

/** How many objects of each kind bear such a name. */
export async function countsOf(world: Pick<World, 'emulator'>, prefix: string): Promise<number[]> {
  return Promise.all(listPaths.map(async (path) => (await objectsNamed(world, path, prefix)).length));
}

/** What was done with each object, by its address. */
export function actionsOf({ resources }: Pick<ProvisionResult, 'resources'>): Record<string, string> {
  return Object.fromEntries(Object.entries(resources).map(([address, { action }]) => [address, action]));
}

/** The same done with each object of {@link specOf}. */
export const allOf = (action: string): Record<string, string> => ({
  'connections.warehouse': action,
  'models.users': action,
  'modelSyncs.usersBack': action,
  'bulkSyncs.lake': action,
});

type Caller = (spec: unknown, more?: object) => Promise<ProvisionResult>;

/** Plans, applies and destroys a spec on the world of the moment, with further fields of the input if given. */
export function callers(worldOf: () => Pick<World, 'run'>): {
  plan: (spec: unknown, more?: object) => Promise<ProvisionPlan>;
  apply: Caller;
  destroy: Caller;
} {
  const run = async (workflow: string, spec: unknown, more: object): Promise<unknown> =>
    worldOf().run(workflow, { spec, ...more });
  return {
    plan: async (spec, more = {}) => (await run('planPolytomic', spec, more)) as ProvisionPlan,
    apply: async (spec, more = {}) => (await run('provisionPolytomic', spec, more)) as ProvisionResult,
    destroy: async (spec, more = {}) => (await run('deprovisionPolytomic', spec, more)) as ProvisionResult,
  };
}
