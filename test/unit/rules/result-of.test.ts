/** The result inside a failure. */
import { describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  RetryState,
} from '@temporalio/common';
import { resultOf } from '../../../src/rules/result-of';
import { resultOf as someResult } from '../workflows/support';

const run = someResult('failed');
const many = { total: 2, completed: 1, failed: 1, failures: [] };
const failure = (type: string, details: unknown[]): ApplicationFailure =>
  ApplicationFailure.create({ type, message: 'm', details });
const inChild = (cause: Error): Error =>
  new ChildWorkflowFailure('default', { workflowId: 'w' }, 'runBulkSync', RetryState.TIMEOUT, cause);

describe('resultOf', () => {
  it.each<[string, unknown, unknown]>([
    ['what an inline call throws', failure('polytomic.SyncFailed', [run]), run],
    ['of a fan-out', failure('polytomic.SyncsFailed', [many]), many],
    ['of a fan-out that nothing could start', failure('polytomic.Unauthorized', [many]), many],
    ['of a child', inChild(failure('polytomic.SyncTimedOut', [run])), run],
    [
      'of a child of a child, as a client sees it',
      new WorkflowFailedError('failed', inChild(inChild(failure('polytomic.SyncFailed', [run]))), RetryState.TIMEOUT),
      run,
    ],
  ])('finds the result %s', (_what, error, result) => {
    expect(resultOf(error)).toEqual(result);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'polytomic.SyncFailed'],
    ['a plain error', new Error('x')],
    ['wrong input', failure('polytomic.InvalidInput', [[{ field: 'syncId', message: 'missing' }]])],
    ['a failure without details', failure('polytomic.SyncFailed', [])],
    ["somebody else's failure", failure('SyncFailed', [run])],
    ['a cancellation', new CancelledFailure('cancelled', [run])],
    ['an activity of yours', new ActivityFailure('m', 'a', '1', RetryState.TIMEOUT, 'w', failure('Other', [run]))],
  ])('is null for %s', (_what, error) => {
    expect(resultOf(error)).toBeNull();
  });

  it('ends where causes go round in a circle', () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    expect(resultOf(error)).toBeNull();
  });
});
