import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assumedHazard, hazardPerSecond, isLate, wantedIntervalMs } from '../../../src/executions/watcher/hazard';

const minute = 60_000;
const hour = 60 * minute;
/** Many runs, so that the assumption about few does not matter. */
const hourly = { medianMs: hour, sigma: 0.15, runs: 1_000 };

describe('the hazard of a lognormal duration', () => {
  it.each([
    // 2 φ(0) / (σ · 3600 s) at the median; elsewhere by numerical integration of the density.
    [1, 0.001478],
    [0.8, 0.000352],
    [1.2, 0.002664],
    [1.4, 0.003403],
  ])('at %s times the median is %s a second', (times, expected) => {
    expect(hazardPerSecond(hourly, times * hour)).toBeCloseTo(expected, 4);
  });

  it('adds up to the share of runs that have ended', () => {
    let survival = 1;
    for (let age = 0; age < 1.15 * hour; age += 1_000) survival *= 1 - hazardPerSecond(hourly, age + 500);
    // Φ(ln(1.15) / 0.15) = 0.8243
    expect(1 - survival).toBeCloseTo(0.824, 2);
  });

  it('is nothing at no age, and finite however far out', () => {
    expect(hazardPerSecond(hourly, 0)).toBe(0);
    expect(hazardPerSecond(hourly, 1)).toBeCloseTo(0, 12);
    for (const age of [10 * hour, 1_000 * hour]) expect(hazardPerSecond(hourly, age)).toBeGreaterThan(0);
  });
});

describe('the interval of a single execution', () => {
  it('stays between two seconds and two minutes for any history and age', () => {
    const usual = fc.record({
      medianMs: fc.double({ min: 1, max: 1e9, noNaN: true }),
      sigma: fc.double({ min: 0, max: 3, noNaN: true }),
      runs: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.option(usual), fc.double({ min: -1e6, max: 1e10, noNaN: true }), (known, age) => {
        const interval = wantedIntervalMs(known, age);
        expect(interval).toBeGreaterThanOrEqual(2_000);
        expect(interval).toBeLessThanOrEqual(120_000);
      }),
    );
  });

  it('is shortest when the run usually ends', () => {
    const at = (times: number): number => wantedIntervalMs(hourly, times * hour);
    expect(at(0.3)).toBe(2 * minute);
    expect(at(1)).toBeLessThan(15_000);
    expect(at(1)).toBeLessThan(at(0.8));
  });

  it('grows again when the run is later than its history explains', () => {
    expect(isLate(hourly, 1.4 * hour)).toBe(false);
    expect(isLate(hourly, 1.6 * hour)).toBe(true);
    expect(wantedIntervalMs(hourly, 3 * hour)).toBe(minute);
  });

  it('grows with the age where nothing is known, up to a minute', () => {
    const ages = [0, 10_000, 20_000, minute, 5 * minute, 10 * minute, hour];
    expect(ages.map((age) => wantedIntervalMs(null, age))).toEqual([
      2_000,
      2_000,
      2_000,
      6_000,
      30_000,
      minute,
      minute,
    ]);
    expect(isLate(null, hour)).toBe(false);
  });

  it('takes a few equal runs for no certainty', () => {
    const certain = { medianMs: hour, sigma: 0, runs: 1 };
    expect(wantedIntervalMs(certain, 0.8 * hour)).toBeLessThan(2 * minute);
  });

  it('is that of the unknown where a history has no run or no length', () => {
    expect(wantedIntervalMs({ medianMs: hour, sigma: 0.1, runs: 0 }, minute)).toBe(6_000);
    expect(wantedIntervalMs({ medianMs: 0, sigma: 0.1, runs: 5 }, minute)).toBe(6_000);
  });
});

it('assumes a hazard of a run without history for which its own interval would be the best', () => {
  expect(assumedHazard(null, hour)).toBeCloseTo(assumedHazard(null, 10 * minute), 10);
  expect(assumedHazard(null, minute)).toBeGreaterThan(assumedHazard(null, 5 * minute));
  expect(assumedHazard(hourly, hour)).toBe(hazardPerSecond(hourly, hour));
});
