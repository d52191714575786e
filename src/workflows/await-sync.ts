/** The workflow `awaitSync`. */
import type { AwaitSyncInput } from '../contracts/await-sync';
import type { SyncRunResult } from '../contracts/run-result';
import { awaitSyncWorkflow } from './run-one';

/**
 * Waits for a run of a sync that somebody else starts (a schedule, a person): the next one, a given one, or the first that
 * ended after a time. Starts nothing and cancels nothing. `carried` is what it gives itself when it continues as new.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function awaitSync(input: AwaitSyncInput, ...carried: unknown[]): Promise<SyncRunResult> {
  return awaitSyncWorkflow(input, carried);
}
