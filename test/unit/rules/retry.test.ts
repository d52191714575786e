import { describe, expect, it } from '@jest/globals';
import { mayRetry } from '../../../src/rules/retry';

const retry = { attempts: 3, delayMs: 0, on: ['failed', 'timedOut'] as ('failed' | 'timedOut')[] };
const result = { outcome: 'failed', attached: false, executionId: 'run' } as const;

describe('mayRetry', () => {
  it('allows as many attempts as were asked for, the first included', () => {
    const may = [1, 2, 3].map((attempts) => mayRetry(retry, { result, attempts }));
    expect(may).toEqual([true, true, false]);
    expect(mayRetry(undefined, { result, attempts: 1 })).toBe(false);
  });

  it('allows one after the outcomes that were named only', () => {
    const outcomes = ['failed', 'timedOut', 'partiallyFailed', 'canceled', 'skipped', 'completed'] as const;
    const may = outcomes.filter((outcome) => mayRetry(retry, { result: { ...result, outcome }, attempts: 1 }));
    expect(may).toEqual(['failed', 'timedOut']);
  });

  it.each([
    ['a run that was attached to', { attached: true }],
    ['a start that came to no run', { executionId: null }],
    ['a run whose cancel was not confirmed', { outcome: 'timedOut', cancelConfirmed: false }],
  ] as const)('allows none after %s', (_name, some) => {
    expect(mayRetry(retry, { result: { ...result, ...some }, attempts: 1 })).toBe(false);
  });

  it('allows one after a run that was cancelled as it took too long', () => {
    const timedOut = { ...result, outcome: 'timedOut', cancelConfirmed: true } as const;
    expect(mayRetry(retry, { result: timedOut, attempts: 1 })).toBe(true);
  });
});
