/** Every method of the client, called against the emulator: neither side was written with the other's code. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type PolytomicClient } from '../../../src/polytomic/client';
import { operationNames } from '../../../src/polytomic/operations';
import { handlers } from '../../../src/testing/routes';
import { pages } from '../../../src/polytomic/pages';
import { startEmulator, type Emulator } from '../../../src/testing';

let emulator: Emulator;
let client: PolytomicClient;

beforeAll(async () => {
  emulator = await startEmulator({ clock: 'manual' });
  client = createClient({ apiKey: emulator.apiKey, url: emulator.url });
});
afterAll(() => emulator.close());

const model = {
  name: 'Users',
  mode: 'create' as const,
  fields: [],
  schedule: {},
  target: { connection_id: '00000000-0000-4000-8000-000000000012' },
};
const bulk = {
  name: 'Lake',
  mode: 'replicate' as const,
  source_connection_id: 'a',
  destination_connection_id: 'b',
  destination_configuration: {},
  default_schedule: { frequency: 'manual' as const },
};

/** A step asks one method; its answer is not looked at here. */
type Steps = Record<string, () => Promise<unknown>>;

/** All methods that model syncs have, in an order in which each succeeds. */
async function modelSteps(connection: string): Promise<Steps> {
  const { modelSync } = client;
  const { id } = emulator.addModelSync();
  const execution = { sync_id: id, id: emulator.startRun(id) };
  emulator.clock.advance(5_000);
  return {
    'modelSync.getSource': () => modelSync.getSource({ id: connection, params: { table: ['x'] } }),
    'modelSync.getSourceFields': () => modelSync.getSourceFields({ id: connection }),
    'modelSync.list': () => modelSync.list({ active: true }),
    'modelSync.create': () => modelSync.create(model, { idempotencyKey: 'create-model' }),
    'modelSync.getScheduleOptions': () => modelSync.getScheduleOptions({}),
    'modelSync.get': () => modelSync.get({ id }),
    'modelSync.update': () => modelSync.update({ id, ...model }),
    'modelSync.activate': () => modelSync.activate({ id, active: true }),
    'modelSync.getStatus': () => modelSync.getStatus({ id }),
    'modelSync.executions.list': () => modelSync.executions.list({ sync_id: id, ascending: true }),
    'modelSync.executions.get': () => modelSync.executions.get(execution),
    'modelSync.executions.getConsoleLogs': () => modelSync.executions.getConsoleLogs(execution),
    'modelSync.executions.getLogsIndex': () => modelSync.executions.getLogsIndex(execution),
    'modelSync.executions.getLogUrls': () => modelSync.executions.getLogUrls({ ...execution, type: 'records' }),
    'modelSync.executions.getLogs': () =>
      modelSync.executions.getLogs({ ...execution, type: 'records', filename: 'log.csv' }),
    'modelSync.targets.list': () => modelSync.targets.list({ id: connection }),
    'modelSync.targets.getTargetFields': () => modelSync.targets.getTargetFields({ id: connection, target: 'contact' }),
    'modelSync.errorHandling.get': () => modelSync.errorHandling.get({ id }),
    'modelSync.errorHandling.update': () => modelSync.errorHandling.update({ id, subscribers: ['a@example.com'] }),
    'modelSync.executions.cancel': () => modelSync.executions.cancel({ sync_id: id, id: emulator.startRun(id) }),
    'modelSync.cancel': () => modelSync.cancel({ id }),
    'modelSync.start': () => modelSync.start({ id: emulator.addModelSync().id }, { idempotencyKey: 'start-model' }),
    'modelSync.delete': () => modelSync.delete({ id }),
  };
}

