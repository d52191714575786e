/** Whose an object is, as a whole plan tells: sets and keys that mean the same one. */
import { describe, expect, it } from '@jest/globals';
import type { PlannedChange } from '../../../src/contracts/provision-plan';
import type { OwnedObject, SetClaims } from '../../../src/contracts/provision-record';
import type { ProvisionSpec } from '../../../src/contracts/provision-spec';
import { newSetRecord } from '../../../src/rules/provision/set-record';
import { createEmulator } from '../../../src/testing';
import { planOn } from './support/planner';

const model = { name: 'Users', connection_id: 'c', configuration: { query: 'select 1' } };
const owned = (id: string, origin: OwnedObject['origin']): OwnedObject => ({
  ...{ kind: 'models', id, name: 'Users', origin, specHash: '', secretVersions: {} },
});

/** What a plan with `prune` gives up. */
async function givenUp(existing: string[], objects: Record<string, OwnedObject>): Promise<Record<string, string>> {
  const emulator = createEmulator({ seed: {} });
  for (const id of existing) emulator.addModel({ ...model, id });
  const record = { ...newSetRecord('default', 'default'), objects };
  return (await planOn(emulator, {}, { record, prune: true })).givenUp;
}

/** What would be done with the models of a spec, while some of that name exist. */
async function changesOf(
  models: ProvisionSpec['models'],
  {
    existing,
    objects = {},
    claims = [],
  }: { existing: string[]; objects?: Record<string, OwnedObject>; claims?: SetClaims[] },
): Promise<PlannedChange[]> {
  const emulator = createEmulator({ seed: {} });
  for (const id of existing) emulator.addModel({ ...model, id });
  const record = { ...newSetRecord('default', 'default'), objects };
  return (await planOn(emulator, { models }, { record, claims })).plan.changes;
}

describe('two keys that mean one object', () => {
  const spec = { a: { ...model, id: 'x' }, b: { ...model, adopt: 'byName' as const } };

  it('are refused at once: the second names the first', async () => {
    const changes = await changesOf(spec, { existing: ['x'] });
    expect(changes).toMatchObject([
      { address: 'models.a', action: 'unchanged', id: 'x' },
      { address: 'models.b', action: 'blocked', id: 'x', reason: expect.stringContaining('models.a') },
    ]);
  });

  it('are refused wherever they stand, in favour of the one that names the id', async () => {
    const changes = await changesOf({ b: spec.b, a: spec.a }, { existing: ['x'] });
    expect(changes.map(({ address, action }) => [address, action])).toEqual([
      ['models.b', 'blocked'],
      ['models.a', 'unchanged'],
    ]);
  });

  it('can be told apart again where a record has both: the other key leaves the spec', async () => {
    const objects = { 'models.a': owned('x', 'pinned'), 'models.b': owned('x', 'adopted') };
    const both = await changesOf(spec, { existing: ['x'], objects });
    expect(both.map(({ action }) => action)).toEqual(['unchanged', 'blocked']);
    expect(await changesOf({ a: spec.a }, { existing: ['x'], objects })).toMatchObject([{ action: 'unchanged' }]);
    expect(await changesOf({ b: spec.b }, { existing: ['x'], objects })).toMatchObject([{ action: 'unchanged' }]);
  });

  it('are told what can be done where one of them has the object already', async () => {
    const objects = { 'models.a': owned('x', 'created') };
    const [, second] = await changesOf({ a: { ...model, name: 'Renamed' }, b: model }, { existing: ['x'], objects });
    expect(second).toMatchObject({
      action: 'blocked',
      reason: expect.stringContaining('take models.a out of the spec'),
    });
  });
});

describe('a rename', () => {
  const objects = { 'models.a': { ...owned('x', 'created'), name: 'Old' } };
  /** Ours has another name; what else exists has the new one. */
  const renamed = async (others: string[], more: Record<string, OwnedObject> = {}): Promise<PlannedChange[]> => {
    const emulator = createEmulator({ seed: {} });
    emulator.addModel({ ...model, id: 'x', name: 'Old' });
    for (const id of others) emulator.addModel({ ...model, id });
    const record = { ...newSetRecord('default', 'default'), objects: { ...objects, ...more } };
    const b = { ...model, name: 'Another' };
    const models = { a: model, ...('models.b' in more && { b }) };
    return (await planOn(emulator, { models }, { record })).plan.changes;
  };

  it("to a stranger's name is blocked as a create would be", async () => {
    expect(await renamed([])).toMatchObject([{ action: 'rename', id: 'x' }]);
    expect(await renamed(['stranger'])).toMatchObject([
      { action: 'blocked', id: 'x', reason: expect.stringContaining('stranger has that name already') },
    ]);
  });

  it('to a name that another object of the set gives up is none of a stranger', async () => {
    const changes = await renamed(['y'], { 'models.b': owned('y', 'created') });
    expect(changes.map(({ action }) => action)).toEqual(['rename', 'rename']);
  });
});

describe('what the spec dropped', () => {
  it('is given up with prune where it is not ours to delete, or gone, or left by a destroy', async () => {
    const objects = {
      'models.adopted': owned('a', 'adopted'),
      'models.gone': owned('b', 'created'),
      'models.ours': owned('c', 'created'),
      'models.left': { ...owned('d', 'created'), left: true as const },
    };
    expect(await givenUp(['a', 'c', 'd'], objects)).toEqual({
      'models.adopted': 'a',
      'models.gone': 'b',
      'models.left': 'd',
    });
  });
});

describe('an object that another set claims', () => {
  const claims = [{ set: 'rival', ids: ['x'] }];

  it('is named as such, although nobody says that it may be taken over', async () => {
    expect(await changesOf({ a: model }, { existing: ['x'], claims })).toMatchObject([
      { action: 'blocked', id: 'x', reason: 'x belongs to the set "rival"' },
    ]);
  });
});
