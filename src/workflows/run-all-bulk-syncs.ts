/** The workflow `runAllBulkSyncs`. */
import { continueAsNew } from '@temporalio/workflow';
import type { RunAllBulkSyncsInput } from '../contracts/fan-out-inputs';
import type { FanOutResult } from '../contracts/fan-out-result';
import { failOnAnyError } from './library/as-workflow';
import { fanOutWorkflow } from './library/many/fan-out-workflow';
import type { CarriedArguments } from './library/many/carried';

/**
 * Runs every bulk sync of an organization that the filter takes, so many at a time. Continues as new when the server
 * suggests it; `carried` is what it then gives itself, and nobody else.
 *
 * @throws `ApplicationFailure` of type `polytomic.SyncsFailed` once all have ended and some without success, with the
 * `FanOutResult` as `details[0]`; and the other types in `failureTypes`.
 */
export async function runAllBulkSyncs(
  input: RunAllBulkSyncsInput,
  ...carried: Partial<CarriedArguments>
): Promise<FanOutResult> {
  const end = await fanOutWorkflow('runAllBulkSyncs', input, carried);
  return 'result' in end ? end.result : continueAsNew<typeof runAllBulkSyncs>(input, ...end.next);
}
failOnAnyError(runAllBulkSyncs);
