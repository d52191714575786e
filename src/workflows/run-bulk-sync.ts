/** The workflow `runBulkSync`. */
import type { RunBulkSyncInput } from '../contracts/run-inputs';
import type { SyncRunResult } from '../contracts/run-result';
import { asWorkflow, failOnAnyError } from './library/as-workflow';

/**
 * Starts a bulk sync and waits until that very run has ended; re-runs failed schemas where asked.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function runBulkSync(input: RunBulkSyncInput): Promise<SyncRunResult> {
  return asWorkflow('runBulkSync', input);
}
failOnAnyError(runBulkSync);
