/** The workflow `runModelSync`. */
import type { RunModelSyncInput } from '../contracts/run-inputs';
import type { SyncRunResult } from '../contracts/run-result';
import { asWorkflow, failOnAnyError } from './library/as-workflow';

/**
 * Starts a model sync and waits until that very run has ended.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function runModelSync(input: RunModelSyncInput): Promise<SyncRunResult> {
  return asWorkflow('runModelSync', input);
}
failOnAnyError(runModelSync);
