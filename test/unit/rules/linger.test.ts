/** How long ends are gathered. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lingerMs } from '../../../src/rules/linger';

const more = { moreToStart: true, mostMs: 30_000 };
const usual = fc.integer({ min: 1, max: 86_400_000 });

describe('the linger', () => {
  it('is a quarter of the usual duration, at least a quarter of a second and at most 30 seconds', () => {
    fc.assert(
      fc.property(usual, (usualMs) => {
        const ms = lingerMs(usualMs, more);
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBe(Math.round(Math.min(30_000, Math.max(250, usualMs / 4))));
      }),
    );
  });

  it('never shrinks where runs take longer', () => {
    fc.assert(
      fc.property(usual, usual, (one, other) => {
        expect(lingerMs(Math.max(one, other), more)).toBeGreaterThanOrEqual(lingerMs(Math.min(one, other), more));
      }),
    );
  });

  it('is short where nothing is known of how long runs take', () => {
    expect(lingerMs(null, more)).toBe(5_000);
  });

  it('is no longer than the source of what comes next allows', () => {
    fc.assert(
      fc.property(fc.option(usual), fc.nat(30_000), (usualMs, mostMs) => {
        expect(lingerMs(usualMs, { moreToStart: true, mostMs })).toBeLessThanOrEqual(mostMs);
      }),
    );
  });

  it.each([null, 1_000])('is the longest when nothing is left to start, though runs take %p ms', (usualMs) => {
    expect(lingerMs(usualMs, { moreToStart: false, mostMs: 2_000 })).toBe(30_000);
  });
});
