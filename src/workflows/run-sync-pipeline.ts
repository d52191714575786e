/** The workflow `runSyncPipeline`. */
import type { RunSyncPipelineInput } from '../contracts/fan-out-inputs';
import type { PipelineResult } from '../contracts/fan-out-result';
import { pipelineWorkflow } from './run-many';

/**
 * Runs the steps of a pipeline, each once all that come before it have succeeded, independent ones at the same time.
 * Continues as new when the server suggests it; `carried` is what it then gives itself, and nobody else.
 *
 * @throws `ApplicationFailure` of type `polytomic.SyncsFailed` once all have ended and some without success, with the
 * `PipelineResult` as `details[0]`; and the other types in `failureTypes`.
 */
export async function runSyncPipeline(input: RunSyncPipelineInput, ...carried: unknown[]): Promise<PipelineResult> {
  return pipelineWorkflow(input, carried);
}
