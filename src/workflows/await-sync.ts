/** The workflow `awaitSync`. */
import { workflowInfo } from '@temporalio/workflow';
import type { AwaitSyncInput } from '../contracts/await-sync';
import type { SyncRunResult } from '../contracts/run-result';
import { failOnAnyError, withHandlers } from './library/as-workflow';
import { awaitRun } from './library/await-run';

/**
 * Waits for a run of a sync that somebody else starts (a schedule, a person): the next one, a given one, or the first that
 * ended after a time. Starts nothing and cancels nothing.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function awaitSync(input: AwaitSyncInput): Promise<SyncRunResult> {
  const beganAt = workflowInfo().runStartTime.getTime();
  return withHandlers((options, deadline) => awaitRun(input, beganAt, options, deadline));
}
failOnAnyError(awaitSync);
