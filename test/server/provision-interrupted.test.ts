/** Applies and destroys whose workflow is terminated, or that wait for one: nothing is done twice, nothing is forgotten. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { ProvisionProgress, ProvisionResult } from '../../src/contracts/provision';
import type { ProvisionPlan } from '../../src/contracts/provision-plan';
import { setWorkflowId } from '../../src/contracts/provision-record';
import type { FaultSpec } from '../../src/testing';
import { countsOf, objectsNamed, password, provisioningPlugin, specOf } from './support/provisioning';
import { eventsOf } from './support/history';
import { sideBySide } from './support/side-by-side';
import { waitUntil } from './support/wait-until';
import { failureOf, startWorld, type Handle, type World } from './support/world';

let world: World;

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  // Long enough for a run to be met in the middle.
  world = await startWorld('provision-interrupted', { plugin: provisioningPlugin, emulator: { durationMs: 4_000 } });
});
afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  await world.close();
});

const resultOf = async (handle: Handle): Promise<ProvisionResult> =>
  (await handle.result()) as unknown as ProvisionResult;

/** A set whose bulk sync gets a first run. */
function runningSpec(prefix: string): object {
  const spec = specOf(prefix) as { bulkSyncs: { lake: Record<string, unknown> } };
  spec.bulkSyncs.lake.run = true;
  return spec;
}

const bulkSyncsNamed = (name: string): Promise<{ id?: string }[]> => objectsNamed(world, '/api/bulk/syncs', name);

const isOf =
  (name: string): FaultSpec['when'] =>
  ({ body }) =>
    (body as { name?: string } | undefined)?.name === name;

/** The create of the set's connection takes effect so much later. */
const holdCreate = (set: string, delayEffectMs: number) =>
  world.emulator.fault({
    ...{ method: 'POST', path: '/api/connections', when: isOf(`${set} warehouse`), delayEffectMs },
    times: 1,
  });

