/** What inline calls hand to the workflow around them, and what of it can come back. */
import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import { beforeEach, expect, it, jest } from '@jest/globals';
import type * as runEngines from '../../../src/workflows/run-engine';
import { fanOutProgressOf } from '../../../src/workflows/engine/progress';
import { fanOutState } from './engine/support';

const warnings: unknown[] = [];

jest.doMock('@temporalio/workflow', () => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  log: { warn: (message: string, attributes: object) => warnings.push({ message, ...attributes }) },
}));

/** Loaded after the mock is there. */
const load = () => jest.requireActual<typeof runEngines>('../../../src/workflows/run-engine');

beforeEach(() => void warnings.splice(0));

it('logs what a listener throws, as the run would go on with nobody who waits for it', () => {
  const listener = load().guardListener(() => {
    throw new Error('no such field');
  });
  expect(() => listener({})).not.toThrow();
  expect(warnings).toEqual([{ message: 'onProgress has thrown; the run goes on', error: 'no such field' }]);
});

it('gives a listener copies, so that what it changes there changes no result', () => {
  const state = fanOutState();
  state.failed.push({ syncId: 's1', name: null, executionId: null, outcome: 'failed' });
  const before = structuredClone(state);
  const { counts, failed } = fanOutProgressOf(state, Date.now());
  counts.failed = 77;
  for (const sync of failed) sync.syncId = 'another';
  failed.length = 0;
  expect(state).toEqual(before);
});

it('ends as cancelled where the input is still being read, and not as an activity', async () => {
  const cause = new CancelledFailure('Activity cancelled');
  const cancelled = new ActivityFailure('Activity cancelled', 'polytomic.prepareRuns', '1', 'IN_PROGRESS', 'me', cause);
  const end = load().unwrapActivityFailure(() => Promise.reject(cancelled));
  await expect(end).rejects.toBeInstanceOf(CancelledFailure);
});
