/** A connection that was just made: Polytomic still inspects it, and refuses bulk syncs meanwhile. Nothing fails by that. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { createClient } from '../../src/polytomic/client';
import { actionsOf, allOf, password, provisioningPlugin, specOf } from './support/provisioning';
import { runsOf, syncsNamed } from './support/syncs';
import { startWorld, type World } from './support/world';
import type { ProvisionResult } from '../../src/contracts/provision';

const crm = '00000000-0000-4000-8000-000000000012';
let world: World;

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  const workflowsPath = require.resolve('./support/job-workflows.ts');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  world = await startWorld('fresh', {
    plugin: provisioningPlugin,
    worker: { workflowBundle },
  });
});
afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  await world.close();
});
beforeEach(() => {
  world.emulator.clearRequests();
  // Recorded for the key: another one has to follow.
  world.emulator.fault({ inspection: 'inProgress', recorded: true });
});

async function toBulkSync(name: string): Promise<Record<string, unknown>> {
  const { apiKey, url } = world.emulator;
  const configuration = { url: 'https://example.com/a.csv' };
  const { id } = await createClient({ apiKey, url }).connections.create({ name, type: 'csv', configuration });
  return {
    name,
    mode: 'replicate',
    source_connection_id: id,
    destination_connection_id: crm,
    destination_configuration: { schema: 'lake' },
    default_schedule: { frequency: 'manual' },
  };
}

/** Statuses that creates of bulk syncs were answered by. */
const creates = (): unknown[] =>
  world.emulator
    .requests()
    .filter(({ operation }) => operation === 'bulkSync.create')
    .map(({ status }) => status);

/** Refused at least once, and made once. */
async function expectMadeOnce(name: string): Promise<void> {
  expect(await syncsNamed(world, { kind: 'bulk', name })).toHaveLength(1);
  expect(creates()[0]).toBe(422);
  expect(creates().filter((status) => status === 200)).toHaveLength(1);
}

it('createAndRunBulkSync waits for it, then creates and runs one sync', async () => {
  const sync = await toBulkSync('fresh and run');
  const result = await world.run('createAndRunBulkSync', { sync });
  expect(result).toMatchObject({ outcome: 'completed' });
  expect(runsOf(world, world.emulator.sync(result.syncId))).toHaveLength(1);
  await expectMadeOnce('fresh and run');
});

it('the operations wait for it in a workflow of the user’s', async () => {
  const made = (await world.run('makeBulkSync', await toBulkSync('fresh by hand'))) as unknown as { schemas: string[] };
  expect(made.schemas).toEqual(['data']);
  await expectMadeOnce('fresh by hand');
});

it('provisioning waits for the connection that it has just made', async () => {
  const result = (await world.run('provisionPolytomic', { spec: specOf('fresh') })) as unknown as ProvisionResult;
  expect(actionsOf(result)).toEqual(allOf('created'));
  await expectMadeOnce('fresh lake');
});
