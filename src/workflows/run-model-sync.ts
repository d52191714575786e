/** The workflow `runModelSync`. */
import type { RunModelSyncInput } from '../contracts/run-inputs';
import type { SyncRunResult } from '../contracts/run-result';
import { runSyncWorkflow } from './run-one';

/**
 * Starts a model sync and waits until that very run has ended. Continues as new where
 * its history grows long; `carried` is what it then gives itself, and nobody else.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function runModelSync(input: RunModelSyncInput, ...carried: unknown[]): Promise<SyncRunResult> {
  return runSyncWorkflow('runModelSync', input, carried);
}
