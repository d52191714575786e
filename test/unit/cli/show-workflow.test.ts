/** What is said of one workflow, under way or over. */
import { CancelledFailure, TerminatedFailure, TimeoutFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import type { Temporal } from '../../../src/cli/connect';
import { showWorkflow } from '../../../src/cli/run/show-workflow';
import type { Printer } from '../../../src/cli/printer';
import { createColors } from '../../../src/cli/style';
import { endText } from '../../../src/cli/watch/print-ends';

/** One workflow with this status, and this end. */
function temporalWith(status: string, result: () => Promise<unknown>): Temporal {
  const startTime = new Date('2026-11-26T12:00:00Z');
  const described = { runId: 'r', type: 'runBulkSync', memo: {}, status: { name: status }, startTime };
  const query = (): Promise<never> => Promise.reject(new Error('no worker'));
  const handle = { describe: () => Promise.resolve({ ...described, raw: {} }), result, query };
  return {
    client: { workflow: { getHandle: () => handle } },
    connection: { withDeadline: (_deadline: number, work: () => Promise<unknown>) => work() },
  } as unknown as Temporal;
}

const failing = (cause: Error) => () =>
  Promise.reject(new WorkflowFailedError('failed', cause, 'NON_RETRYABLE_FAILURE'));

describe('showWorkflow', () => {
  it.each([
    ['RUNNING', 'running', () => Promise.resolve()],
    ['COMPLETED', 'completed', () => Promise.resolve()],
    ['CANCELLED', 'canceled', failing(new CancelledFailure('gone'))],
    ['TERMINATED', 'terminated', failing(new TerminatedFailure('gone'))],
    ['TIMED_OUT', 'timedOut', failing(new TimeoutFailure('late', undefined, 'START_TO_CLOSE'))],
  ])('calls the status %s of Temporal as every command does: %s', async (name, status, result) => {
    expect(await showWorkflow(temporalWith(name, result), 'w')).toMatchObject({ status });
  });
});

describe('the end of a run that was attached to', () => {
  it('says nothing of who started it: another workflow of ours may have', () => {
    const records = { total: 1, errors: 0 };
    const result = { kind: 'bulk', syncId: 's', name: 'Lake', executionId: 'e', outcome: 'completed', attached: true };
    const end = {
      status: 'completed' as const,
      result: { ...result, records, errors: [], startedAt: null, completedAt: null },
      failure: null,
      exitCode: 0,
    };
    const print = { colors: createColors('never', {}, false) } as Printer;
    const text = endText({ handle: { workflowId: 'w' }, title: 'Lake', end }, print);
    expect(text).toContain('execution e, not started by this workflow');
  });
});
