/** How starts are spread over time: judged by every minute of simulated hours. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allowanceOf, nextAllowanceAt, noteTaken, type PaceState } from '../../../src/rules/pace';

const minute = 60_000;

/** One step of somebody who starts syncs: when he comes, and how much of the allowance he uses. */
interface Step {
  /** Milliseconds after the last step; null: just when `nextAt` told him to come. */
  waitMs: number | null;
  share: number;
  /** The workflow continues as new before. */
  carried: boolean;
}

/** A pace, held in one place. */
class Pace {
  state: PaceState = { recent: [], notBefore: 0 };

  constructor(readonly perMinute: number | null) {}

  allowance(now: number): number {
    return allowanceOf(this.state, this.perMinute, now);
  }

  took(count: number, now: number): void {
    const { perMinute } = this;
    this.state = noteTaken(this.state, { perMinute, count, now });
  }

  nextAt(now: number): number {
    return nextAllowanceAt(this.state, this.perMinute, now);
  }
}

const steps = fc.array(
  fc.record({
    waitMs: fc.option(fc.nat(90_000)),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    carried: fc.boolean(),
  }),
  { maxLength: 80 },
);

/** Every start by its time. */
function simulate(perMinute: number, taken: readonly Step[]): number[] {
  const starts: number[] = [];
  const pace = new Pace(perMinute);
  let now = 1_000_000;
  for (const { waitMs, share, carried } of taken) {
    if (carried) pace.state = JSON.parse(JSON.stringify(pace.state)) as PaceState;
    now = waitMs === null ? pace.nextAt(now) : now + waitMs;
    const count = Math.ceil(pace.allowance(now) * share);
    pace.took(count, now);
    for (let index = 0; index < count; index++) starts.push(now);
  }
  return starts;
}

describe('the pace of starts', () => {
  it('is never more than so many in any minute, whenever somebody comes and whatever he takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), steps, (perMinute, taken) => {
        const starts = simulate(perMinute, taken);
        for (const [index, at] of starts.entries()) {
          expect((starts[index + perMinute] ?? Infinity) - at).toBeGreaterThanOrEqual(minute);
        }
      }),
    );
  });

  it('is never stuck: at the time that it tells some may start, less than two and a half minutes ahead', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), steps, fc.nat(90_000), (perMinute, taken, later) => {
        const pace = new Pace(perMinute);
        let now = 0;
        for (const { waitMs, share } of taken) {
          now += waitMs ?? 0;
          pace.took(Math.ceil(pace.allowance(now) * share), now);
        }
        now += later;
        const next = pace.nextAt(now);
        expect(next).toBeGreaterThanOrEqual(now);
        expect(next - now).toBeLessThan(2.5 * minute);
        expect(pace.allowance(next)).toBeGreaterThan(0);
      }),
    );
  });

  it('comes close to what was asked for when all that may start does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(1_000_000), (perMinute, beginning) => {
        const pace = new Pace(perMinute);
        let started = 0;
        for (let now = beginning; now < beginning + 30 * minute; now = pace.nextAt(now + 1)) {
          const count = pace.allowance(now);
          pace.took(count, now);
          started += count;
        }
        expect(started).toBeGreaterThan(0.8 * 30 * perMinute);
      }),
    );
  });

  it('spreads a minute over lots, rather than starting all at once', () => {
    const pace = new Pace(60);
    expect(pace.allowance(0)).toBe(10);
    pace.took(10, 0);
    expect(pace.allowance(1)).toBe(0);
    expect(Math.abs(pace.nextAt(1) - 10_000)).toBeLessThanOrEqual(1_000);
  });

  it('knows no bounds where none were asked for', () => {
    const pace = new Pace(null);
    pace.took(1_000, 0);
    expect(pace.allowance(0)).toBe(Infinity);
    expect(pace.nextAt(7)).toBe(7);
  });
});
