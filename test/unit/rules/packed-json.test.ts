import { describe, expect, it } from '@jest/globals';
import { cutToBytes, jsonBytes } from '../../../src/rules/json-bytes';
import { pack, unpack } from '../../../src/rules/packed-json';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('packed JSON', () => {
  it('is unpacked to what was packed', () => {
    const values = [
      { id: 'a-long-identifier', list: [1, [2], -1, -2, []], none: null, yes: true, gone: undefined },
      { id: 'another-identifier', same: 'a-long-identifier', none: { id: 'another-identifier' } },
      ...['a-long-identifier', 7, null, [], {}],
    ];
    const packed = throughJson(pack(values)) as ReturnType<typeof pack>;
    expect(unpack(packed)).toEqual(throughJson(values));
    expect(packed.texts).toEqual(['a-long-identifier', 'another-identifier']);
  });

  it('takes much less room for many values of one form', () => {
    const values = Array.from({ length: 100 }, (_one, at) => ({ identifier: at, description: 'the same for each' }));
    expect(jsonBytes(pack(values))).toBeLessThan(jsonBytes(values) / 3);
  });
});

describe('a text cut to bytes', () => {
  it.each([
    ['short', 100, 'short'],
    ['abcdef', 4, 'abcd'],
    ['\u9867\u5ba2', 5, '\u9867'],
    ['a\u{1f600}b', 4, 'a'],
    ['a\u{1f600}b', 6, 'a\u{1f600}b'],
    ['abc', 0, ''],
  ])('of %j keeps in %d bytes the whole characters %j', (text, bytes, kept) => {
    expect(cutToBytes(text, bytes)).toBe(kept);
  });
});
