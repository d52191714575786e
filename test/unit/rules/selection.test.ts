import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SyncFilter } from '../../../src/contracts/list-syncs';
import { createSelection, type ListedSync } from '../../../src/rules/selection';

const sync: ListedSync = { id: 'id-1', name: 'Orders to lake', active: true, source: 'c1', target: 'c2' };

describe('createSelection', () => {
  it.each<[string, SyncFilter, boolean]>([
    ['nothing asked: an active sync', {}, true],
    ['its id', { ids: ['id-1'] }, true],
    ['another id', { ids: ['id-2'] }, false],
    ['a glob on the whole name', { name: 'Orders*' }, true],
    ['a glob is case-sensitive', { name: 'orders*' }, false],
    ['a glob on a part only', { name: 'Orders' }, false],
    ['one of its connections', { connectionIds: ['c2'] }, true],
    ['no connection of its', { connectionIds: ['c3'] }, false],
    ['excluded by id', { exclude: ['id-1'] }, false],
    ['excluded by name', { exclude: ['*lake'] }, false],
    ['inactive ones only', { active: false }, false],
    ['both', { active: null }, true],
  ])('%s', (_name, filter, taken) => {
    expect(createSelection(filter)(sync)).toBe(taken);
  });

  it('takes inactive syncs only where asked', () => {
    expect(createSelection({})({ ...sync, active: false })).toBe(false);
    expect(createSelection({ active: false })({ ...sync, active: false })).toBe(true);
  });

  it('takes any name by itself, whatever characters it has, as long as they are no wildcards', () => {
    const plain = fc.string().filter((text) => text !== '' && !/[*?]/.test(text));
    fc.assert(fc.property(plain, (name) => createSelection({ name })({ ...sync, name })));
  });
});
