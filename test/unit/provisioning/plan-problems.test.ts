/** Syncs whose activation would fail: by the real activities, against an emulator without a server. */
import { describe, expect, it } from '@jest/globals';
import type { ProvisionPlan } from '../../../src/contracts/provision-plan';
import { toDrift } from '../../../src/rules/provision/drift';
import { createEmulator, type InProcessEmulator } from '../../../src/testing';
import { planOn, withholding } from './support/planner';

const problems = [{ message: 'its source is gone' }];
const planWith = async (emulator: InProcessEmulator, spec: object): Promise<ProvisionPlan> =>
  (await planOn(emulator, spec)).plan;

describe('a sync that is to be activated and has problems', () => {
  const syncWith = (emulator: InProcessEmulator, isActive: boolean) => {
    const { id } = emulator.addModelSync({ name: 'Users', active: isActive, problems });
    return { id, name: 'Users', active: true };
  };

  it('is blocked, with its problems, where nothing else of it changes', async () => {
    const emulator = createEmulator();
    const { changes } = await planWith(emulator, { modelSyncs: { s: syncWith(emulator, false) } });
    expect(changes).toMatchObject([
      {
        action: 'blocked',
        reason: 'is to be activated and has problems: its source is gone',
        failure: 'polytomic.ProvisioningFailed',
        problems: ['its source is gone'],
      },
    ]);
  });

  it('is tried where its body changes, or something that it refers to', async () => {
    const emulator = createEmulator();
    const sync = syncWith(emulator, false);
    const changed = await planWith(emulator, { modelSyncs: { s: { ...sync, name: 'People' } } });
    expect(changed.changes).toMatchObject([{ action: 'update' }]);
    const warehouse = { name: 'New', type: 'postgresql', configuration: {} };
    const { id } = emulator.addModelSync({ name: 'Orders', active: false, problems });
    const spec = {
      connections: { w: warehouse },
      modelSyncs: { o: { id, name: 'Orders', active: true, target: { connection_id: { $ref: 'connections.w.id' } } } },
    };
    expect((await planWith(emulator, spec)).counts).toMatchObject({ create: 1, update: 1, blocked: 0 });
  });

  it('has the hash that it would have without them, and stands as it is while it is active', async () => {
    const emulator = createEmulator();
    const sync = syncWith(emulator, false);
    const blocked = await planWith(emulator, { modelSyncs: { s: sync } });
    emulator.updateSync(sync.id, { problems: [] });
    const { hash, changes } = await planWith(emulator, { modelSyncs: { s: sync } });
    expect(changes).toMatchObject([{ action: 'update' }]);
    expect(hash).toBe(blocked.hash);
    const active = await planWith(emulator, { modelSyncs: { s: syncWith(emulator, true) } });
    expect(active.changes).toMatchObject([{ action: 'unchanged' }]);
  });
});

describe('a secret that is written out', () => {
  it('is reported with all others of its connection, and with whatever else blocks it', async () => {
    const emulator = createEmulator();
    const configuration = { hostname: 'db', password: 'hunter2', client_key: 'hunter3' };
    const id = '00000000-0000-4000-8000-000000000001';
    const spec = { connections: { w: { id, name: 'W', type: 'postgresql', configuration } } };
    const { changes } = await planWith(emulator, spec);
    expect(changes).toMatchObject([{ action: 'blocked', failure: 'polytomic.InvalidInput' }]);
    const [{ reason } = { reason: null }] = changes;
    expect(reason).toMatch(/^configuration\.password, configuration\.client_key: a secret must be a reference/);
    expect(reason).toMatch(new RegExp(`; ${id} does not exist`));
    expect(JSON.stringify(changes)).not.toContain('hunter');
  });
});

describe('a secret that this worker may not, or cannot, take', () => {
  const password = { $env: 'PASS', version: 1 };
  const connection = { name: 'W', type: 'postgresql', configuration: { hostname: 'db', password } };

  it.each(['SecretNotAllowedError', 'SecretMissingError'])(
    'blocks the object before the first write (%s)',
    async (name) => {
      const asked = { requestSecrets: withholding(name) };
      const { changes, counts } = (await planOn(createEmulator(), { connections: { w: connection } }, asked)).plan;
      expect(counts).toMatchObject({ create: 0, blocked: 1 });
      expect(changes).toMatchObject([
        { action: 'blocked', failure: 'polytomic.NotAllowed', reason: 'PASS cannot be had' },
      ]);
    },
  );

  it('is no drift: what differs from what was applied is told as ever', async () => {
    const emulator = createEmulator();
    const asked = { requestSecrets: withholding() };
    const driftOf = async (more: object): Promise<unknown> => {
      const made = await planOn(emulator, { connections: { w: { ...connection, ...more } } }, asked);
      return Object.values(made.planned).flatMap((planned) =>
        toDrift(planned, { owned: undefined, existing: made.existing }),
      );
    };
    expect(await driftOf({})).toMatchObject([{ state: 'pending' }]);
    const id = String(emulator.addConnection({ name: 'Old', type: 'postgresql' }).id);
    expect(await driftOf({ id })).toMatchObject([
      { id, fields: expect.arrayContaining([expect.objectContaining({ path: 'name' })]) },
    ]);
  });
});
