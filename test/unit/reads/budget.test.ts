import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Budget } from '../../../src/executions/reads/budget';

const minute = 60_000;

const singles = (count: number) => Array.from({ length: count }, () => ({ after: 0, shared: false }));

/** Requests sent as soon as the budget allows, each after it was wanted. */
function send(budget: Budget, wanted: { after: number; shared: boolean }[]): number[] {
  let now = 0;
  return wanted.map(({ after, shared }) => {
    now = Math.max(now + after, shared ? budget.nextPollAt() : budget.nextReadAt());
    if (shared) budget.recordPoll(now);
    else budget.recordRead(now);
    return now;
  });
}

const mostInAMinute = (times: number[]): number =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + minute).length));

describe('the budget', () => {
  it('holds in every minute, whatever is asked of it', () => {
    const wanted = fc.array(fc.record({ after: fc.nat(5_000), shared: fc.boolean() }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(wanted, fc.integer({ min: 1, max: 60 }), fc.nat(80), (requests, perMinute, reserved) => {
        const budget = new Budget(perMinute);
        budget.reserve(reserved);
        expect(mostInAMinute(send(budget, requests))).toBeLessThanOrEqual(perMinute);
      }),
    );
  });

  it('spends all of itself on single looks when nothing else wants it', () => {
    const times = send(new Budget(30), singles(90));
    expect(times.at(-1)).toBeLessThanOrEqual(3 * minute);
  });

  it('lets a handful go at once and paces the rest', () => {
    const times = send(new Budget(30), singles(20));
    expect(times.filter((time) => time === 0)).toHaveLength(10);
    expect(times.slice(10).map((time, index, all) => time - (all[index - 1] ?? 0))).toEqual(Array(10).fill(2_000));
  });

  it('keeps the reserve for shared requests, however many single looks are wanted', () => {
    const budget = new Budget(30);
    budget.reserve(12);
    const times = send(budget, singles(100));
    expect(mostInAMinute(times)).toBe(18);
    const last = times.at(-1)!;
    for (let shared = 0; shared < 12; shared++) {
      expect(budget.nextPollAt()).toBeLessThanOrEqual(last);
      budget.recordPoll(last);
    }
    expect(budget.nextPollAt()).toBeGreaterThan(last);
  });
});
