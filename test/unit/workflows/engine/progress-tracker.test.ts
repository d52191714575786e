/** What is shown of the run of one sync, from its first step to its end. */
import { expect, it } from '@jest/globals';
import { ProgressTracker } from '../../../../src/workflows/engine/progress-tracker';
import { fanOutState, runningJob } from './support';

it('names the sync to the end, at which there is no job any more', () => {
  const shown: unknown[] = [];
  const tracker = new ProgressTracker(({ phase, syncId }, name) => shown.push([phase, syncId, name]));
  const state = fanOutState();
  const job = runningJob('s1', { name: 'Lake' });
  tracker.update({ ...state, jobs: { s1: job } });
  tracker.update({ ...state, jobs: {}, lastRun: { syncId: 's1', executionId: 'e1', status: 'completed' } });
  expect(shown).toEqual([
    ['running', 's1', 'Lake'],
    ['ended', 's1', 'Lake'],
  ]);
});
