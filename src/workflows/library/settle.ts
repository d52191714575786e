/** What is done with a run whose workflow is cancelled or out of time, before the workflow ends. */
import { CancelledFailure, log } from '@temporalio/workflow';
import type { CancelledItem, PreparedRuns } from '../../contracts/composite-activities';
import type { Execution } from '../../contracts/execution';
import type { SyncRunResult } from '../../contracts/run-result';
import type { ResultFrame } from '../../rules/run-result';
import { stoppedResult } from '../../rules/stopped-result';
import type { SyncRun } from './sync-run';

/** What a run gathers on its way. */
export interface Gathered {
  prepared: PreparedRuns;
  run: SyncRun;
  frame: ResultFrame;
  /** Ended executions of this run, oldest first. */
  executions: Execution[];
}

/**
 * Cancels what this workflow started (unless told to leave it) and gives the cancellation to throw. Its details reach
 * callers inside the workflow; of a workflow that ends as cancelled Temporal keeps none, so its progress and log tell.
 */
export async function settleCancelled({ prepared, run }: Gathered): Promise<CancelledFailure> {
  const { executionId, stake } = run;
  const settled = prepared.options.onCancel === 'cancelOwn' && stake === 'own' ? await run.settle(true) : null;
  const details = settled ? [cancellationDetails(settled)] : [];
  if (settled && !settled.confirmed) log.warn('A cancel request was not confirmed', cancellationDetails(settled));
  run.progress.end(settled?.executionId ?? executionId, settled?.execution?.status ?? null);
  return new CancelledFailure('The workflow was cancelled', details);
}

function cancellationDetails({ executionId, confirmed, execution, problem }: CancelledItem) {
  return {
    executionId,
    cancelConfirmed: confirmed,
    status: execution?.status ?? null,
    ...(problem ? { problem } : {}),
  };
}

/** Reads the run once more; what ended in time's shadow counts, the rest is cancelled or left as asked. */
export async function settleTimedOut(gathered: Gathered): Promise<SyncRunResult> {
  const { run, frame, executions } = gathered;
  const { options } = gathered.prepared;
  const { executionId, stake } = run;
  frame.attached = frame.attached || stake === 'attached';
  const settled = await run.settle(options.onTimeout === 'cancelOwn');
  return stoppedResult({ frame, executions, executionId, settled, verdict: { outcome: 'timedOut' } }, options);
}
