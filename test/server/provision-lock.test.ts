/** One apply at a time, approvals, cancellation, drift and export. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DriftResult, ExportResult, ProvisionProgress, ProvisionResult } from '../../src/contracts/provision';
import type { ProvisionPlan } from '../../src/contracts/provision-plan';
import { countsOf, password, provisioningPlugin, specOf, writesOf } from './support/provisioning';
import { sideBySide } from './support/side-by-side';
import { waitUntil } from './support/wait-until';
import { failureOf, startWorld, type Handle, type World } from './support/world';

let world: World;
let answerSlowTarget: () => void = () => undefined;
/** What the target `slow` waits for before it answers. */
const slowTarget = new Promise<void>((resolve) => (answerSlowTarget = resolve));

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('provision-lock', {
    plugin: { ...provisioningPlugin, notify: { slow: { activity: 'tellSlowly' } } },
    worker: { activities: { tellSlowly: () => slowTarget } },
  });
});
afterAll(async () => {
  answerSlowTarget();
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  await world.close();
});

const resultOf = async (handle: Handle): Promise<ProvisionResult> =>
  (await handle.result()) as unknown as ProvisionResult;
const progressOf = (handle: Handle): Promise<ProvisionProgress> => handle.query<ProvisionProgress>('progress');

/** The create of the bulk sync gets no clear answer until it is released. */
const holdUp = (prefix: string) =>
  world.emulator.fault({
    method: 'POST',
    path: '/api/bulk/syncs',
    when: ({ body }) => (body as { name?: string } | undefined)?.name === `${prefix} lake`,
    drop: 'before',
    times: 1_000,
  });

