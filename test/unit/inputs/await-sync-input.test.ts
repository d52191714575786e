/** The input of `awaitSync`. */
import { describe, expect, it } from '@jest/globals';
import { isInvalidInputError } from '../../../src/inputs/invalid-input-error';
import { parseAwaitSyncInput } from '../../../src/inputs/await-sync-input';

function issuesOf(input: unknown): Record<string, string> {
  try {
    parseAwaitSyncInput(input);
  } catch (error) {
    if (isInvalidInputError(error)) {
      return Object.fromEntries(error.issues.map(({ field, message }) => [field, message]));
    }
    throw error;
  }
  throw new Error('The input was accepted.');
}

const least = { kind: 'bulk', syncId: 'lake' };

describe('the input of awaitSync', () => {
  it('needs no more than a sync and its kind', () => {
    expect(parseAwaitSyncInput(least)).toMatchObject({
      ...least,
      organization: 'default',
      executionId: null,
      completedAfter: null,
      options: { timeoutMs: 604_800_000, onFailure: 'throw', errorText: 'include', warnAfter: { timesMedian: 3 } },
    });
  });

  it('takes a run or a time, and what every wait understands', () => {
    const shared = { organization: 'eu', timeout: 'PT2H', warnAfter: '1 hour', onFailure: 'return' };
    const limits = { maxErrorRecords: 1, maxErrorRatio: 0.5, minRecords: 2, errorText: 'omit' };
    const input = { ...least, completedAfter: '2026-11-22T10:00:00+01:00', ...shared, ...limits };
    expect(parseAwaitSyncInput(input)).toMatchObject({
      organization: 'eu',
      completedAfter: '2026-11-22T10:00:00+01:00',
      options: { timeoutMs: 7_200_000, warnAfter: { ms: 3_600_000 }, onFailure: 'return', ...limits },
    });
    expect(parseAwaitSyncInput({ ...least, executionId: 'run' })).toMatchObject({ executionId: 'run' });
  });

  it('takes no run together with a time, and names both', () => {
    const input = { ...least, executionId: 'run', completedAfter: '2026-11-22T10:00:00Z' };
    expect(issuesOf(input)).toEqual({ completedAfter: expect.stringContaining('executionId') });
  });

  it('takes an ingestion instead of a run, of bulk syncs and without what judges a run', () => {
    const input = { ...least, caughtUpWithin: 'PT5M' };
    expect(parseAwaitSyncInput(input)).toMatchObject({ caughtUpWithinMs: 300_000, executionId: null });
    expect(parseAwaitSyncInput(least)).toMatchObject({ caughtUpWithinMs: null });
    expect(issuesOf({ ...input, kind: 'model' })).toEqual({ caughtUpWithin: expect.stringContaining("kind 'bulk'") });
    expect(issuesOf({ ...input, caughtUpWithin: '9 seconds' })).toEqual({
      caughtUpWithin: expect.stringContaining('10 seconds or more'),
    });
    const time = '2026-11-22T10:00:00Z';
    const ofRuns = { minRecords: 1, stalledAfter: '1 hour', liveCounts: '1 minute' };
    expect(issuesOf({ ...input, completedAfter: time, ...ofRuns })).toEqual({
      caughtUpWithin: expect.stringContaining('completedAfter'),
      liveCounts: expect.stringContaining('caughtUpWithin'),
      minRecords: expect.stringContaining('caughtUpWithin'),
      stalledAfter: expect.stringContaining('caughtUpWithin'),
    });
  });

  it('understands onCancel and onTimeout, which concern runs of its own only', () => {
    expect(() => parseAwaitSyncInput({ ...least, onCancel: 'leaveRunning', onTimeout: 'cancelOwn' })).not.toThrow();
  });

  it.each(['ifRunning', 'startedAfter', 'ifInactive', 'start', 'retryFailedSchemas', 'executionID'])(
    'refuses %s, which it would not heed',
    (field) => {
      expect(issuesOf({ ...least, [field]: 'attach' })).toEqual({ [field]: expect.stringContaining('unknown field') });
    },
  );

  it('names every bad field at once', () => {
    const input = { kind: 'both', syncId: '../x', executionId: 'run', completedAfter: 'yesterday', timeout: 0 };
    expect(Object.keys(issuesOf(input)).sort()).toEqual(['completedAfter', 'kind', 'syncId', 'timeout']);
  });

  it.each([undefined, null, 'lake', []])('refuses %j', (input) => {
    expect(issuesOf(input)).toEqual({ input: expect.stringContaining('object') });
  });
});
