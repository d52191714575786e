/** examples/provisioning as its README says: the input made by its command, planned, applied to a first run, destroyed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ProvisionResult } from '../../src/contracts/provision';
import type { ProvisionPlan } from '../../src/contracts/provision-plan';
import { setWorkflowId } from '../../src/contracts/provision-record';
import { eventsOf, textsIn } from './support/history';
import { runNode } from './support/node-process';
import { actionsOf, allOf, listPaths, objectsNamed, writesOf } from './support/provisioning';
import { startWorld, type World } from './support/world';

const folder = join(__dirname, '../../examples/provisioning');
const password = 'known-to-the-worker-alone';
let world: World;
let input: unknown;

beforeAll(async () => {
  process.env.WAREHOUSE_PASSWORD = password;
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const script = /node -e '([^']+)'/.exec(readme)?.[1] ?? '';
  input = JSON.parse(await runNode({ args: ['-e', script], cwd: folder }));
  const plugin = { operations: ['provisioning'], secretEnv: ['WAREHOUSE_PASSWORD'] };
  // Without the connections of every emulator, one of which bears the name of the example's.
  world = await startWorld('provisioning-example', { plugin, emulator: { seed: { connections: [] } } });
});
afterAll(async () => {
  delete process.env.WAREHOUSE_PASSWORD;
  await world.close();
});

const run = async <T>(workflow: string): Promise<T> => (await world.run(workflow, input)) as unknown as T;
const names = ['Warehouse', 'Users', 'Users back', 'Lake'];
const counts = (): Promise<number[]> =>
  Promise.all(listPaths.map(async (path, at) => (await objectsNamed(world, path, names[at] ?? '')).length));

it('plans without a write, makes each object once with one first run, and leaves nothing when it is destroyed', async () => {
  const plan = await run<ProvisionPlan>('planPolytomic');
  expect(plan.counts).toMatchObject({ create: 4, blocked: 0 });
  expect(writesOf(world)).toEqual([]);

  const applied = await run<ProvisionResult>('provisionPolytomic');
  expect(actionsOf(applied)).toEqual(allOf('created'));
  const lake = applied.resources['bulkSyncs.lake'];
  expect(world.emulator.executions().map(({ syncId, id }) => [syncId, id])).toEqual([
    [lake?.id, lake?.run?.executionId],
  ]);
  expect(await objectsNamed(world, '/api/connections', 'Warehouse')).toMatchObject([
    { configuration: { hostname: 'db.internal' } },
  ]);

  world.emulator.clearRequests();
  expect(actionsOf(await run<ProvisionResult>('provisionPolytomic'))).toEqual(allOf('unchanged'));
  expect(writesOf(world)).toEqual([]);
  expect(await counts()).toEqual([1, 1, 1, 1]);

  expect(actionsOf(await run<ProvisionResult>('deprovisionPolytomic'))).toEqual(allOf('deleted'));
  expect(await counts()).toEqual([0, 0, 0, 0]);
  const record = world.client.workflow.getHandle(setWorkflowId('default', 'warehouse'));
  const texts = (await eventsOf(record)).map((event) => textsIn(event)).join('\n');
  expect(texts).not.toContain(password);
});
