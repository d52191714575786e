/** Provisioning: what a spec names is made once, kept as it says, and taken away again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProvisionResult } from '../../src/contracts/provision';
import { setWorkflowId } from '../../src/contracts/provision-record';
import { textsIn, eventsOf } from './support/history';
import {
  actionsOf,
  allOf,
  callers,
  countsOf,
  objectsNamed,
  password,
  provisioningPlugin,
  specOf,
  writesOf,
} from './support/provisioning';
import { failureOf, startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('provision', { plugin: provisioningPlugin });
});
afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  await world.close();
});

const { plan, apply, destroy } = callers(() => world);

describe('provisioning', () => {
  it('makes every object once, then writes nothing, then leaves nothing', async () => {
    const spec = specOf('first');
    world.emulator.clearRequests();
    expect((await plan(spec)).counts).toMatchObject({ create: 4 });
    expect(writesOf(world)).toEqual([]);
    const handle = await world.start('provisionPolytomic', { spec });
    expect(actionsOf((await handle.result()) as unknown as ProvisionResult)).toEqual(allOf('created'));
    expect(await countsOf(world, 'first')).toEqual([1, 1, 1, 1]);
    const [sync] = await objectsNamed(world, '/api/syncs', 'first');
    expect(sync).toMatchObject({ active: true });
    expect((await eventsOf(handle)).map((event) => textsIn(event)).join('\n')).not.toContain(password);
    world.emulator.clearRequests();
    expect(actionsOf(await apply(spec))).toEqual(allOf('unchanged'));
    expect((await plan(spec)).empty).toBe(true);
    expect(writesOf(world)).toEqual([]);
    expect(actionsOf(await destroy(spec))).toEqual(allOf('deleted'));
    expect(await countsOf(world, 'first')).toEqual([0, 0, 0, 0]);
  });

  it('takes away under its new name what was made under another', async () => {
    const { warehouse: connection } = specOf('moved').connections as Record<string, { name: string }>;
    await apply({ name: 'moved', connections: { old: connection } });
    const spec = {
      ...{ name: 'moved', connections: { fresh: connection } },
      moved: [{ from: 'connections.old', to: 'connections.fresh' }],
    };
    expect(actionsOf(await destroy(spec))).toEqual({ 'connections.fresh': 'deleted' });
    expect(await objectsNamed(world, '/api/connections', connection?.name ?? '')).toEqual([]);
  });

  it('changes only what the spec says otherwise, and keeps the rest', async () => {
    const spec = specOf('second') as {
      bulkSyncs: { lake: Record<string, unknown> };
      connections: { warehouse: { configuration: Record<string, unknown> } };
    };
    const first = await apply(spec);
    const lake = first.resources['bulkSyncs.lake']?.id ?? '';
    world.emulator.updateSync(lake, { concurrency_limit: 7 });
    spec.bulkSyncs.lake.normalize_names = 'disabled';
    spec.connections.warehouse.configuration.hostname = 'db2';
    const planned = await plan(spec);
    expect(planned.changes.filter(({ action }) => action === 'update')).toMatchObject([
      { address: 'connections.warehouse', fields: [{ path: 'configuration.hostname', before: 'db', after: 'db2' }] },
      { address: 'bulkSyncs.lake', fields: [{ path: 'normalize_names', before: 'enabled', after: 'disabled' }] },
    ]);
    expect(actionsOf(await apply(spec, { planHash: planned.hash }))).toMatchObject({ 'bulkSyncs.lake': 'updated' });
    expect(world.emulator.sync(lake).fields).toMatchObject({
      normalize_names: 'disabled',
      concurrency_limit: 7,
      active: true,
    });
    await destroy(spec);
  });

  it('refuses a namesake that is not ours, and takes it over where it may', async () => {
    const spec = specOf('third');
    const taken = world.emulator.addConnection({ name: 'third warehouse', type: 'postgresql' });
    const failure = await failureOf(await world.start('provisionPolytomic', { spec }));
    expect(failure).toMatchObject({ type: 'polytomic.ProvisioningFailed' });
    expect(failure.message).toContain(String(taken.id));
    expect(await countsOf(world, 'third')).toEqual([1, 0, 0, 0]);
    const result = await apply(spec, { adopt: 'byName' });
    expect(actionsOf(result)).toMatchObject({ 'connections.warehouse': 'adopted', 'models.users': 'created' });
    expect(result.resources['connections.warehouse']?.id).toBe(taken.id);
    expect(actionsOf(await destroy(spec))).toMatchObject({
      'connections.warehouse': 'left',
      'models.users': 'deleted',
    });
    expect(await countsOf(world, 'third')).toEqual([1, 0, 0, 0]);
  });

  it('refuses a secret that the worker may not take before the first write, and asks nobody to approve that', async () => {
    const spec = {
      name: 'withheld',
      connections: {
        w: { name: 'withheld', type: 'postgresql', configuration: { password: { $env: 'NOT_LISTED', version: 1 } } },
      },
    };
    for (const approve of ['never', 'always']) {
      const failure = await failureOf(await world.start('provisionPolytomic', { spec, approve }));
      expect(failure).toMatchObject({
        type: 'polytomic.NotAllowed',
        message: expect.stringContaining('NOT_LISTED'),
        details: [{ failed: [{ address: 'connections.w' }], undone: [] }],
      });
    }
    expect(await countsOf(world, 'withheld')).toEqual([0, 0, 0, 0]);
  });

  it('takes over what no set claims while the worker of another set is away for good', async () => {
    await world.client.workflow.start('polytomicSet', {
      workflowId: setWorkflowId('default', 'abandoned'),
      taskQueue: 'polled-by-nobody',
      args: [{ organization: 'default', set: 'abandoned' }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    world.emulator.addConnection({ name: 'sixth warehouse', type: 'postgresql' });
    const spec = specOf('sixth');
    expect(actionsOf(await apply(spec, { adopt: 'byName' }))).toMatchObject({ 'connections.warehouse': 'adopted' });
    await destroy(spec);
  });

  it('leaves to another set what that one claims, though its worker is away', async () => {
    const owner = await startWorld('provision-owner', {
      plugin: { ...provisioningPlugin, url: world.emulator.url, apiKey: world.emulator.apiKey },
    });
    const spec = specOf('seventh');
    await owner.run('provisionPolytomic', { spec });
    await owner.close();
    const failure = await failureOf(
      await world.start('provisionPolytomic', { spec: { ...spec, name: 'rival' }, adopt: 'byName' }),
    );
    expect(failure.message).toContain('belongs to the set "seventh"');
    expect(await countsOf(world, 'seventh')).toEqual([1, 1, 1, 1]);
  });

  it('undoes what it created when something fails', async () => {
    const spec = specOf('fourth');
    const isOurs = ({ body }: { body?: unknown }): boolean =>
      (body as { name?: string } | undefined)?.name === 'fourth lake';
    world.emulator.fault({ method: 'POST', path: '/api/bulk/syncs', when: isOurs, status: 422, times: 100 });
    const failure = await failureOf(await world.start('provisionPolytomic', { spec }));
    expect(failure).toMatchObject({ type: 'polytomic.ProvisioningFailed' });
    const [details] = failure.details as [{ failed: { address: string }[]; undone: { address: string }[] }];
    expect(details.failed).toMatchObject([{ address: 'bulkSyncs.lake' }]);
    expect(details.undone.map(({ address }) => address)).toContain('connections.warehouse');
    expect(details.undone.map(({ address }) => address)).not.toContain('bulkSyncs.lake');
    expect(await countsOf(world, 'fourth')).toEqual([0, 0, 0, 0]);
  });

  it('names everything that is wrong with a spec, with file, line and path', async () => {
    const text =
      'connections:\n  a:\n    name: A\n    type: postgresql\n    configuration: {}\n    typo: 1\nmodels:\n  m:\n    name: M\n    connection_id: { $ref: connections.b.id }\n    configuration: {}\n';
    const failure = await failureOf(await world.start('planPolytomic', { spec: [{ file: 'a.yaml', text }] }));
    expect(failure.type).toBe('polytomic.InvalidInput');
    expect(failure.details?.[0]).toMatchObject([
      { field: 'models.m', file: 'a.yaml', line: 8 },
      { field: 'connections.a.typo', file: 'a.yaml', line: 6 },
    ]);
  });
});
