/** From what a person typed to a sync. */
import { describe, expect, it } from '@jest/globals';
import { resolveSync, type NamedSync } from '../../../src/cli/syncs/resolve-syncs';

const sync = (syncId: string, name: string, kind: NamedSync['kind'] = 'bulk'): NamedSync => ({
  kind,
  syncId,
  name,
  active: true,
});
const syncs = [
  sync('1', 'Lake'),
  sync('2', 'LAKE'),
  sync('3', 'Twin'),
  sync('4', 'Twin', 'model'),
  sync('5', 'Users to CRM'),
];

describe('resolveSync', () => {
  it.each([
    ['an id', '5', '5'],
    ['a name', 'Lake', '1'],
    ['a name whose case decides between two', 'LAKE', '2'],
    ['a name in any case', 'users to crm', '5'],
  ])('takes %s', (_what, asked, syncId) => {
    expect(resolveSync(asked, syncs).syncId).toBe(syncId);
  });

  it('lists all that bear the name', () => {
    expect(() => resolveSync('Twin', syncs)).toThrow('2 syncs are named "Twin":\n  bulk 3\n  model 4');
    expect(() => resolveSync('lake', syncs)).toThrow('2 syncs are named "lake"');
  });

  it.each([
    ['Users to CMR', 'Did you mean "Users to CRM"?'],
    ['users', 'Did you mean "Users to CRM"?'],
    ['something else', 'List them: temporal-polytomic list'],
  ])('says what was meant by %s', (asked, nextStep) => {
    expect(() => resolveSync(asked, syncs)).toThrow(expect.objectContaining({ exitCode: 2, nextStep }));
  });
});
