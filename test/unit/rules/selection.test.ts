import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SyncFilter } from '../../../src/contracts/list-syncs';
import { createSelection, listQueryOf, shardOf, type ListedSync } from '../../../src/rules/selection';

const sync: ListedSync = {
  id: 'id-1',
  name: 'Orders to lake',
  active: true,
  mode: 'replicate',
  source: 'c1',
  target: 'c2',
};

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
    ['its mode', { mode: 'replicate' }, true],
    ['another mode', { mode: 'append' }, false],
    ['its target', { target_connection_id: 'c2' }, true],
    ['its source as a target', { target_connection_id: 'c1' }, false],
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

  it('takes a name by a glob as a regular expression would', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), maxLength: 8 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}', '*', '?'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(letters, glob, (name, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
        expect(createSelection({ name: pattern })({ ...sync, name })).toBe(expression.test(name));
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes to an end with a glob that a regular expression would try for ever', () => {
    const name = 'a'.repeat(5_000);
    expect(createSelection({ name: '*a'.repeat(30) + 'b' })({ ...sync, name })).toBe(false);
  });

  it('takes a sync only where every condition alone takes it, and leaves out what any exclusion names', () => {
    const text = fc.constantFrom('id-1', 'id-2', 'Orders*', 'lake', '*', 'c1', 'c3');
    const texts = fc.array(text, { minLength: 1, maxLength: 3 });
    const filters = fc.record(
      { active: fc.constantFrom(true, false, null), ids: texts, name: text, exclude: texts, connectionIds: texts },
      { requiredKeys: ['active'] },
    );
    fc.assert(
      fc.property(filters, fc.boolean(), (filter, active) => {
        const one = { ...sync, active };
        const alone = Object.entries(filter).map(([key, value]) =>
          createSelection({ active: null, [key]: value })(one),
        );
        expect(createSelection(filter)(one)).toBe(alone.every(Boolean));
      }),
    );
  });
});

describe('shards', () => {
  it('put every sync into exactly one part, always the same', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1_000 }), (id, of) => {
        const index = shardOf(id, of);
        expect(Number.isInteger(index) && index >= 0 && index < of).toBe(true);
        expect(createSelection({}, { index, of })({ ...sync, id })).toBe(true);
        expect(of > 1 && createSelection({}, { index: (index + 1) % of, of })({ ...sync, id })).toBe(false);
      }),
    );
    // Parts of a fan-out are started by different releases: these must never change.
    expect([shardOf('', 1_000), shardOf('lake', 1_000), shardOf('ä-1', 1_000)]).toEqual([261, 614, 65]);
  });

  it('are about even', () => {
    const sizes = [0, 0, 0, 0, 0, 0, 0];
    for (let at = 0; at < 7_000; at++)
      sizes[shardOf(`00000000-0000-4000-8000-${String(at).padStart(12, '0')}`, 7)]! += 1;
    expect(Math.min(...sizes)).toBeGreaterThan(850);
    expect(Math.max(...sizes)).toBeLessThan(1_150);
  });
});

describe('listQueryOf', () => {
  it('asks the list for what it can filter by, unless ids are named', () => {
    expect(listQueryOf({})).toEqual({ active: true });
    expect(listQueryOf({ active: null, name: 'x*' })).toEqual({});
    const asked = { active: false, mode: 'update', target_connection_id: 'crm' };
    expect(listQueryOf(asked)).toEqual(asked);
    expect(listQueryOf({ ...asked, ids: ['a'] })).toEqual({});
  });
});
