/** The workflow `runAllBulkSyncs`. */
import type { RunAllBulkSyncsInput } from '../contracts/fan-out-inputs';
import type { FanOutResult } from '../contracts/fan-out-result';
import { fanOutWorkflow } from './run-many';

/**
 * Runs every bulk sync of an organization that the filter takes (by default, all active ones), so many at a time. Continues
 * as new when the server suggests it; `carried` is what it then gives itself, and nobody else.
 *
 * @throws `ApplicationFailure` of type `polytomic.SyncsFailed` once all have ended and some without success, with the
 * `FanOutResult` as `details[0]`; and the other types in `failureTypes`.
 */
export async function runAllBulkSyncs(input: RunAllBulkSyncsInput = {}, ...carried: unknown[]): Promise<FanOutResult> {
  return fanOutWorkflow('runAllBulkSyncs', input, carried);
}
