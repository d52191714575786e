/** The workflow `runAllModelSyncs`. */
import { continueAsNew } from '@temporalio/workflow';
import type { RunAllModelSyncsInput } from '../contracts/fan-out-inputs';
import type { FanOutResult } from '../contracts/fan-out-result';
import { failOnAnyError } from './library/as-workflow';
import { fanOutWorkflow } from './library/many/fan-out-workflow';
import type { CarriedArguments } from './library/many/carried';

/**
 * Runs every model sync of an organization that the filter takes, so many at a time. Continues as new when the server
 * suggests it; `carried` is what it then gives itself, and nobody else.
 *
 * @throws `ApplicationFailure` of type `polytomic.SyncsFailed` once all have ended and some without success, with the
 * `FanOutResult` as `details[0]`; and the other types in `failureTypes`.
 */
export async function runAllModelSyncs(
  input: RunAllModelSyncsInput,
  ...carried: Partial<CarriedArguments>
): Promise<FanOutResult> {
  const end = await fanOutWorkflow('runAllModelSyncs', input, carried);
  return 'result' in end ? end.result : continueAsNew<typeof runAllModelSyncs>(input, ...end.next);
}
failOnAnyError(runAllModelSyncs);
