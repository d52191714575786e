/** One table of exit codes, each row by itself. */
import { describe, expect, it } from '@jest/globals';
import { CliError, toCliError } from '../../../src/cli/cli-error';
import { errorCode, exitCodeOfFailure, exitCodeOfOutcome, exitCodes, worstExitCode } from '../../../src/cli/exit-codes';
import { toWatchEnd } from '../../../src/cli/watch/watch-end';
import { failureTypes } from '../../../src/contracts/failure-types';

const failed = (cause: object): Error =>
  Object.assign(new Error('Workflow failed'), { name: 'WorkflowFailedError', cause });

describe('exit codes', () => {
  it.each([
    ['completed', 0],
    ['completedWithErrors', 0],
    ['skipped', 0],
    ['partiallyFailed', 1],
    ['failed', 1],
    ['canceled', 3],
    ['timedOut', 4],
  ] as const)('of the outcome %s is %i', (outcome, code) => {
    expect(exitCodeOfOutcome(outcome)).toBe(code);
    expect(toWatchEnd({ result: { outcome } }).exitCode).toBe(code);
  });

  it.each([
    [failureTypes.SyncFailed, 1],
    [failureTypes.SyncsFailed, 1],
    [failureTypes.SyncAlreadyRunning, 1],
    [failureTypes.InvalidInput, 2],
    [failureTypes.NotFound, 2],
    [failureTypes.Ambiguous, 2],
    [failureTypes.SyncCanceled, 3],
    [failureTypes.SyncTimedOut, 4],
    [failureTypes.Unauthorized, 7],
    [failureTypes.Forbidden, 7],
    [failureTypes.NotAllowed, 7],
    [failureTypes.NotApproved, 7],
    [failureTypes.ProvisioningFailed, 1],
    [failureTypes.PlanChanged, 1],
    [failureTypes.SetBusy, 1],
    [null, 1],
  ])('of the failure %s is %i', (type, code) => {
    expect(exitCodeOfFailure(type)).toBe(code);
    expect(toCliError(failed({ name: 'ApplicationFailure', type, message: 'no' })).exitCode).toBe(code);
  });

  it.each([
    ['a workflow that was canceled', failed({ name: 'CancelledFailure' }), 3, 'canceled'],
    ['a workflow that Temporal timed out', failed({ name: 'TimeoutFailure' }), 4, 'timedOut'],
    ['a workflow that was terminated', failed({ name: 'TerminatedFailure' }), 1, 'terminated'],
  ])('of %s', (_what, error, code, status) => {
    expect(toWatchEnd({ error })).toMatchObject({ exitCode: code, status, result: null });
  });

  it.each([
    [14, exitCodes.noTemporal],
    [4, exitCodes.noTemporal],
    [7, exitCodes.notAllowed],
    [16, exitCodes.notAllowed],
    [5, exitCodes.usage],
    [13, exitCodes.failed],
  ])('of an answer of Temporal with the gRPC code %i is %i', (code, exitCode) => {
    const error = Object.assign(new Error('Failed'), { cause: Object.assign(new Error('inner'), { code }) });
    expect(toCliError(error).exitCode).toBe(exitCode);
  });

  it.each([
    [failureTypes.NotApproved, 7],
    [failureTypes.InvalidInput, 2],
    [failureTypes.PlanChanged, 1],
    ['Error', 1],
  ])('of an update that was refused as %s is %i', (type, code) => {
    const cause = { name: 'ApplicationFailure', type, message: 'no' };
    const error = Object.assign(new Error('Update failed'), { name: 'WorkflowUpdateFailedError', cause });
    expect(toCliError(error)).toMatchObject({ exitCode: code, message: 'no' });
  });

  it('keeps the result inside a failure', () => {
    const result = { outcome: 'failed', syncId: 'x' };
    const error = failed({
      name: 'ApplicationFailure',
      type: failureTypes.SyncFailed,
      message: 'no',
      details: [result],
    });
    expect(toWatchEnd({ error })).toEqual({
      status: 'failed',
      exitCode: 1,
      result,
      failure: { type: failureTypes.SyncFailed, message: 'no' },
    });
  });

  it.each([
    [{ total: 3, completed: 3 }, 0],
    [{ total: 3, completed: 2, failed: 1, canceled: 1 }, 1],
    [{ total: 3, completed: 2, partiallyFailed: 1 }, 1],
    [{ total: 3, completed: 1, timedOut: 1, canceled: 1 }, 4],
    [{ total: 3, completed: 2, canceled: 1 }, 3],
    [{ total: 3, completed: 2, skipped: 1 }, 0],
  ])('of a result of many, %j, is %i', (result, code) => {
    expect(toWatchEnd({ result }).exitCode).toBe(code);
  });

  it.each([2, 3, 4, 5, 6, 7, 130] as const)('of an error, %i, is 1 where 2 means changes', (code) => {
    expect(errorCode(code, { detailedExitcode: true })).toBe(1);
    expect(errorCode(code, {})).toBe(code);
    expect(errorCode(0, { detailedExitcode: true })).toBe(0);
  });

  it('of several runs is the one that matters most', () => {
    expect(worstExitCode([0, 0])).toBe(0);
    expect(worstExitCode([0, 3, 1, 4])).toBe(1);
    expect(worstExitCode([3, 4])).toBe(4);
    expect(worstExitCode([1, 7])).toBe(7);
  });

  it('lists every bad field of an input', () => {
    const issues = [
      { field: 'timeout', message: 'expected a duration' },
      { field: 'ifRunning', message: 'expected one of' },
    ];
    const { message } = toCliError(
      failed({ name: 'ApplicationFailure', type: failureTypes.InvalidInput, message: 'bad', details: [issues] }),
    );
    expect(message).toBe('bad (polytomic.InvalidInput)\n  timeout: expected a duration\n  ifRunning: expected one of');
  });

  it('passes its own errors as they are', () => {
    const error = new CliError(exitCodes.noWorker, 'nobody', 'start one');
    expect(toCliError(error)).toBe(error);
  });
});
