/** What is ours, and how long: moves, what a destroy leaves, what it refuses, and two applies in one workflow. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { ProvisioningFailure, ProvisionProgress, ProvisionResult } from '../../src/contracts/provision';
import { actionsOf, allOf, callers, countsOf, password, provisioningPlugin, specOf } from './support/provisioning';
import { sideBySide } from './support/side-by-side';
import { waitUntil } from './support/wait-until';
import { userBundle } from './support/user-bundle';
import { failureOf, startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('provision-ownership', {
    plugin: provisioningPlugin,
    worker: { workflowBundle: await userBundle() },
  });
});
afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  await world.close();
});

const { plan, apply, destroy } = callers(() => world);
const failureOfRun = async (workflow: string, input: object) => failureOf(await world.start(workflow, input));

/** The set with its bulk sync under another key. */
function movedSpec(prefix: string, to: string, from: string): Record<string, unknown> {
  const spec = specOf(prefix) as { bulkSyncs: { lake: object } };
  return {
    ...spec,
    bulkSyncs: { [to]: spec.bulkSyncs.lake },
    moved: [{ from: `bulkSyncs.${from}`, to: `bulkSyncs.${to}` }],
  };
}

/** The set, with settings beside its connection. */
function withConnection(prefix: string, more: object): Record<string, unknown> {
  const spec = specOf(prefix) as { connections: { warehouse: object } };
  return { ...spec, connections: { warehouse: { ...spec.connections.warehouse, ...more } } };
}

const setAlone = (name: string, connections: object): object => ({ name, connections });

sideBySide({
  'a move carries ownership to the new name, by an apply and by a destroy alone': async () => {
    await apply(specOf('moving'));
    const spec = movedSpec('moving', 'pond', 'lake');
    expect(actionsOf(await apply(spec))).toMatchObject({ 'bulkSyncs.pond': 'unchanged' });
    expect((await plan(spec)).empty).toBe(true);
    const again = movedSpec('moving', 'sea', 'pond');
    expect((await plan(again, { destroy: true })).counts).toMatchObject({ delete: 4 });
    expect(actionsOf(await destroy(again))).toMatchObject({ 'bulkSyncs.sea': 'deleted' });
    expect(await countsOf(world, 'moving')).toEqual([0, 0, 0, 0]);
  },

  'what a destroy left may be taken over by another set, and be deleted where nobody did': async () => {
    const mine = (set: string) =>
      setAlone(set, { c: { name: 'shared base', type: 'postgresql', adopt: 'byName', configuration: {} } });
    world.emulator.addConnection({ name: 'shared base', type: 'postgresql' });
    await apply(mine('lender'));
    const early = await failureOfRun('provisionPolytomic', { spec: mine('borrower') });
    expect(early.message).toContain('belongs to the set "lender"');
    expect(actionsOf(await destroy(mine('lender')))).toEqual({ 'connections.c': 'left' });
    expect(actionsOf(await apply(mine('borrower')))).toEqual({ 'connections.c': 'adopted' });
    const late = await failureOfRun('deprovisionPolytomic', { spec: mine('lender'), deleteAdopted: ['connections.c'] });
    expect(late.message).toContain('belongs to the set "borrower"');
    await destroy(mine('borrower'));
    await destroy(mine('borrower'), { deleteAdopted: ['connections.c'] });
    expect(await countsOf(world, 'shared base')).toEqual([0, 0, 0, 0]);
  },

  'with prune, what was adopted and left the spec is given up to others': async () => {
    const adopted = { a: { name: 'passed on', type: 'postgresql', adopt: 'byName', configuration: {} } };
    world.emulator.addConnection({ name: 'passed on', type: 'postgresql' });
    await apply(setAlone('giver', adopted));
    await apply(setAlone('giver', {}));
    const kept = await failureOfRun('provisionPolytomic', { spec: setAlone('taker', adopted) });
    expect(kept.message).toContain('belongs to the set "giver"');
    await apply(setAlone('giver', {}), { prune: true });
    expect(actionsOf(await apply(setAlone('taker', adopted)))).toEqual({ 'connections.a': 'adopted' });
  },

  'a protected object is deleted neither by a destroy nor as what is replaced, but goes once the spec drops it':
    async () => {
      const spec = withConnection('guarded', { protect: true });
      await apply(spec);
      const refused = await failureOfRun('deprovisionPolytomic', { spec });
      expect(refused).toMatchObject({ type: 'polytomic.ProvisioningFailed' });
      expect(refused.message).toContain('connections.warehouse is protected');
      expect(await countsOf(world, 'guarded')).toEqual([1, 1, 1, 1]);
      expect(actionsOf(await destroy(specOf('guarded')))).toEqual(allOf('deleted'));
    },

  'only what deletes waits for an approval where that is asked for': async () => {
    const spec = specOf('trusted');
    expect(actionsOf(await apply(spec, { approve: 'destructive' }))).toEqual(allOf('created'));
    const less = { ...spec, bulkSyncs: {} };
    const asked = await world.start('provisionPolytomic', { spec: less, prune: true, approve: 'destructive' });
    const progress = (): Promise<ProvisionProgress> => asked.query<ProvisionProgress>('progress');
    await waitUntil(async () => (await progress()).phase === 'waitingForApproval', { everyMs: 100 });
    expect(await countsOf(world, 'trusted')).toEqual([1, 1, 1, 1]);
    const { planHash } = await progress();
    await asked.executeUpdate('approve', { args: [{ planHash, by: 'me' }] });
    await asked.result();
    expect(await countsOf(world, 'trusted')).toEqual([1, 1, 1, 0]);
    const going = await world.start('deprovisionPolytomic', { spec: less });
    await going.result();
    const { counts } = await going.query<ProvisionProgress>('progress');
    expect(counts).toEqual({ total: 3, done: 3, working: 0, failed: 0 });
  },

  'without a rollback what was made stays, and the next apply goes on': async () => {
    const spec = specOf('kept-unowned');
    const isLake = ({ body }: { body?: unknown }): boolean =>
      (body as { name?: string } | undefined)?.name === 'kept-unowned lake';
    const fault = world.emulator.fault({
      method: 'POST',
      path: '/api/bulk/syncs',
      when: isLake,
      status: 422,
      times: 100,
    });
    const failure = await failureOfRun('provisionPolytomic', { spec, rollback: false });
    const [details] = failure.details as [ProvisioningFailure];
    expect(details.undone).toEqual([]);
    expect(details.made.map(({ address }) => address)).toEqual(
      expect.arrayContaining(['connections.warehouse', 'models.users']),
    );
    fault.remove();
    const { resources } = await apply(spec);
    for (const { address, id } of details.made) expect(resources[address]?.id).toBe(id);
    expect(resources['bulkSyncs.lake']?.action).toBe('created');
    expect(await countsOf(world, 'kept-unowned')).toEqual([1, 1, 1, 1]);
    expect((await plan(spec)).empty).toBe(true);
    await destroy(spec);
  },

  'two applies of one set in one workflow make each object once': async () => {
    const spec = specOf('inline pair');
    const [one, other] = (await world.run('provisionInParallel', [
      { spec },
      { spec },
    ])) as unknown as ProvisionResult['resources'][];
    expect(one).toEqual(other);
    expect(await countsOf(world, 'inline pair')).toEqual([1, 1, 1, 1]);
    await destroy(spec);
  },
});
