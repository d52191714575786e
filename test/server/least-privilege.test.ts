/** The table of rights tells the truth: with what it names each workflow works, and without one of them it says so. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { workflowOperations } from '../../src/activities/workflow-operations';
import type { OrganizationOptions, PolytomicPluginOptions } from '../../src/settings/plugin-options';
import { password, provisioningPlugin, specOf } from './support/provisioning';
import { sideBySide } from './support/side-by-side';
import { addSync } from './support/syncs';
import { failureOf, startWorld, type World } from './support/world';

let world: World;
const apiKey = 'key-of-all';

type Input = (given: World) => Record<string, unknown>;

const inputs: Readonly<Record<string, Input>> = {
  runModelSync: (given) => ({ syncId: addSync(given, 'model').id }),
  runBulkSync: (given) => ({ syncId: addSync(given, 'bulk').id }),
  createAndRunModelSync: ({ emulator }) => ({
    sync: {
      name: 'made',
      mode: 'create',
      fields: [{ target: 'email' }],
      schedule: {},
      target: { connection_id: emulator.addConnection().id },
    },
  }),
  createAndRunBulkSync: ({ emulator }) => ({
    sync: {
      name: 'made too',
      mode: 'replicate',
      source_connection_id: emulator.addConnection().id,
      destination_connection_id: emulator.addConnection().id,
      destination_configuration: {},
      default_schedule: { frequency: 'manual' },
    },
  }),
  awaitSync: (given) => {
    const { id } = addSync(given, 'model');
    return { kind: 'model', syncId: id, executionId: given.emulator.startRun(id) };
  },
  runAllModelSyncs: (given) => ({ filter: { ids: [addSync(given, 'model').id] } }),
  runAllBulkSyncs: (given) => ({ filter: { ids: [addSync(given, 'bulk').id] } }),
  runSyncPipeline: (given) => ({
    steps: [
      { id: 'one', kind: 'model', syncId: addSync(given, 'model').id },
      { id: 'two', kind: 'bulk', syncId: addSync(given, 'bulk').id },
    ],
  }),
  listPolytomicSyncs: () => ({ kind: 'model' }),
  checkPolytomicSetup: () => ({}),
  planPolytomic: () => ({ spec: specOf('plan') }),
  checkPolytomicDrift: () => ({ spec: specOf('watched') }),
  exportPolytomic: () => ({ names: ['none of this name'] }),
  provisionPolytomic: () => ({ spec: specOf('provision'), rollback: false }),
  deprovisionPolytomic: () => ({ spec: specOf('deprovision') }),
  changePolytomicSchedule: (given) => ({ kind: 'model', syncId: addSync(given, 'model').id, schedule: 'manual' }),
};

/** An organization for each workflow, with exactly its rights; and one more each without the last of them. */
function organizations(): PolytomicPluginOptions['organizations'] {
  return Object.fromEntries<OrganizationOptions>(
    Object.entries(workflowOperations).flatMap<[string, OrganizationOptions]>(([workflow, { needed }]) => [
      [workflow, { apiKey, operations: needed.length > 0 ? needed : ['jobs.get'] }],
      ...needed.map((_one, index): [string, OrganizationOptions] => [
        `${workflow}-without-${index}`,
        { apiKey, operations: ['jobs.get', ...needed.filter((_name, other) => other !== index)] },
      ]),
    ]),
  );
}

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('rights', {
    emulator: { keys: [apiKey] },
    plugin: { ...provisioningPlugin, operations: undefined, organizations: organizations() },
  });
});
afterAll(() => world.close());

async function works(workflow: string, input: Input): Promise<void> {
  await world.run(workflow, { organization: workflow, ...input(world) });
}

/** Of runs every one is asked for before anything begins. */
async function needsEach(workflow: string): Promise<void> {
  const { needed } = workflowOperations[workflow] ?? { needed: [] };
  await Promise.all(
    needed.map(async (operation, index) => {
      const organization = `${workflow}-without-${index}`;
      const input = inputs[workflow]?.(world);
      const failure = await failureOf(await world.start(workflow, { organization, ...input }));
      expect([operation, failure.type]).toEqual([operation, 'polytomic.NotAllowed']);
      expect(failure.message).toContain(operation);
    }),
  );
}

const runs = ['runModelSync', 'runBulkSync', 'awaitSync', 'runAllModelSyncs', 'runAllBulkSyncs', 'runSyncPipeline'];

sideBySide({
  ...Object.fromEntries(
    Object.entries(inputs).map(([workflow, input]) => [
      `${workflow} works with its rights`,
      () => works(workflow, input),
    ]),
  ),
  ...Object.fromEntries(runs.map((workflow) => [`${workflow} needs each of its rights`, () => needsEach(workflow)])),
});
