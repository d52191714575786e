/** The workflow `createAndRunBulkSync`. */
import type { CreateAndRunBulkSyncInput } from '../contracts/run-inputs';
import type { SyncRunResult } from '../contracts/run-result';
import { asWorkflow, failOnAnyError } from './library/as-workflow';

/**
 * Creates a bulk sync once (or adopts one by name), then runs it.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function createAndRunBulkSync(input: CreateAndRunBulkSyncInput): Promise<SyncRunResult> {
  return asWorkflow('createAndRunBulkSync', input);
}
failOnAnyError(createAndRunBulkSync);
