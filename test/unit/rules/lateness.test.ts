import { describe, expect, it } from '@jest/globals';
import { lateAfterMs } from '../../../src/rules/lateness';

const usual = { medianMs: 60_000, sigma: 0.1, runs: 10 };

describe('lateAfterMs', () => {
  it('is the time given, whatever is usual', () => {
    expect(lateAfterMs({ ms: 5 }, usual)).toBe(5);
  });
  it('is so many times the usual duration', () => {
    expect(lateAfterMs({ timesMedian: 3 }, usual)).toBe(180_000);
  });
  it('is not before the end of a short run can have been seen, unless a time is given', () => {
    expect(lateAfterMs({ timesMedian: 3 }, { ...usual, medianMs: 500 })).toBe(5_000);
    expect(lateAfterMs({ ms: 1_000 }, { ...usual, medianMs: 500 })).toBe(1_000);
  });
  it('is never where nothing is usual yet', () => {
    expect(lateAfterMs({ timesMedian: 3 }, null)).toBeNull();
  });
});
