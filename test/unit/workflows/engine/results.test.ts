/** What a fan-out comes to whose list nobody has read. */
import { expect, it } from '@jest/globals';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import { noteListed } from '../../../../src/workflows/engine/queue';
import { fanOutResult } from '../../../../src/workflows/engine/results';
import { closeIfDue } from '../../../../src/workflows/engine/stops';
import { step } from '../../../../src/workflows/engine/step';
import type { EngineState } from '../../../../src/workflows/engine/state';
import { began, fanOutState, listOf } from './support';

const timeoutMs = 60_000;
const identity = { workflowId: 'w', runId: 'r' };

/** Its time is up. */
function timedOut(state: EngineState): EngineState {
  closeIfDue(state, began + timeoutMs);
  return state;
}

const failureOf = (state: EngineState): unknown => {
  try {
    return fanOutResult(state);
  } catch (error) {
    return error;
  }
};

it.each([
  ['throw', false],
  ['return', false],
  ['return', true],
] as const)('fails when its time is up before the list was read (onFailure: %s, dry run: %s)', (onFailure, dryRun) => {
  const state = timedOut(fanOutState({ dryRun }, { timeoutMs, onFailure }));
  expect(failureOf(state)).toMatchObject({
    type: 'polytomic.SyncTimedOut',
    message: 'the timeout of the workflow passed before the list of syncs was read',
    details: [{ total: 0, failures: [], listComplete: false }],
  });
});

it('tells of every sync once the list was read, and of none where there is none', () => {
  const read = fanOutState({}, { timeoutMs, onFailure: 'return' });
  noteListed(read, { ...listOf(['a', 'b']), total: 5, nextAfter: 'b' }, began);
  expect(failureOf(timedOut(read))).toMatchObject({ total: 5, timedOut: 5, listComplete: true });
  const none = fanOutState({}, { timeoutMs, onFailure: 'return' });
  noteListed(none, listOf([]), began);
  expect(failureOf(timedOut(none))).toMatchObject({ total: 0, timedOut: 0, listComplete: true });
});

it('fails a dry run whose list may not be read', () => {
  const state = fanOutState({ dryRun: true }, { timeoutMs });
  const [list] = step(state, began, identity).commands;
  const error = { failureType: 'polytomic.Unauthorized', message: 'HTTP 401', nonRetryable: true } as const;
  applyEvent(state, { type: 'failed', id: list?.id ?? '', error: { type: 'failed', ...error } }, began);
  expect(step(state, began, identity).isDone).toBe(true);
  expect(failureOf(state)).toMatchObject({
    type: 'polytomic.Unauthorized',
    details: [{ total: 0, listComplete: false }],
  });
});

it('tells of no preview without syncs where the time was up as the list came', () => {
  const late = (onFailure: 'throw' | 'return'): EngineState => {
    const state = fanOutState({ dryRun: true }, { timeoutMs, onFailure });
    noteListed(state, listOf(['a', 'b']), began);
    return timedOut(state);
  };
  const counts = { total: 2, timedOut: 2 };
  expect(failureOf(late('throw'))).toMatchObject({ type: 'polytomic.SyncsFailed', details: [counts] });
  expect(failureOf(late('return'))).toMatchObject(counts);
  expect(failureOf(late('return'))).not.toHaveProperty('dryRun');
});
