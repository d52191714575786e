/** Whose an object is: nothing of others is taken for ours, made beside ours, or deleted. */
import { describe, expect, it } from '@jest/globals';
import type { LiveObject, Namesake } from '../../../../src/contracts/provision-plan';
import type { OpenIntent, OwnedObject, SetRecord } from '../../../../src/contracts/provision-record';
import type { ProvisionSpec } from '../../../../src/contracts/provision-spec';
import { createdSince, isNamesake } from '../../../../src/rules/provision/created-since';
import { destroyTargets } from '../../../../src/rules/provision/destroy-targets';
import { identify } from '../../../../src/rules/provision/identify';
import { newApplyState } from '../../../../src/rules/provision/apply-state';
import { planObject } from '../../../../src/rules/provision/plan-object';
import { newSetRecord } from '../../../../src/rules/provision/set-record';
import { settleIntents } from '../../../../src/rules/provision/settle-intents';
import { toObjects } from '../../../../src/rules/provision/to-objects';

const intent = (more: Partial<OpenIntent> = {}): OpenIntent => ({
  kind: 'connections',
  name: 'Warehouse',
  type: 'postgresql',
  at: '2026-01-01T10:00:00Z',
  namesakes: ['old'],
  ...more,
});
const namesake = (id: string, createdAt: string | null, claimedBy: Namesake['claimedBy'] = null): Namesake => ({
  id,
  createdAt,
  claimedBy,
});
const owned = (id: string, more: Partial<OwnedObject> = {}): OwnedObject => ({
  ...{ kind: 'connections', id, name: 'Warehouse', origin: 'created', specHash: '', secretVersions: {} },
  ...more,
});
const spec = (more: object = {}): ProvisionSpec => ({
  connections: { warehouse: { name: 'Warehouse', type: 'mysql', configuration: {}, ...more } },
});
const manyFields = (count: number): [string, number][] => Array.from({ length: count }, (_one, at) => [`f${at}`, at]);
const [object] = toObjects(spec());
const replaceable = toObjects(spec({ replace: true }));
if (!object) throw new Error('no object');

describe('what an intent may have made', () => {
  it('was not there before, and came before its run had ended', () => {
    const made = (more: Partial<OpenIntent>, ...found: Namesake[]) =>
      createdSince(intent(more), found).map(({ id }) => id);
    const [before, then, later] = [
      namesake('before', '2026-01-01T09:00:00Z'),
      namesake('then', '2026-01-01T10:00:30Z'),
      namesake('later', '2026-01-03T10:00:00Z'),
    ];
    expect(made({}, before, then, namesake('old', null))).toEqual(['then']);
    expect(made({}, namesake('odd', 'soon'))).toEqual(made({}, namesake('odd', null)));
    expect(made({}, later)).toEqual(['later']);
    expect(made({ until: '2026-01-01T10:20:00Z' }, then, later)).toEqual(['then']);
  });

  it('has its name and its type', () => {
    const wanted = { name: 'Warehouse', type: 'postgresql' };
    expect(isNamesake({ name: 'Warehouse', type: 'postgresql' }, wanted)).toBe(true);
    expect(isNamesake({ name: 'Warehouse', type: 'mysql' }, wanted)).toBe(false);
    expect(isNamesake({ name: 'Lake', type: 'postgresql' }, wanted)).toBe(false);
  });

  it('becomes ours though the spec no longer has it, and is dropped where it came to nothing', () => {
    const made: Record<string, Namesake[]> = { 'connections.gone': [namesake('1', null)], 'connections.warehouse': [] };
    const intents = { 'connections.gone': intent(), 'connections.warehouse': intent() };
    const settled = settleIntents([object], {
      ...{ intents, owned: {}, existing: new Set<string>() },
      madeBy: (address) => made[address] ?? [],
    });
    expect(settled).toMatchObject({
      owned: { 'connections.gone': { id: '1', origin: 'created' } },
      dropped: ['connections.warehouse'],
    });
  });
});

describe('a replacement that was interrupted', () => {
  const settle = (type: string) =>
    settleIntents([object], {
      intents: { 'connections.warehouse': intent({ type }) },
      owned: { 'connections.warehouse': owned('old', { retired: ['older'] }) },
      madeBy: () => [namesake('new', null)],
      existing: new Set(['old']),
    }).owned['connections.warehouse'];

  it('left the new object, in whose favour the old one goes', () => {
    expect(settle('mysql')).toMatchObject({ id: 'new', origin: 'created', retired: ['older', 'old'] });
  });

  it('left an object that goes where the spec means another one by now', () => {
    expect(settle('postgresql')).toMatchObject({ id: 'old', retired: ['older', 'new'] });
  });

  it('leaves nothing behind when it is destroyed: the intent is looked up before it is forgotten', () => {
    const record: SetRecord = {
      ...newSetRecord('o', 's'),
      objects: { 'connections.warehouse': owned('old') },
      intents: { 'connections.warehouse': intent({ type: 'mysql' }) },
    };
    expect(destroyTargets([object], record, []).targets.map(({ id }) => id)).toEqual([null, 'old']);
  });
});

