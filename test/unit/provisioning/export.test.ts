/** Fifty random organizations, exported: the plan of what comes out is empty, and no secret is in it. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from '@jest/globals';
import type { ActivityDependencies } from '../../../src/activities/dependencies';
import { createProvisionActivities } from '../../../src/activities/provision';
import type { SetRecords } from '../../../src/activities/provision/set-records';
import type { ExportResult } from '../../../src/contracts/provision';
import type { ProvisionPlan } from '../../../src/contracts/provision-plan';
import { createClient } from '../../../src/polytomic/client';
import { toObjects } from '../../../src/rules/provision/to-objects';
import { createEmulator, type InProcessEmulator } from '../../../src/testing';
import type { ActivitySource } from '../../../src/workflows/provision/activities';
import { makePlan } from '../../../src/workflows/provision/make-plan';
import { Random } from '../../simulation/random';

const secret = 'must-never-be-shown';

/** Connections, models and syncs with what makes exports hard: twins, overrides, filters, schedules, chosen schemas. */
async function fill(emulator: InProcessEmulator, random: Random): Promise<{ secrets: number }> {
  const names = ['Warehouse', 'CRM', 'Lake 2', '!?', 'Ünï çode', 'Warehouse'];
  const create = async (path: string, body: object): Promise<string> => {
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const answer = await emulator.handle({ method: 'POST', url: path, headers, body: JSON.stringify(body) });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.body}`);
    return (JSON.parse(answer.body) as { data: { id: string } }).data.id;
  };
  const times = (most: number): number[] => Array.from({ length: random.int(0, most) }, (_one, at) => at);
  const connections: string[] = [];
  for (const name of [...names.slice(0, random.int(1, names.length))])
    connections.push(
      await create('/api/connections', {
        name,
        type: 'postgresql',
        configuration: {
          ...{ hostname: 'db', port: random.pick([5432, 6543]), username: 'etl', database: 'app', password: secret },
          ...(random.chance(0.5) && { ssl: true }),
        },
      }),
    );
  const models: string[] = [];
  for (const at of times(4))
    models.push(
      await create('/api/models', {
        name: `${random.pick(names)} ${random.int(0, 1)}`,
        connection_id: random.pick(connections),
        configuration: { query: `select ${at}` },
        ...(random.chance(0.3) && { identifier: 'id' }),
      }),
    );
  for (const model of models.filter(() => random.chance(0.8)))
    await create('/api/syncs', {
      name: random.pick(names),
      mode: random.pick(['create', 'update', 'updateOrCreate']),
      target: { connection_id: random.pick(connections), object: 'contacts' },
      fields: [{ target: 'email', source: { model_id: model, field: 'email' } }],
      schedule: random.pick([{ frequency: 'manual' }, { frequency: 'daily', hour: '3', minute: '15' }]),
      active: random.chance(0.5),
      ...(random.chance(0.4) && { override_fields: [{ target: 'source', override_value: 'ours' }] }),
      ...(random.chance(0.3) && {
        filters: [{ field_id: 'email', field_type: 'Model', function: 'IsNotNull' }],
        filter_logic: 'A',
      }),
    });
  for (const _at of times(4))
    await create('/api/bulk/syncs', {
      name: random.pick(names),
      mode: 'replicate',
      source_connection_id: random.pick(connections),
      destination_connection_id: random.pick(connections),
      destination_configuration: { schema: 'lake' },
      default_schedule: random.pick([{ frequency: 'manual' }, { frequency: 'hourly', minute: '5' }]),
      active: random.chance(0.5),
      ...(random.chance(0.5) && { schemas: ['public.users'] }),
    });
  return { secrets: connections.length };
}

const noRecords: SetRecords = {
  read: async () => null,
  change: () => Promise.reject(new Error('a plan changes no record')),
  endOf: async () => undefined,
  async *claims() {},
};

/** Exports everything there is, and plans what came out; both read only. */
async function exportAndPlan(emulator: InProcessEmulator): Promise<{ exported: ExportResult; plan: ProvisionPlan }> {
  const client = createClient({
    apiKey: emulator.apiKey,
    url: 'https://polytomic.invalid',
    fetch: emulator.fetch,
  });
  const deps = {
    organizations: new Map([['default', { name: 'default', client, allows: () => true, requestsPerMinute: 600 }]]),
  } as unknown as ActivityDependencies;
  const { activities } = createProvisionActivities(deps, noRecords);
  const source = ((name: keyof typeof activities) => (input: never) =>
    new MockActivityEnvironment().run(activities[name], input)) as ActivitySource;
  const exported = await source('exportObjects', '')({ input: {} });
  const plan = await makePlan({
    prepared: { organization: 'default', set: 'default', specHash: 'h', prune: false },
    spec: exported.spec,
    objects: toObjects(exported.spec),
    record: null,
    activity: source,
  });
  return { exported, plan: plan.plan };
}

describe('an organization that is exported', () => {
  it.each(Array.from({ length: 50 }, (_one, at) => at + 1))('has an empty plan: %d', async (seed) => {
    const emulator = createEmulator({ clock: 'manual', idSeed: String(seed), seed: {} } as never);
    const filled = await fill(emulator, new Random(seed));
    const writes = (): number => emulator.requests().filter(({ method }) => method !== 'GET').length;
    const before = writes();
    const { exported, plan } = await exportAndPlan(emulator);
    expect(plan.changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    expect(plan.changes.length).toBeGreaterThan(0);
    expect(plan.ownership).toBe('unknown');
    expect(JSON.stringify([exported, plan])).not.toContain(secret);
    expect(exported.secrets.length).toBe(filled.secrets);
    expect(writes()).toBe(before);
  });
});
