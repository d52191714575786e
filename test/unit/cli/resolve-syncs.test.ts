/** From what a person typed to a sync. */
import { describe, expect, it } from '@jest/globals';
import { resolveSync, resolveSyncs, type NamedSync } from '../../../src/cli/syncs/resolve-syncs';

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

describe('resolveSyncs', () => {
  const among = (...asked: string[]) => asked.map((one) => ({ asked: one, syncs }));

  it('takes each in the order asked', () => {
    expect(resolveSyncs(among('5', 'Lake')).map(({ syncId }) => syncId)).toEqual(['5', '1']);
  });

  it('says of every name what is wrong with it, once', () => {
    const message = [
      'No sync has the id or name "Users to CMR"',
      '  Did you mean "Users to CRM"?',
      '2 syncs are named "Twin":',
      '  bulk 3',
      '  model 4',
      '  Name one of them by its id',
      'No sync has the id or name "something else"',
    ].join('\n');
    expect(() => resolveSyncs(among('Users to CMR', 'Lake', 'Twin', 'something else', 'Twin'))).toThrow(
      expect.objectContaining({ exitCode: 2, message, nextStep: 'List them: temporal-polytomic list' }),
    );
  });

  it('says of a single wrong name what resolveSync says', () => {
    expect(() => resolveSyncs(among('Lake', 'Users to CMR'))).toThrow(
      expect.objectContaining({ nextStep: 'Did you mean "Users to CRM"?' }),
    );
  });
});
