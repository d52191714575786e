/** The workflow `runAllModelSyncs`. */
import type { RunAllModelSyncsInput } from '../contracts/fan-out-inputs';
import type { FanOutResult } from '../contracts/fan-out-result';
import { fanOutWorkflow } from './run-many';

/**
 * Runs every model sync of an organization that the filter takes (by default, all active ones), so many at a time. Continues
 * as new when the server suggests it; `carried` is what it then gives itself, and nobody else.
 *
 * @throws `ApplicationFailure` of type `polytomic.SyncsFailed` once all have ended and some without success, with the
 * `FanOutResult` as `details[0]`; and the other types in `failureTypes`.
 */
export async function runAllModelSyncs(
  input: RunAllModelSyncsInput = {},
  ...carried: unknown[]
): Promise<FanOutResult> {
  return fanOutWorkflow('runAllModelSyncs', input, carried);
}
