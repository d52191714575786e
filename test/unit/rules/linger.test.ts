/** How long ends are gathered. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lingerMs } from '../../../src/rules/linger';

const usual = fc.integer({ min: 1, max: 86_400_000 });

describe('the linger', () => {
  it('is a quarter of the usual duration, at least a quarter of a second and at most 30 seconds', () => {
    fc.assert(
      fc.property(usual, (usualMs) => {
        const ms = lingerMs(usualMs, true);
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBe(Math.round(Math.min(30_000, Math.max(250, usualMs / 4))));
      }),
    );
  });

  it('never shrinks where runs take longer', () => {
    fc.assert(
      fc.property(usual, usual, (one, other) => {
        expect(lingerMs(Math.max(one, other), true)).toBeGreaterThanOrEqual(lingerMs(Math.min(one, other), true));
      }),
    );
  });

  it('is short where nothing is known of how long runs take', () => {
    expect(lingerMs(null, true)).toBe(5_000);
  });

  it.each([null, 1_000])('is the longest when nothing is left to start, though runs take %p ms', (usualMs) => {
    expect(lingerMs(usualMs, false)).toBe(30_000);
  });
});