describe('a set', () => {
  sideBySide({
    'is applied once by two applies of the same spec, and refuses another spec meanwhile': async () => {
      const spec = specOf('twins');
      const held = holdUp('twins');
      const first = await world.start('provisionPolytomic', { spec });
      await waitUntil(async () => held.hits > 0, { everyMs: 100 });
      const other = await failureOf(await world.start('provisionPolytomic', { spec: { name: 'twins' } }));
      expect(other).toMatchObject({
        type: 'polytomic.SetBusy',
        details: [{ workflowId: first.workflowId, mode: 'apply' }],
      });
      expect(await failureOf(await world.start('deprovisionPolytomic', { spec }))).toMatchObject({
        type: 'polytomic.SetBusy',
      });
      const second = await world.start('provisionPolytomic', { spec });
      await waitUntil(async () => (await progressOf(second)).phase === 'waitingForLock', {
        everyMs: 100,
      });
      held.remove();
      expect(await resultOf(second)).toEqual(await resultOf(first));
      expect(await countsOf(world, 'twins')).toEqual([1, 1, 1, 1]);
      await world.run('deprovisionPolytomic', { spec });
    },

    'passes on from a terminated apply, without twins': async () => {
      const spec = specOf('heir');
      const lost = world.emulator.fault({
        method: 'POST',
        path: '/api/models',
        when: ({ body }) => (body as { name?: string } | undefined)?.name === 'heir users',
        drop: 'after',
        recorded: 'nothing',
        times: 1_000,
      });
      const first = await world.start('provisionPolytomic', { spec });
      await waitUntil(async () => lost.hits > 0, { everyMs: 50 });
      await first.terminate();
      lost.remove();
      const result = await resultOf(await world.start('provisionPolytomic', { spec }));
      expect(await countsOf(world, 'heir')).toEqual([1, 1, 1, 1]);
      expect(result.resources['connections.warehouse']?.action).toBe('unchanged');
      await world.run('deprovisionPolytomic', { spec });
      expect(await countsOf(world, 'heir')).toEqual([0, 0, 0, 0]);
    },

    'waits for the approval of its very plan': async () => {
      const spec = specOf('asked');
      const handle = await world.start('provisionPolytomic', { spec, approve: 'always' });
      await waitUntil(async () => (await progressOf(handle)).phase === 'waitingForApproval', {
        everyMs: 100,
      });
      expect(await countsOf(world, 'asked')).toEqual([0, 0, 0, 0]);
      const { planHash } = await progressOf(handle);
      await expect(handle.executeUpdate('approve', { args: [{ planHash: 'other', by: 'me' }] })).rejects.toThrow();
      await handle.executeUpdate('approve', { args: [{ planHash, by: 'me' }] });
      await resultOf(handle);
      expect(await countsOf(world, 'asked')).toEqual([1, 1, 1, 1]);
      await world.run('deprovisionPolytomic', { spec });
      const late = await world.start('provisionPolytomic', { spec, approve: 'always', approvalTimeout: '1 second' });
      expect(await failureOf(late)).toMatchObject({ type: 'polytomic.NotApproved' });
    },

    'goes on once its plan is approved, though people are still being notified': async () => {
      const spec = specOf('awaited');
      const handle = await world.start('provisionPolytomic', { spec, approve: 'always', notify: ['slow'] });
      await waitUntil(async () => (await progressOf(handle)).phase === 'waitingForApproval', { everyMs: 100 });
      const { planHash } = await progressOf(handle);
      await handle.executeUpdate('approve', { args: [{ planHash, by: 'me' }] });
      await resultOf(handle);
      answerSlowTarget();
      expect(await countsOf(world, 'awaited')).toEqual([1, 1, 1, 1]);
      await world.run('deprovisionPolytomic', { spec });
    },

    'undoes what was created when it is cancelled': async () => {
      const spec = specOf('stopped');
      const held = holdUp('stopped');
      const handle = await world.start('provisionPolytomic', { spec });
      await waitUntil(async () => held.hits > 0, { everyMs: 100 });
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      held.remove();
      expect(await countsOf(world, 'stopped')).toEqual([0, 0, 0, 0]);
    },

    'prunes only what it made, and only when asked to': async () => {
      const spec = specOf('pruned');
      await world.run('provisionPolytomic', { spec });
      const less = { ...spec, bulkSyncs: {} };
      await world.run('provisionPolytomic', { spec: less });
      expect(await countsOf(world, 'pruned')).toEqual([1, 1, 1, 1]);
      const result = (await world.run('provisionPolytomic', { spec: less, prune: true })) as unknown as ProvisionResult;
      expect(result.resources['bulkSyncs.lake']).toMatchObject({ action: 'deleted' });
      expect(await countsOf(world, 'pruned')).toEqual([1, 1, 1, 0]);
      await world.run('deprovisionPolytomic', { spec });
    },

    'is exported as a spec whose plan is empty': async () => {
      const spec = specOf('copied');
      await world.run('provisionPolytomic', { spec });
      const exported = (await world.run('exportPolytomic', {
        names: ['copied*'],
        set: 'copy',
      })) as unknown as ExportResult;
      expect(JSON.stringify(exported)).not.toContain(password);
      expect(exported.secrets).toMatchObject([
        { address: 'connections.copiedWarehouse', path: 'configuration.password' },
      ]);
      const plan = (await world.run('planPolytomic', { spec: exported.spec })) as unknown as ProvisionPlan;
      expect(
        plan.changes
          .filter(({ reason }) => !reason?.includes('belongs to the set'))
          .filter(({ action }) => action !== 'unchanged'),
      ).toEqual([]);
      await world.run('deprovisionPolytomic', { spec });
      expect(await countsOf(world, 'copied')).toEqual([0, 0, 0, 0]);
    },
  });
});

describe('a set that nothing else writes beside', () => {
  it('refuses a plan that is no longer true, before the first write', async () => {
    const spec = specOf('stale');
    const applied = await resultOf(await world.start('provisionPolytomic', { spec }));
    const lake = applied.resources['bulkSyncs.lake']?.id ?? '';
    const changed = specOf('stale', { modelSyncs: {} });
    (changed.bulkSyncs as { lake: Record<string, unknown> }).lake.mode = 'snapshot';
    const { hash } = (await world.run('planPolytomic', { spec: changed })) as unknown as ProvisionPlan;
    world.emulator.startRun(lake);
    world.emulator.updateSync(lake, { mode: 'append' });
    world.emulator.clearRequests();
    const failure = await failureOf(await world.start('provisionPolytomic', { spec: changed, planHash: hash }));
    expect(failure).toMatchObject({ type: 'polytomic.PlanChanged' });
    expect(failure.message).toContain('bulkSyncs.lake');
    expect(writesOf(world)).toEqual([]);
    const drift = (await world.run('checkPolytomicDrift', { spec })) as unknown as DriftResult;
    expect(drift).toMatchObject({
      drifted: true,
      resources: [
        {
          address: 'bulkSyncs.lake',
          state: 'changed',
          fields: [{ path: 'mode', before: 'append', after: 'replicate' }],
        },
      ],
    });
    await world.run('deprovisionPolytomic', { spec });
  });
});
