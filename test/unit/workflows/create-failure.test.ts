/** Messages of failures of workflow code, which Temporal's Core reads as UTF-8 and shuts the worker down otherwise. */
import { expect, it } from '@jest/globals';
import type { SyncRunResult } from '../../../src/contracts/run-result';
import { createCancellation, createFailure } from '../../../src/workflows/create-failure';
import { outcomeFailure } from '../../../src/workflows/engine/results';
import { refuseInvalid } from '../../../src/workflows/refuse-invalid';

const half = '\ud83d';
const failed: Partial<SyncRunResult> = { outcome: 'failed', syncId: 'a', name: half, executionId: null, errors: [] };

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

it.each([
  ['a failure', createFailure({ message: `about ${half}` })],
  ['a cancellation', createCancellation(`about ${half}`, [])],
  ['a refusal of an argument', thrownBy(() => refuseInvalid('id', () => raise(`about ${half}`)))],
  ['a run whose name Polytomic answered so', outcomeFailure(failed as SyncRunResult)],
])('%s has a message in valid Unicode, and so has its stack', (_what, failure) => {
  const { message, stack } = failure as Error;
  expect(message).toContain('\ufffd');
  expect([message.isWellFormed(), stack?.isWellFormed()]).toEqual([true, true]);
});

function raise(message: string): never {
  throw new Error(message);
}

it('the type of a failure is valid Unicode, too', () => {
  expect(createFailure({ type: half, message: 'about it' }).type).toBe('\ufffd');
});
