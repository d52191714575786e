/** The workflow `runSyncPipeline`. */
import type { RunSyncPipelineInput } from '../contracts/fan-out-inputs';
import type { PipelineResult } from '../contracts/fan-out-result';
import { failOnAnyError } from './library/as-workflow';
import { asManyWorkflow } from './library/many/as-many-workflow';
import { runPipeline } from './library/many/run-pipeline';

/**
 * Runs the steps of a pipeline, each once all that come before it have succeeded, independent ones at the same time.
 *
 * @throws `ApplicationFailure` of type `polytomic.SyncsFailed` once all have ended and some without success, with the
 * `PipelineResult` as `details[0]`; and the other types in `failureTypes`.
 */
export async function runSyncPipeline(input: RunSyncPipelineInput): Promise<PipelineResult> {
  return runPipeline(input, asManyWorkflow());
}
failOnAnyError(runSyncPipeline);
