/** How long ends are gathered. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gatheredDeadline, lingerMs } from '../../../src/rules/linger';

const more = { endsMatter: true, mostMs: 30_000 };
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
        expect(lingerMs(usualMs, { endsMatter: true, mostMs })).toBeLessThanOrEqual(mostMs);
      }),
    );
  });

  it.each([null, 1_000])(
    'is the longest when nothing is to be done about an end, though runs take %p ms',
    (usualMs) => {
      expect(lingerMs(usualMs, { endsMatter: false, mostMs: 2_000 })).toBe(30_000);
    },
  );
});

describe('the deadline of a wait', () => {
  it('is none where nothing is due', () => {
    expect(gatheredDeadline([], { now: 0, lingerMs: 1_000 })).toBeNull();
  });

  it('comes after the first that is due, by the linger at most, and soon for what is due soon', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, fc.nat(1e9), fc.nat(30_000), (due, now, linger) => {
        const first = Math.min(...due);
        const after = (gatheredDeadline(due, { now, lingerMs: linger }) ?? NaN) - first;
        expect(after).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(linger);
        expect(after).toBeLessThanOrEqual(Math.max(0, first - now) / 4 + 1);
      }),
    );
  });
});
