/** The first run that ends after a time: never an old one, and none is passed over. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pickRun, reachesBack } from '../../../src/executions/next-run/pick-run';
import { polytomicNow } from '../../../src/polytomic/server-clock';
import type { ShapedExecution } from '../../../src/executions/sync-adapter';
import { run } from './support/runs';

const hour = 3_600_000;

interface Question {
  endedAfter?: number;
  inProgress?: string[];
  now?: number;
}

function pick(runs: ShapedExecution[], { endedAfter = 1_000, inProgress = [], now = 9_000 }: Question = {}) {
  return pickRun(runs, { endedAfter, inProgress: new Set(inProgress) }, now)?.executionId;
}

describe('the run that is picked', () => {
  it('is the one that ended first after the time, whatever came later', () => {
    expect(pick([run('now', 6_000), run('second', 4_000, 5_000), run('first', 2_000, 3_000)])).toBe('first');
  });

  it('is not one that ended at the time or before', () => {
    expect(pick([run('at', 500, 1_000), run('before', 100, 400)])).toBeUndefined();
  });

  it('is the one in progress, whenever it began, if none has ended', () => {
    expect(pick([run('old', 100, 400), run('going', 10)])).toBe('going');
  });

  it('is the oldest of several in progress, which queue', () => {
    expect(pick([run('queued', 3_000), run('going', 2_000)])).toBe('going');
  });

  it('is none in progress while the time has not come', () => {
    expect(pick([run('going', 10)], { endedAfter: 9_001 })).toBeUndefined();
    expect(pick([run('going', 10)], { endedAfter: 9_000 })).toBe('going');
  });

  it('is one that ended without telling when, if it began after the time', () => {
    expect(pick([run('silent', 1_001, null)])).toBe('silent');
  });

  it('is not one that ended without telling when and may be an old one', () => {
    expect(pick([run('silent', 900, null)])).toBeUndefined();
  });

  it('is one that was seen in progress after the time, whatever is told of its end', () => {
    expect(pick([run('seen', 100, null)], { inProgress: ['seen'] })).toBe('seen');
    expect(pick([run('seen', 100, 999)], { inProgress: ['seen'] })).toBe('seen');
  });

  it('is not one that was interrupted long ago and never told that it ended', () => {
    const interrupted = { ...run('stuck', 0), status: 'interrupted' };
    expect(pick([interrupted], { now: hour })).toBeUndefined();
    expect(pick([interrupted], { now: 60_000 })).toBe('stuck');
  });

  it('ended after the time, before all others that did, for whatever runs in whatever order', () => {
    const anyRun = fc.tuple(fc.nat(100), fc.nat(100)).map(([began, took]) => [began, began + took] as const);
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 8 }), fc.nat(200), fc.func(fc.nat()), (times, endedAfter, order) => {
        const runs = times.map(([began, ended], index) => run(`run-${index}`, began, ended));
        const shuffled = runs.toSorted((one, other) => order(one.executionId) - order(other.executionId));
        const found = pickRun(shuffled, { endedAfter, inProgress: new Set() }, hour);
        const ends = times.map(([, ended]) => ended).filter((ended) => ended > endedAfter);
        expect(found ? [Date.parse(found.completedAt ?? '')] : []).toEqual(ends.length > 0 ? [Math.min(...ends)] : []);
      }),
    );
  });
});

describe('a page of runs', () => {
  it('reaches back far enough with the first run that ended before the time', () => {
    expect(reachesBack([run('new', 5_000, 6_000), run('old', 100, 900)], 1_000)).toBe(true);
  });

  it('does with one that does not tell when it ended, as those before it had ended when it began', () => {
    expect(reachesBack([run('new', 5_000, 6_000), run('silent', 50, null)], 1_000)).toBe(true);
  });

  it('does not with runs that ended later, go on, or began later and do not tell', () => {
    expect(reachesBack([run('new', 5_000, 6_000), run('going', 100), run('silent', 1_050, null)], 1_000)).toBe(false);
  });
});

describe("Polytomic's time", () => {
  const date = 'Sun, 22 Nov 2026 10:00:05 GMT';
  const told = Date.parse(date);

  it.each([
    ['the local clock within the second that the answer tells', told + 400, told + 400],
    ['the end of that second where the local clock is slow', told - 90_000, told + 1_000],
    ['the end of that second where the local clock is fast', told + 90_000, told + 1_000],
  ])('is %s', (_name, local, expected) => {
    expect(polytomicNow(date, local, 0)).toBe(expected);
  });

  it('is the local clock where an answer was on its way for long, as on a busy machine', () => {
    expect(polytomicNow(date, told + 3_500, 3_200)).toBe(told + 3_500);
    expect(polytomicNow(date, told + 3_500, 1_000)).toBe(told + 2_000);
  });

  it.each([undefined, 'yesterday'])('is the local clock where the answer tells %s', (nothing) => {
    expect(polytomicNow(nothing, 123, 0)).toBe(123);
  });

  it('is never before the true one, so that nothing old seems to have ended after it', () => {
    fc.assert(
      fc.property(fc.nat(10 * hour), fc.integer({ min: -hour, max: hour }), fc.nat(60_000), (truly, skew, wayMs) => {
        const header = new Date(told + truly).toUTCString();
        const agreeing = Math.abs(skew) < 1_000 + wayMs ? 0 : skew;
        const now = told + truly + wayMs;
        expect(polytomicNow(header, now + agreeing, wayMs)).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});
