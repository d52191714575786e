import { describe, expect, it } from '@jest/globals';
import { fits, fitting } from '../../../src/executions/fitting';

describe('a list that enters a history', () => {
  it('keeps its first items up to the number allowed', () => {
    expect(fitting(['a', 'b', 'c'], { most: 2, bytes: 1_000 })).toEqual(['a', 'b']);
    expect(fits(['a', 'b', 'c'], { most: 2, bytes: 1_000 })).toBe(false);
  });

  it('stays whole within both limits', () => {
    expect(fitting(['a', 'b'], { most: 2, bytes: 8 })).toEqual(['a', 'b']);
    expect(fits(['a', 'b'], { most: 2, bytes: 8 })).toBe(true);
    expect(fits([], { most: 0, bytes: 0 })).toBe(true);
  });

  it.each([
    ['ASCII', 'ab', 2],
    ['characters of three bytes', '漢字', 1],
    ['characters that JSON escapes', '\u0001\u0001', 0],
  ])('counts %s as JSON in UTF-8', (_name, text, kept) => {
    expect(fitting([text, text, text], { most: 3, bytes: 12 })).toHaveLength(kept);
  });
});
