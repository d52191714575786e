/** Lengths of time, in every way an input may write them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toMilliseconds } from '../../../src/rules/duration';

describe('toMilliseconds', () => {
  it.each([
    [0, 0],
    [1500, 1500],
    ['2 hours', 7_200_000],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['250', 250],
    [' 1 minute ', 60_000],
    ['PT2H', 7_200_000],
    ['P1DT30M', 88_200_000],
    ['P1W', 604_800_000],
    ['PT0.5S', 500],
    ['PT0S', 0],
  ])('reads %j as %d ms', (value, expected) => {
    expect(toMilliseconds(value)).toBe(expected);
  });

  it.each([
    ['P1Y'],
    ['P1M'],
    ['P'],
    ['PT'],
    ['P1DT'],
    ['PT1H30'],
    ['PT-1H'],
    ['-1 hour'],
    ['soon'],
    [''],
    ['   '],
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e300],
    ['1e3 hours'],
    ['99999999999999 weeks'],
    [null],
    [undefined],
    [true],
    [{}],
    [['1h']],
  ])('refuses %j', (value) => {
    expect(toMilliseconds(value)).toBeUndefined();
  });

  it('adds up the parts of any ISO 8601 duration', () => {
    const part = fc.nat(500);
    fc.assert(
      fc.property(part, part, part, part, part, (w, d, h, m, s) => {
        const seconds = (((w * 7 + d) * 24 + h) * 60 + m) * 60 + s;
        expect(toMilliseconds(`P${w}W${d}DT${h}H${m}M${s}S`)).toBe(seconds * 1000);
      }),
    );
  });

  it('answers whole milliseconds, zero or more, or nothing, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const length = toMilliseconds(value);
        expect(length === undefined || (Number.isSafeInteger(length) && length >= 0)).toBe(true);
      }),
    );
  });
});
