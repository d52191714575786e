/** Many objects in one apply, and many schemas in one object: bounded requests, histories and plans. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProvisionPlan } from '../../src/contracts/provision-plan';
import type { ProvisionResult } from '../../src/contracts/provision';
import { setWorkflowId } from '../../src/contracts/provision-record';
import { eventsOf } from './support/history';
import { countsOf, password, provisioningPlugin, writesOf } from './support/provisioning';
import { startWorld, type Handle, type World } from './support/world';

let world: World;

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('provision-scale', { plugin: { ...provisioningPlugin, requestsPerMinute: 60_000 } });
});
afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  await world.close();
});

const resultOf = async (handle: Handle): Promise<ProvisionResult> =>
  (await handle.result()) as unknown as ProvisionResult;

/** `SCALE_OBJECTS=1000` measures the largest set. */
const total = Number(process.env.SCALE_OBJECTS ?? 500);
const ofEach = 0.3 * total;
const many = { connections: 0.1 * total, models: ofEach, modelSyncs: ofEach, bulkSyncs: ofEach } as const;

/** Objects of a kind, each with a logical name and an index. */
function objects(kind: keyof typeof many, make: (at: number) => object): Record<string, object> {
  const named = (at: number): [string, object] => [`o${at}`, { name: `many ${kind} ${at}`, ...make(at) }];
  return Object.fromEntries(Array.from({ length: many[kind] }, (_one, at) => named(at)));
}
const connectionAt = (at: number): object => ({ $ref: `connections.o${at % many.connections}.id` });

const manyObjects = {
  name: 'many',
  connections: objects('connections', () => ({
    type: 'postgresql',
    configuration: {
      ...{ hostname: 'db', username: 'etl', database: 'app', port: 5432 },
      password: { $env: 'TEST_WAREHOUSE_PASSWORD', version: 1 },
    },
  })),
  models: objects('models', (at) => ({ connection_id: connectionAt(at), configuration: { query: `select ${at}` } })),
  modelSyncs: objects('modelSyncs', (at) => ({
    mode: 'updateOrCreate',
    target: { connection_id: connectionAt(at), object: 'public.contacts' },
    fields: [{ target: 'email', source: { model_id: { $ref: `models.o${at}.id` }, field: 'email' } }],
    schedule: { frequency: 'manual' },
  })),
  bulkSyncs: objects('bulkSyncs', (at) => ({
    mode: 'replicate',
    source_connection_id: connectionAt(at),
    destination_connection_id: connectionAt(at + 1),
    destination_configuration: { schema: 'lake' },
    default_schedule: { frequency: 'manual' },
  })),
};

/**
 * One POST an object; one look at each connection and its schemas before anything builds on it; the problems of a sync
 * before it is activated, and the activation; one list of each kind; the schema of the one connection type.
 */
const syncs = many.modelSyncs + many.bulkSyncs;
const unavoidable = total + 2 * many.connections + 2 * syncs + 4 + 1;

/** Bytes of the largest value that stands in a history as one payload list. */
function largestPayload(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const { payloads } = value as { payloads?: { data?: Uint8Array }[] };
  const own = Array.isArray(payloads) ? payloads.reduce((sum, { data }) => sum + (data?.length ?? 0), 0) : 0;
  return Math.max(
    own,
    ...Object.values(value).map((inner) => (inner instanceof Uint8Array ? 0 : largestPayload(inner))),
  );
}

describe('a large set', () => {
  it('of 500 objects costs hardly more requests than it must, and bounded histories', async () => {
    world.emulator.clearRequests();
    const began = Date.now();
    const handle = await world.start('provisionPolytomic', { spec: manyObjects });
    const { resources } = await resultOf(handle);
    const seconds = (Date.now() - began) / 1_000;
    expect(Object.values(resources).map(({ action }) => action)).toEqual(Array(total).fill('created'));
    const requests = world.emulator.requests().length;
    expect(await countsOf(world, 'many ')).toEqual(Object.values(many));
    const history = await handle.fetchHistory();
    const payloadBytes = Math.max(...(history.events ?? []).map(largestPayload));
    const record = await world.client.workflow.getHandle(setWorkflowId('default', 'many')).describe();
    const measured = {
      seconds,
      requests,
      unavoidable,
      events: history.events?.length,
      payloadBytes,
      recordBytes: record.historySize,
    };
    console.info(JSON.stringify(measured));
    expect(requests / unavoidable).toBeLessThan(1.2);
    expect(history.events?.length).toBeLessThan(4 * total);
    expect(payloadBytes).toBeLessThan(1_000_000);
    expect((await eventsOf(handle)).length).toBe(history.events?.length);
    world.emulator.clearRequests();
    await world.run('provisionPolytomic', { spec: manyObjects });
    expect(writesOf(world)).toEqual([]);
    await world.run('deprovisionPolytomic', { spec: manyObjects });
    expect(await countsOf(world, 'many ')).toEqual([0, 0, 0, 0]);
  }, 600_000);

  it('with 10,000 schemas in one bulk sync is compared, counted and written in parts', async () => {
    const schemas = Array.from({ length: 10_000 }, (_one, at) => ({
      id: `public.t${at}`,
      name: `t${at}`,
      fields: [{ id: 'id', name: 'id' }],
    }));
    const source = world.emulator.addConnection({ name: 'wide source', type: 'postgresql', schemas });
    const spec = (selected: unknown): object => ({
      name: 'wide',
      bulkSyncs: {
        lake: {
          name: 'wide lake',
          mode: 'replicate',
          source_connection_id: source.id,
          destination_connection_id: world.emulator.addConnection({ name: 'wide lake', type: 'postgresql' }).id,
          destination_configuration: { schema: 'lake' },
          default_schedule: { frequency: 'manual' },
          schemas: selected,
        },
      },
    });
    const first = spec('all') as { bulkSyncs: { lake: Record<string, unknown> } };
    await world.run('provisionPolytomic', { spec: first });
    const fewer = structuredClone(first);
    fewer.bulkSyncs.lake.schemas = ['public.t?', 'public.t??'];
    const plan = (await world.run('planPolytomic', { spec: fewer })) as unknown as ProvisionPlan;
    expect(plan.changes[0]).toMatchObject({ action: 'update', fieldCount: 9_900 });
    expect(plan.changes[0]?.fields).toHaveLength(100);
    expect(JSON.stringify(plan).length).toBeLessThan(50_000);

    const { resources } = (await world.run('provisionPolytomic', { spec: fewer })) as unknown as ProvisionResult;
    const { id } = resources['bulkSyncs.lake'] ?? {};
    const headers = { authorization: `Bearer ${world.emulator.apiKey}` };
    const answer = await fetch(`${world.emulator.url}/api/bulk/syncs/${id}/schemas`, { headers });
    const { data } = (await answer.json()) as { data: { id: string; enabled: boolean }[] };
    const enabled = data.filter((schema) => schema.enabled).map((schema) => schema.id);
    expect([data.length, enabled.sort()]).toEqual([
      10_000,
      schemas
        .slice(0, 100)
        .map((schema) => schema.id)
        .sort(),
    ]);
    world.emulator.clearRequests();
    await world.run('provisionPolytomic', { spec: fewer });
    expect(writesOf(world)).toEqual([]);
  }, 600_000);
});
