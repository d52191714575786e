/** What differs from what was applied, by plans against the emulator. */
import { describe, expect, it } from '@jest/globals';
import type { DriftedResource } from '../../../src/contracts/provision';
import type { PlannedObject } from '../../../src/contracts/provision-plan';
import type { OwnedObject } from '../../../src/contracts/provision-record';
import type { ProvisionSpec } from '../../../src/contracts/provision-spec';
import { toDrift } from '../../../src/rules/provision/drift';
import { newSetRecord } from '../../../src/rules/provision/set-record';
import { createEmulator } from '../../../src/testing';
import { planOn } from './support/planner';

const model = { name: 'Users', connection_id: 'c', configuration: { query: 'select 1' } };
const owned = (id: string, more: Partial<OwnedObject> = {}): OwnedObject => ({
  ...{ kind: 'models', id, name: 'Users', origin: 'created', specHash: '', secretVersions: {} },
  ...more,
});

/** The drift of one model whose record says what `object` says. */
async function driftOf(
  existing: string[],
  { object = {}, record }: { object?: object; record: OwnedObject },
): Promise<(Partial<DriftedResource> | undefined)[]> {
  const emulator = createEmulator({ seed: {} });
  for (const id of existing) emulator.addModel({ ...model, id });
  const spec: ProvisionSpec = { models: { users: { ...model, ...object } } };
  const made = await planOn(emulator, spec, {
    record: { ...newSetRecord('default', 'default'), objects: { 'models.users': record } },
  });
  return Object.values(made.planned).flatMap((planned) =>
    toDrift(planned, { owned: made.owned[planned.change.address], existing: made.existing }),
  );
}

describe('a drift', () => {
  it('is told of a pinned object that was deleted', async () => {
    const found = await driftOf([], { object: { id: 'theirs' }, record: owned('theirs', { origin: 'pinned' }) });
    expect(found).toMatchObject([{ address: 'models.users', state: 'missing', id: 'theirs' }]);
  });

  it('is told of our object that was deleted, whatever bears its name by now', async () => {
    for (const existing of [[], ['stranger'], ['stranger', 'another']])
      expect(await driftOf(existing, { record: owned('ours') })).toMatchObject([{ state: 'missing', id: 'ours' }]);
    const adopting = await driftOf(['stranger'], { object: { adopt: 'byName' }, record: owned('ours') });
    expect(adopting).toMatchObject([{ state: 'missing', id: 'ours' }]);
  });

  it('is told where what is there blocks the plan, and the spec did not change', async () => {
    const made = await planOn(createEmulator({ seed: {} }), { models: { users: model } });
    const [planned] = Object.values(made.planned);
    if (!planned) throw new Error('nothing was planned');
    const driftWith = (change: Partial<PlannedObject['change']>, changedBy: PlannedObject['changedBy'] = null) =>
      toDrift(
        { ...planned, changedBy, change: { ...planned.change, action: 'blocked', id: 'ours', ...change } },
        { owned: owned('ours'), existing: new Set(['ours']) },
      ).map(({ state }) => state);
    expect(driftWith({ reason: 'the source has no schema' })).toEqual(['changed']);
    expect(driftWith({}, 'outside')).toEqual(['changed']);
    expect(driftWith({}, 'spec')).toEqual(['pending']);
    expect(driftWith({ failure: 'polytomic.InvalidInput' })).toEqual(['pending']);
  });

  it('is none where only the spec changed since, though the plan is blocked', async () => {
    const found = await driftOf(['ours', 'theirs'], { object: { id: 'theirs' }, record: owned('ours') });
    expect(found).toMatchObject([{ state: 'pending' }]);
  });
});