describe('an object of a spec', () => {
  const facts = {
    object,
    owned: undefined,
    made: [] as Namesake[],
    namesakes: [] as Namesake[],
    existing: new Set<string>(),
    isListed: true,
    pinClaim: null,
  };

  it('is what its own intent made, whatever else bears its present name', () => {
    const stranger = namesake('stranger', '2026-01-01T10:00:30Z');
    expect(identify({ ...facts, made: [namesake('ours', null)], namesakes: [stranger] })).toMatchObject({
      state: 'known',
      id: 'ours',
      origin: 'created',
    });
    expect(identify({ ...facts, namesakes: [stranger] })).toMatchObject({ state: 'blocked', id: 'stranger' });
  });

  it('that is pinned does not take the place of one that we made, which nobody would delete any more', () => {
    const [pinned] = toObjects(spec({ id: 'theirs' }));
    const identity = (existing: string[], origin: OwnedObject['origin']) =>
      identify({
        ...{ ...facts, object: pinned ?? object, existing: new Set(existing) },
        owned: owned('ours', { origin }),
      });
    expect(identity(['ours', 'theirs'], 'created')).toMatchObject({
      state: 'blocked',
      reason: expect.stringContaining('ours, which we made'),
    });
    expect(identity(['theirs'], 'created')).toMatchObject({ state: 'known', id: 'theirs', origin: 'pinned' });
    expect(identity(['ours', 'theirs'], 'adopted')).toMatchObject({ state: 'known', id: 'theirs' });
  });

  it('that is pinned is left by a destroy, although we made it before it was', () => {
    const pinned = toObjects(spec({ id: 'ours' }));
    const record: SetRecord = { ...newSetRecord('o', 's'), objects: { 'connections.warehouse': owned('ours') } };
    expect(destroyTargets(pinned, record, [])).toMatchObject({
      targets: [],
      left: { 'connections.warehouse': { id: 'ours', reason: expect.stringContaining('is pinned by its id') } },
    });
    expect(destroyTargets(pinned, record, ['connections.warehouse']).targets).toMatchObject([{ id: 'ours' }]);
  });

  it('is activated although it differs in more fields than a plan names', () => {
    const [sync] = toObjects({
      modelSyncs: { s: { name: 'S', active: true, configuration: Object.fromEntries(manyFields(150)) } },
    });
    if (!sync) throw new Error('no sync');
    const planned = planObject({
      ...{ object: sync, identity: { state: 'known', id: '1', origin: 'created' }, namesakes: [], secretPaths: [] },
      owned: { ...owned('1'), kind: 'modelSyncs' },
      desired: sync.body,
      live: {
        ...{ id: '1', name: 'S', type: null, body: { name: 'S', configuration: {} } },
        ...{ active: false, errorHandling: null, problems: [] },
      },
      ...{ schemaChanges: { changes: [], count: 0, seen: null }, specHash: '', hash: (text: string) => text },
    });
    const cut = { ...planned, change: { ...planned.change, fields: planned.change.fields.slice(0, 3) } };
    const state = newApplyState({
      ...{ objects: [sync], planned: { 'modelSyncs.s': cut }, owned: {}, dropped: [] },
      ...{ rollback: true, maxConcurrent: 1 },
    });
    expect(planned.change.fieldCount).toBe(151);
    expect(state.entries['modelSyncs.s']?.activate).toBe(true);
  });

  it('is not replaced beside a stranger of the same name and type', () => {
    const live: LiveObject = {
      ...{ id: 'ours', name: 'Warehouse', type: 'postgresql', body: { name: 'Warehouse' } },
      ...{ active: null, errorHandling: null, problems: [] },
    };
    const planWith = (namesakes: Namesake[]) =>
      planObject({
        object: replaceable[0] ?? object,
        identity: { state: 'known', id: 'ours', origin: 'created' },
        owned: owned('ours'),
        namesakes,
        desired: { name: 'Warehouse', type: 'mysql' },
        live,
        secretPaths: [],
        schemaChanges: { changes: [], count: 0, seen: null },
        specHash: '',
        hash: (text) => text,
      }).change;
    expect(planWith([])).toMatchObject({ action: 'replace', loses: [expect.any(String), expect.any(String)] });
    expect(planWith([namesake('stranger', null)])).toMatchObject({
      action: 'blocked',
      reason: expect.stringContaining('stranger'),
    });
  });

  it('goes with what it replaced when it is destroyed', () => {
    const record: SetRecord = {
      ...newSetRecord('o', 's'),
      objects: { 'connections.warehouse': owned('new', { retired: ['a', 'b'] }) },
    };
    expect(destroyTargets([object], record, []).targets.map(({ id, replaced }) => [id, replaced])).toEqual([
      ['new', false],
      ['a', true],
      ['b', true],
    ]);
    expect(destroyTargets([object], null, []).targets).toEqual([]);
  });
});
