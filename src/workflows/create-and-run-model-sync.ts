/** The workflow `createAndRunModelSync`. */
import type { CreateAndRunModelSyncInput } from '../contracts/run-inputs';
import type { SyncRunResult } from '../contracts/run-result';
import { runSyncWorkflow } from './run-one';

/**
 * Creates a model sync once (or adopts one by name), then runs it. Continues as new where
 * its history grows long; `carried` is what it then gives itself, and nobody else.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.SyncFailed`,
 * `polytomic.SyncCanceled` and `polytomic.SyncTimedOut` is the `SyncRunResult`.
 */
export async function createAndRunModelSync(
  input: CreateAndRunModelSyncInput,
  ...carried: unknown[]
): Promise<SyncRunResult> {
  return runSyncWorkflow('createAndRunModelSync', input, carried);
}
