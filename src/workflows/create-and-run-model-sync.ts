/** The workflow `createAndRunModelSync`. */
import type { CreateAndRunModelSyncInput } from '../contracts/run-inputs';
import type { SyncRunResult } from '../contracts/run-result';
import { asWorkflow, failOnAnyError } from './library/as-workflow';

/**
 * Creates a model sync once (or adopts one by name), then runs it.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function createAndRunModelSync(input: CreateAndRunModelSyncInput): Promise<SyncRunResult> {
  return asWorkflow('createAndRunModelSync', input);
}
failOnAnyError(createAndRunModelSync);
