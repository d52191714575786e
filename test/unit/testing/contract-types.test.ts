import { describe, expect, it } from '@jest/globals';
import type { Contract } from '../../../src/testing/http/contract-types';
import { checkType } from '../../../src/testing/http/contract-types';

const contract: Contract = {
  versions: [],
  operations: [],
  enums: { Colour: ['red', 'blue'] },
  newer: {},
  types: { Box: { width: 'integer!', colour: 'Colour?', inner: 'Box' }, Alias: { alias: 'Box' } },
};
const issueOf = (type: string, value: unknown) => checkType(value, { type, path: 'it', contract });

describe('checking a value against a type', () => {
  it.each([
    ['string', 'x'],
    ['integer', 3],
    ['any', { a: [1] }],
    ['date-time', '2026-01-01T00:00:00Z'],
    ['string[]', []],
    ['string[][]', [['a'], []]],
    ['Record<string,string[]>', { a: ['b'] }],
    ['(string|Box)[]', ['a', { width: 1 }]],
    ['Colour', 'red'],
    ['"error"', 'error'],
    ['"one"|"two"|any[]', 'two'],
    ['"one"|"two"|any[]', [1]],
    ['Box', { width: 1, colour: null, inner: { width: 2 } }],
    ['Alias', { width: 1 }],
    ['string?', null],
  ])('accepts as %s: %j', (type, value) => {
    expect(issueOf(type, value)).toBeUndefined();
  });

  it.each([
    ['string', 1, 'wrong', 'it'],
    ['integer', 1.5, 'wrong', 'it'],
    ['string', null, 'wrong', 'it'],
    ['date-time', 'yesterday', 'wrong', 'it'],
    ['string[]', ['a', 1], 'wrong', 'it[1]'],
    ['string[]', 'a', 'wrong', 'it'],
    ['Record<string,string>', { a: 1 }, 'wrong', 'it.a'],
    ['Record<string,string>', [], 'wrong', 'it'],
    ['(string|Box)[]', [{ width: 'wide' }], 'wrong', 'it[0].width'],
    ['Colour', 'green', 'wrong', 'it'],
    ['"error"', 'warning', 'wrong', 'it'],
    ['Box', {}, 'missing', 'it.width'],
    ['Box', { width: null }, 'missing', 'it.width'],
    ['Box', { width: 1, height: 2 }, 'unknown', 'it.height'],
    ['Box', { width: 1, toString: 2 }, 'unknown', 'it.toString'],
    ['Box', { width: 1, inner: { colour: 'red' } }, 'missing', 'it.inner.width'],
  ])('refuses as %s: %j is %s at %s', (type, value, kind, path) => {
    expect(issueOf(type, value)).toMatchObject({ kind, path });
  });

  it('stops at a type that nobody has written', () => {
    expect(() => issueOf('Sphere', {})).toThrow('contract.json names an unknown type: Sphere');
  });
});
