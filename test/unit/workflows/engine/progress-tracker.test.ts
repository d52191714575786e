/** What is shown of the run of one sync, from its first step to its end. */
import { expect, it } from '@jest/globals';
import { firstFanOutProgress } from '../../../../src/workflows/engine/progress';
import { ProgressTracker } from '../../../../src/workflows/engine/progress-tracker';
import { newWishes } from '../../../../src/workflows/engine/state';
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

it('has ended once the workflow failed before there was a state', () => {
  const shown: unknown[] = [];
  const tracker = new ProgressTracker(({ phase }) => shown.push(phase));
  tracker.end();
  expect([shown, tracker.current.phase]).toEqual([['ended'], 'ended']);
});

it.each([
  [false, null, 'preparing'],
  [true, null, 'paused'],
  [true, 5, 'ended'],
] as const)('is that of a fan-out without a state (paused: %s, ended at: %s): %s', (paused, endedAt, phase) => {
  const progress = firstFanOutProgress({ ...newWishes(), paused }, { began: 1, endedAt });
  expect(progress).toMatchObject({ phase, since: new Date(endedAt ?? 1).toISOString() });
});
