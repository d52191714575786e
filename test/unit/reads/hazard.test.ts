import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  assumedHazard,
  bestIntervalMs,
  earliestEndMs,
  hazardPerSecond,
  nextReadAgeMs,
  spread,
  type DurationStats,
} from '../../../src/executions/reads/hazard';

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

/** Any history that the API may show, of enough runs that the assumption about few does not matter. */
const histories = fc.record({
  medianMs: fc.integer({ min: 852, max: 1_758 }).map((log) => Math.exp(log / 100)),
  sigma: fc.integer({ min: 2, max: 80 }).map((percent) => percent / 100),
  runs: fc.constant(1_000),
});

describe('the next read of a run whose history is known', () => {
  it('costs no more than a tenth more, in reads times latency, than the best of all schedules at that price', () => {
    fc.assert(
      fc.property(histories, (stats) => {
        const [own, best] = [costOf(stats, scheduleOf(stats)), costOf(stats, bestSchedule(stats))];
        // Below a tenth of a second, nothing is gained by anything.
        expect(own.reads * own.latency).toBeLessThanOrEqual(1.1 * best.reads * best.latency + 0.1);
      }),
      { numRuns: 20 },
    );
  });

  it('comes at most three times before the earliest likely end', () => {
    fc.assert(
      fc.property(histories, (stats) => {
        const early = scheduleOf(stats).filter((age) => age < earliestEndMs(stats) - 1);
        expect(early.length).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('is set past no time at which hardly any run is left, and never oscillates', () => {
    fc.assert(
      fc.property(histories, fc.double({ min: 0, max: 1.2, noNaN: true }), (stats, share) => {
        const age = share * stats.medianMs;
        const next = nextReadAgeMs(stats, age);
        const likely = stats.medianMs * Math.exp(3.01 * spread(stats));
        expect(next).toBeGreaterThanOrEqual(age + 2_000);
        // Beyond that time the run follows no history: intervals of 5 s, later a thirtieth of the age, at most a minute.
        const blind = Math.min(Math.max(5_000, age / 30), 60_000);
        expect(next).toBeLessThanOrEqual(Math.max(likely, age + blind));
        // Whoever looks a little later reads no earlier.
        expect(nextReadAgeMs(stats, age + 100)).toBeGreaterThanOrEqual(next - 1);
      }),
    );
  });

  it('is rare again when the run is later than its history explains', () => {
    const at = 3 * hour;
    expect(nextReadAgeMs(hourly, at) - at).toBeCloseTo(minute, -3);
  });

  it('is that of the unknown where a history has no run or no length', () => {
    expect(nextReadAgeMs({ medianMs: hour, sigma: 0.1, runs: 0 }, minute)).toBe(minute + 5_000);
    expect(nextReadAgeMs({ medianMs: 0, sigma: 0.1, runs: 5 }, minute)).toBe(minute + 5_000);
  });

  it('takes a few equal runs for no certainty', () => {
    const certain = { medianMs: hour, sigma: 0, runs: 1 };
    expect(nextReadAgeMs(certain, 0)).toBeLessThan(0.8 * hour);
  });
});

it('reads a run of which nothing is known every five seconds, and from half an hour on every minute', () => {
  const intervals = [0, 10_000, minute, 5 * minute, 10 * minute, hour].map((age) => nextReadAgeMs(null, age) - age);
  expect(intervals).toEqual([5_000, 5_000, 5_000, 10_000, 20_000, minute]);
});

it('assumes a hazard of a run without history for which its own interval would be the best', () => {
  expect(assumedHazard(null, hour)).toBeCloseTo(assumedHazard(null, 40 * minute), 10);
  expect(assumedHazard(null, minute)).toBeGreaterThan(assumedHazard(null, 10 * minute));
  expect(assumedHazard(hourly, hour)).toBe(hazardPerSecond(hourly, hour));
  expect(bestIntervalMs(assumedHazard(null, hour))).toBeCloseTo(minute, 0);
});

/** All reads of a run that does not end, until hardly any is left. */
function scheduleOf(stats: DurationStats): number[] {
  const ages: number[] = [];
  for (let age = 0; endedBy(stats, age) < 1 - 1e-6 && ages.length < 5_000; ages.push(age))
    age = nextReadAgeMs(stats, age);
  return ages;
}

const endedBy = (stats: DurationStats, ageMs: number): number =>
  ageMs <= 0 ? 0 : normalShare(Math.log(ageMs / stats.medianMs) / spread(stats));

/** Φ(z), by another formula than the one under test (Abramowitz and Stegun 7.1.26). */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(z) / Math.SQRT2));
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const error = tail * Math.exp((-z * z) / 2);
  return z >= 0 ? 1 - error / 2 : error / 2;
}

/** Expected reads of a run, and seconds until its end is seen, read at these ages. */
function costOf(stats: DurationStats, ages: readonly number[]): { reads: number; latency: number } {
  const cost = { reads: 0, latency: 0 };
  let before = 0;
  for (const age of ages) {
    cost.reads += 1 - endedBy(stats, before);
    const steps = 60;
    for (let step = 0; step < steps; step++) {
      const middle = before + ((age - before) * (step + 0.5)) / steps;
      cost.latency += ((endedBy(stats, middle) - endedBy(stats, before)) * (age - before)) / steps / 1_000;
    }
    before = age;
  }
  return cost;
}

/**
 * The best of all schedules that read no more often than every two seconds and at most three times before the earliest
 * likely end, where a read costs as much as 0.12 s of latency; by dynamic programming over a grid of ages.
 */
function bestSchedule(stats: DurationStats): number[] {
  const steps = 300;
  const grid = [0, ...Array.from({ length: steps }, (_, step) => gridAge(stats, step / (steps - 1)))];
  const share = grid.map((age) => endedBy(stats, age));
  const unseen = [0];
  for (let at = 1; at < grid.length; at++) {
    unseen[at] = unseen[at - 1]! + ((grid[at]! - grid[at - 1]!) / 1_000) * ((share[at]! + share[at - 1]!) / 2);
  }
  const earliest = earliestEndMs(stats);
  const last = grid.length - 1;
  const best = Array.from({ length: 4 }, () => Array.from({ length: grid.length }, () => ({ cost: 0, next: last })));
  for (let at = last - 1; at >= 0; at--) {
    for (let early = 3; early >= 0; early--) {
      let found = { cost: Infinity, next: last };
      for (let next = at + 1; next <= last; next++) {
        if (grid[next]! - grid[at]! < 2_000 && next < last) continue;
        const after = grid[next]! < earliest ? early + 1 : early;
        if (after > 3) continue;
        const latency = unseen[next]! - unseen[at]! - ((grid[next]! - grid[at]!) / 1_000) * share[at]!;
        const cost = 0.12 * (1 - share[at]!) + latency + best[after]![next]!.cost;
        if (cost < found.cost) found = { cost, next };
      }
      best[early]![at] = found;
    }
  }
  const ages: number[] = [];
  for (let at = 0, early = 0; at < last;) {
    at = best[early]![at]!.next;
    if (grid[at]! < earliest) early += 1;
    ages.push(grid[at]!);
  }
  return ages;
}

/** From four deviations below the median to five above it. */
const gridAge = (stats: DurationStats, share: number): number =>
  stats.medianMs * Math.exp((9 * share - 4) * spread(stats));
