import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiMask, compareFields, show, type CompareRules } from '../../../../src/rules/provision/compare';
import { compareRules, toComparable } from '../../../../src/rules/provision/kind-rules';

const plain: CompareRules = { unordered: new Set(), keyed: {}, unseen: new Set() };
const paths = (desired: object, live: object, rules = plain): string[] =>
  compareFields(desired as never, live as never, rules).changes.map(({ path }) => path);

describe('comparing', () => {
  it('looks only at what the spec says', () => {
    expect(paths({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 })).toEqual([]);
    expect(paths({ a: { b: 1 } }, { a: { b: 2 } })).toEqual(['a.b']);
  });

  it('takes defaults, empty values, camel case and texts of numbers for what they are', () => {
    expect(paths({ filter_logic: '', list: [], object: {} }, {})).toEqual([]);
    expect(paths({ bucket_region: 'x' }, { bucketRegion: 'x' })).toEqual([]);
    expect(paths({ port: 5432 }, { port: '5432' })).toEqual([]);
    expect(paths({ flag: false }, {})).toEqual(['flag']);
  });

  it('never compares a secret or a mask', () => {
    expect(paths({ password: { $env: 'X', version: 2 } }, { password: 'anything' })).toEqual([]);
    expect(paths({ password: 'text' }, { password: apiMask })).toEqual([]);
  });

  it('ignores order where it means nothing, and only there', () => {
    const rules = { ...plain, unordered: new Set(['policies']) };
    expect(paths({ policies: ['a', 'b'] }, { policies: ['b', 'a'] }, rules)).toEqual([]);
    expect(paths({ policies: ['a', 'b'] }, { policies: ['b', 'a'] })).toEqual(['policies']);
    expect(paths({ policies: ['a'] }, { policies: ['b', 'a'] }, rules)).toEqual(['policies']);
  });

  it('finds nothing between a value and itself, whatever a server adds to objects', () => {
    const value = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue());
    fc.assert(
      fc.property(value, value, (desired, more) => {
        expect(paths(desired, { ...more, ...desired })).toEqual([]);
        expect(compareFields(desired, { ...more, ...desired }, plain).seen).toEqual(
          compareFields(desired, desired, plain).seen,
        );
      }),
    );
  });

  it('sees an edit of what a list has beside the items of the spec, as the write would take it away', () => {
    const keyed = { ...plain, keyed: { fields: 'target' } };
    const unordered = { ...plain, unordered: new Set(['fields']) };
    const [email, phone, fax] = ['email', 'phone', 'fax'].map((target) => ({ target }));
    const seen = (live: unknown[], rules: CompareRules): unknown =>
      compareFields({ fields: [email] }, { fields: live }, rules).seen;
    for (const rules of [keyed, unordered]) {
      expect(seen([email, phone], rules)).not.toEqual(seen([email, fax], rules));
      expect(seen([email, phone, fax], rules)).toEqual(seen([fax, email, phone], rules));
    }
  });

  it('shows no secret that stands beside what differs, neither that of Polytomic nor that of the spec', () => {
    const rules = { ...plain, unseen: new Set(['headers.value', 'oauth.secret']) };
    const shown = (desired: object, live: object): unknown =>
      compareFields(desired as never, live as never, rules).changes;
    expect(shown({ headers: [{ name: 'b', value: 'ours' }] }, { headers: [{ name: 'a', value: 'theirs' }] })).toEqual([
      { path: 'headers', before: [{ name: 'a', value: '(secret)' }], after: [{ name: 'b', value: '(secret)' }] },
    ]);
    expect(shown({ oauth: 'none' }, { oauth: { id: 1, secret: 'theirs' } })).toEqual([
      { path: 'oauth', before: { id: 1, secret: '(secret)' }, after: 'none' },
    ]);
    rules.unseen.add('list.api_key');
    expect(JSON.stringify(shown({ list: [] }, { list: [{ apiKey: 'theirs' }] }))).not.toContain('theirs');
    expect(JSON.stringify(shown({ oauth: { secret: 'ours' } }, { oauth: 'x' }))).not.toContain('ours');
  });

  it('shows no secret by its text', () => {
    expect(show('postgres://user:pw@host/db')).toBe('(secret)');
    expect(show({ a: { $env: 'X' } })).toEqual({ a: '(secret)' });
  });
});

describe('a model sync as the API answers it', () => {
  const body = {
    fields: [
      { target: 'fixed', override_value: 'x', source: { model_id: '00000000-0000-0000-0000-000000000000', field: '' } },
      { target: 'email', source: { model_id: 'm', field: 'email' } },
    ],
    filters: [{ field_id: 'f1', function: 'Equality', value: 1, label: 'A' }],
    target: { connection_id: 'c', object: 'contacts', search_values: { object: 'contacts' } },
  };
  const live = { id: 's', name: 'S', type: null, body, active: true, errorHandling: null, problems: [] };
  const compare = (desired: object): string[] =>
    paths(desired, toComparable('modelSyncs', live, desired as never), compareRules.modelSyncs);

  it('has the labels of the server on its filters, whatever the spec calls them', () => {
    const condition = { source: { model_id: 'm', field: 'age' }, function: 'IsNotNull' };
    const body = {
      filters: [{ ...condition, label: 'A' }],
      model_filters: { conditions: [{ ...condition, label: 'A' }], logic: 'A' },
    };
    const wanted = {
      filters: [{ ...condition, label: 'grown' }],
      model_filters: { conditions: [{ ...condition, label: 'grown' }], logic: 'A' },
    };
    const seen = toComparable('modelSyncs', { ...live, body }, wanted);
    expect(paths(wanted, seen, compareRules.modelSyncs)).toEqual([]);
    const other = { ...wanted, filters: [{ ...condition, function: 'IsNull', label: 'grown' }] };
    expect(paths(other, seen, compareRules.modelSyncs)).toEqual(['filters']);
  });

  it('has its fixed values among the fields, labels on its filters and a derived search', () => {
    expect(
      compare({
        fields: [{ target: 'email', source: { model_id: 'm', field: 'email' } }],
        override_fields: [{ target: 'fixed', override_value: 'x' }],
        filters: [{ field: { model_id: 'm', field: 'age' }, function: 'Equality', value: 1 }],
        target: { connection_id: 'c', object: 'contacts', create: { name: 'x' } },
        encryption_passphrase: { $env: 'P' },
      }),
    ).toEqual([]);
  });

  it('differs where a mapping or a fixed value does', () => {
    expect(compare({ fields: [{ target: 'email', source: { model_id: 'm', field: 'mail' } }] })).toEqual(['fields']);
    expect(
      compare({
        fields: [{ target: 'email', source: { model_id: 'm', field: 'email' } }],
        override_fields: [{ target: 'fixed', override_value: 'y' }],
      }),
    ).toEqual(['override_fields']);
  });
});
