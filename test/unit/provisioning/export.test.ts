/** Fifty random organizations, exported: the plan of what comes out is empty, and no secret is in it. */
import { describe, expect, it } from '@jest/globals';
import { createEmulator, type InProcessEmulator } from '../../../src/testing';
import { Random } from '../../simulation/random';
import { exportAndPlan } from './support/planner';

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