sideBySide({
  'an apply that was terminated before the first run leaves it to the next one, which makes exactly one': async () => {
    const spec = runningSpec('unrun');
    const lost = world.emulator.fault({
      operation: 'bulkSync.start',
      when: ({ path }) => world.emulator.sync(path.split('/')[4] ?? '').fields.name === 'unrun lake',
      drop: 'before',
      times: 1_000,
    });
    const first = await world.start('provisionPolytomic', { spec });
    await waitUntil(async () => lost.hits > 0, { everyMs: 50 });
    await first.terminate();
    lost.remove();
    const plan = (await world.run('planPolytomic', { spec })) as unknown as ProvisionPlan;
    expect(plan.changes.filter(({ action }) => action !== 'unchanged')).toMatchObject([
      { address: 'bulkSyncs.lake', action: 'update', fields: [{ path: 'run' }] },
    ]);
    const lake = plan.changes.find(({ address }) => address === 'bulkSyncs.lake')?.id ?? '';
    const runs = () => world.emulator.executions().filter(({ syncId }) => syncId === lake);
    expect(runs()).toEqual([]);
    const { resources } = await resultOf(await world.start('provisionPolytomic', { spec }));
    expect(runs()).toHaveLength(1);
    expect(resources['bulkSyncs.lake']).toMatchObject({ run: { executionId: runs()[0]?.id, outcome: 'completed' } });
    await world.run('provisionPolytomic', { spec });
    expect(runs()).toHaveLength(1);
    await world.run('deprovisionPolytomic', { spec });
  },

  'an apply that was terminated in the first run leaves its end to the next one, which awaits that very run':
    async () => {
      const spec = runningSpec('running');
      const first = await world.start('provisionPolytomic', { spec });
      const runOf = (id: string) => world.emulator.executions().filter(({ syncId }) => syncId === id);
      const lake = await waitUntil(async () => {
        const [{ id = '' } = {}] = await bulkSyncsNamed('running lake');
        return id && runOf(id).length > 0 ? id : '';
      });
      await first.terminate();
      const { resources } = await resultOf(await world.start('provisionPolytomic', { spec }));
      expect(runOf(lake)).toHaveLength(1);
      expect(resources['bulkSyncs.lake']?.run).toEqual({ executionId: runOf(lake)[0]?.id, outcome: 'completed' });
      expect(((await world.run('planPolytomic', { spec })) as unknown as ProvisionPlan).empty).toBe(true);
      await world.run('deprovisionPolytomic', { spec });
    },

  'a lock that is taken over lets the last write of the lost run end, though no create was open': async () => {
    const spec = specOf('late');
    await world.run('provisionPolytomic', { spec });
    const [{ id = '' } = {}] = await bulkSyncsNamed('late lake');
    const change = (limit: number): object => {
      const changed = specOf('late') as { bulkSyncs: { lake: Record<string, unknown> } };
      changed.bulkSyncs.lake.concurrency_limit = limit;
      return changed;
    };
    // The update is on its way when its workflow ends, and takes effect only later.
    const slow = world.emulator.fault({
      method: 'PUT',
      path: `/api/bulk/syncs/${id}`,
      delayEffectMs: 20_000,
      times: 1,
    });
    const first = await world.start('provisionPolytomic', { spec: change(3) });
    await waitUntil(async () => slow.hits > 0, { everyMs: 50 });
    await first.terminate();
    await world.run('provisionPolytomic', { spec: change(7) });
    expect(world.emulator.sync(id).fields).toMatchObject({ concurrency_limit: 7 });
    expect(((await world.run('planPolytomic', { spec: change(7) })) as unknown as ProvisionPlan).empty).toBe(true);
    await world.run('deprovisionPolytomic', { spec });
  },

  'the last write of a lost run is let end by the third run too, where the second was cancelled while it waited':
    async () => {
      const spec = specOf('cancelled second');
      const slow = holdCreate('cancelled second', 20_000);
      const first = await world.start('provisionPolytomic', { spec });
      await waitUntil(async () => slow.hits > 0, { everyMs: 50 });
      await first.terminate();
      const second = await world.start('provisionPolytomic', { spec });
      await waitUntil(async () => (await eventsOf(second)).some((event) => event.timerStartedEventAttributes));
      await second.cancel();
      await expect(second.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      await world.run('provisionPolytomic', { spec });
      const posts = () => world.emulator.requests().filter((request) => isOf('cancelled second warehouse')?.(request));
      await waitUntil(async () => posts().every(({ status }) => status !== 'pending'));
      expect(await countsOf(world, 'cancelled second')).toEqual([1, 1, 1, 1]);
      await world.run('deprovisionPolytomic', { spec });
    },

  'a rollback leaves what others made under the name of a create that was refused, and so does the next destroy':
    async () => {
      const spec = specOf('taken');
      let theirs = '';
      world.emulator.fault({
        method: 'POST',
        path: '/api/models',
        when: (request) => {
          const isHit = isOf('taken users')?.(request) === true;
          if (isHit) theirs = String(world.emulator.addModel({ name: 'taken users' }).id);
          return isHit;
        },
        status: 422,
      });
      const failure = await failureOf(await world.start('provisionPolytomic', { spec }));
      expect(failure).toMatchObject({ type: 'polytomic.ProvisioningFailed' });
      expect(await objectsNamed(world, '/api/models', 'taken users')).toMatchObject([{ id: theirs }]);
      const next = await failureOf(await world.start('provisionPolytomic', { spec }));
      expect(next.message).toContain(`exists already (${theirs}) and is not ours`);
      await world.run('deprovisionPolytomic', { spec });
      expect(await countsOf(world, 'taken')).toEqual([0, 1, 0, 0]);
    },

  'an apply that cannot even plan ends with its timeout, and frees the lock': async () => {
    const id = String(world.emulator.addConnection({ name: 'blind', type: 'postgresql' }).id);
    const spec = { name: 'blind', connections: { seen: { id, name: 'blind', type: 'postgresql' } } };
    const outage = world.emulator.fault({ path: `/api/connections/${id}`, status: 503, times: 1_000 });
    const late = await failureOf(await world.start('provisionPolytomic', { spec, timeout: '3 seconds' }));
    outage.remove();
    expect(late).toMatchObject({ type: 'polytomic.ProvisioningFailed', details: [{ made: [], undone: [], left: [] }] });
    expect(late.message).toContain('its timeout was over');
    const { resources } = await resultOf(await world.start('provisionPolytomic', { spec }));
    expect(resources).toMatchObject({ 'connections.seen': { id } });
  },

  'a run that waits for another one of the same spec waits no longer than its timeout, and writes nothing':
    async () => {
      const spec = specOf('patient');
      const held = world.emulator.fault({
        method: 'POST',
        path: '/api/bulk/syncs',
        when: isOf('patient lake'),
        drop: 'before',
        times: 1_000,
      });
      const first = await world.start('provisionPolytomic', { spec });
      await waitUntil(async () => held.hits > 0, { everyMs: 50 });
      const late = await failureOf(await world.start('provisionPolytomic', { spec, timeout: '12 seconds' }));
      expect(late).toMatchObject({ type: 'polytomic.SetBusy', details: [{ workflowId: first.workflowId }] });
      expect(late.message).toContain('longer than the timeout of 12 s');
      held.remove();
      await first.result();
      expect(await countsOf(world, 'patient')).toEqual([1, 1, 1, 1]);
      await world.run('deprovisionPolytomic', { spec });
    },

  'a create under way when the record of its set was terminated is not made again': async () => {
    const spec = specOf('forgotten');
    const held = holdCreate('forgotten', 10_000);
    const first = await world.start('provisionPolytomic', { spec });
    await waitUntil(async () => held.hits > 0, { everyMs: 50 });
    await world.client.workflow.getHandle(setWorkflowId('default', 'forgotten')).terminate();
    const second = await world.start('provisionPolytomic', { spec });
    expect(await failureOf(first)).toMatchObject({ type: 'polytomic.ProvisioningFailed' });
    const blocked = await failureOf(second);
    expect(blocked.message).toContain('connections.warehouse');
    expect(await countsOf(world, 'forgotten')).toEqual([1, 0, 0, 0]);
  },

  'a destroy asks for approval of its plan, also where it is given the hash of one': async () => {
    const spec = specOf('assented');
    await world.run('provisionPolytomic', { spec });
    const { hash } = (await world.run('planPolytomic', { spec, destroy: true })) as unknown as ProvisionPlan;
    const asked = await world.start('deprovisionPolytomic', { spec, planHash: hash, approve: 'always' });
    await waitUntil(async () => (await asked.query<ProvisionProgress>('progress')).phase === 'waitingForApproval');
    expect(await countsOf(world, 'assented')).toEqual([1, 1, 1, 1]);
    await asked.executeUpdate('approve', { args: [{ planHash: hash, by: 'me' }] });
    await asked.result();
    expect(await countsOf(world, 'assented')).toEqual([0, 0, 0, 0]);
  },
});