/** As {@link modelSteps}, for bulk syncs. */
async function bulkSteps(connection: string): Promise<Steps> {
  const { bulkSync } = client;
  const { id, fields } = emulator.addBulkSync();
  const schedule = { sync_id: id, schedule_id: (fields.default_schedule as { id: string }).id };
  const run = { id, exec_id: emulator.startRun(id) };
  const logs = { sync_id: id, execution_id: run.exec_id };
  const schema = { id, schema_id: 'public.users' };
  emulator.clock.advance(5_000);
  return {
    'bulkSync.list': () => bulkSync.list({}),
    'bulkSync.create': () => bulkSync.create(bulk, { idempotencyKey: 'create-bulk' }),
    'bulkSync.get': () => bulkSync.get({ id, refresh_schemas: true }),
    'bulkSync.update': () => bulkSync.update({ id, ...bulk }),
    'bulkSync.activate': () => bulkSync.activate({ id, active: true }),
    'bulkSync.getStatus': () => bulkSync.getStatus({ id }),
    'bulkSync.getSource': () => bulkSync.getSource({ id: connection, include_fields: true }),
    'bulkSync.getDestination': () => bulkSync.getDestination({ id: connection }),
    'bulkSync.executions.listStatus': () => bulkSync.executions.listStatus({ sync_id: [id] }),
    'bulkSync.executions.list': () => bulkSync.executions.list({ id, limit: 5 }),
    'bulkSync.executions.get': () => bulkSync.executions.get(run),
    'bulkSync.executions.getConsoleLogs': () => bulkSync.executions.getConsoleLogs(logs),
    'bulkSync.executions.getSchemaConsoleLogs': () =>
      bulkSync.executions.getSchemaConsoleLogs({ ...logs, schema_id: schema.schema_id }),
    'bulkSync.executions.getIngestConsoleLogs': () =>
      bulkSync.executions.getIngestConsoleLogs({ connection_id: connection }),
    'bulkSync.executions.getLogs': () => bulkSync.executions.getLogs(logs),
    'bulkSync.executions.exportLogs': () => bulkSync.executions.exportLogs({ ...logs, notify: false }),
    'bulkSync.schemas.list': () => bulkSync.schemas.list({ id, filters: { enabled: 'true' } }),
    'bulkSync.schemas.get': () => bulkSync.schemas.get(schema),
    'bulkSync.schemas.update': () => bulkSync.schemas.update({ ...schema, enabled: true }),
    'bulkSync.schemas.patch': () => bulkSync.schemas.patch({ id, schemas: [{ id: schema.schema_id, enabled: true }] }),
    'bulkSync.schedules.list': () => bulkSync.schedules.list({ sync_id: id }),
    'bulkSync.schedules.create': () =>
      bulkSync.schedules.create({ sync_id: id, schedule: { frequency: 'daily', hour: '4' } }),
    'bulkSync.schedules.get': () => bulkSync.schedules.get(schedule),
    'bulkSync.schedules.update': () => bulkSync.schedules.update({ ...schedule, schedule: { frequency: 'manual' } }),
    'bulkSync.errorHandling.get': () => bulkSync.errorHandling.get({ id }),
    'bulkSync.errorHandling.update': () => bulkSync.errorHandling.update({ id, ingestion_failure_threshold: 5 }),
    'bulkSync.schemas.cancel': () => bulkSync.schemas.cancel(schema),
    'bulkSync.executions.cancel': () => bulkSync.executions.cancel({ id, exec_id: emulator.startRun(id) }),
    'bulkSync.cancel': () => bulkSync.cancel({ id }),
    'bulkSync.start': () => bulkSync.start({ id: emulator.addBulkSync().id }, { idempotencyKey: 'start-bulk' }),
    'bulkSync.schedules.delete': async () => {
      const { additional_schedules: more } = await bulkSync.get({ id });
      const added = more?.[0]?.id ?? schedule.schedule_id;
      return bulkSync.schedules.delete({ sync_id: id, schedule_id: added });
    },
    'bulkSync.delete': () => bulkSync.delete({ id }),
  };
}

/** What remains of what watches syncs. */
function otherSteps(): Steps {
  return {
    'events.list': () => client.events.list({ limit: 100 }),
    'events.getTypes': () => client.events.getTypes({}),
    'identity.get': () => client.identity.get({}),
  };
}

describe('client and emulator', () => {
  it('understand each other in every operation that can succeed here', async () => {
    const connection = String(emulator.addConnection().id);
    const steps = {
      ...(await modelSteps(connection)),
      ...(await bulkSteps(connection)),
      ...otherSteps(),
    };
    for (const [name, step] of Object.entries(steps)) {
      await step().catch((error: unknown) => Promise.reject(new Error(`${name} failed`, { cause: error })));
      expect(emulator.requests().at(-1)).toMatchObject({ operation: name });
    }
    const watched = operationNames.filter((name) => /^(modelSync|bulkSync|events|identity)\./.test(name));
    const left = watched.filter((name) => name in handlers && !(name in steps));
    expect(left).toEqual(['modelSync.targets.getCreateProperty']);
  });

  it('replay a start whose key was used before', async () => {
    const { id } = emulator.addBulkSync();
    const options = { idempotencyKey: 'run-of-the-night' };
    const first = await client.bulkSync.start({ id }, options);
    expect(await client.bulkSync.start({ id }, options)).toEqual(first);
    expect(emulator.executions().filter(({ syncId }) => syncId === id)).toHaveLength(1);
  });

  it('walk long lists of both kinds to their proved end', async () => {
    Array.from({ length: 60 }, () => emulator.addModelSync());
    const ids = new Set<unknown>();
    let complete = false;
    for await (const page of pages(client.modelSync.list, {})) {
      page.items.forEach(({ id }) => ids.add(id));
      complete = page.complete;
    }
    expect(complete).toBe(true);
    expect(ids.size).toBeGreaterThan(60);
  });
});
