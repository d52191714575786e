/** Fan-outs and pipelines as plain functions, for users' own workflow code. They register no query, update or signal. */
import type { RunAllBulkSyncsInput, RunAllModelSyncsInput, RunSyncPipelineInput } from '../../contracts/fan-out-inputs';
import type { FanOutResult, PipelineResult } from '../../contracts/fan-out-result';
import { runFanOut, type FanOutHooks, type FanOutName } from './many/run-fan-out';
import { runPipeline } from './many/run-pipeline';

/** Options of the inline fan-outs and pipelines. */
export type ManyRunOptions = Pick<FanOutHooks, 'onProgress'>;

/**
 * Runs every model sync that the filter takes. Throws as the workflow of this name does. Inside a workflow of yours it
 * cannot continue as new: at about three history events a sync, leave more than some thousand syncs to the workflow, as
 * a child.
 */
export async function runAllModelSyncs(input: RunAllModelSyncsInput, options?: ManyRunOptions): Promise<FanOutResult> {
  return fanOut('runAllModelSyncs', input, options);
}

/** As {@link runAllModelSyncs}, for bulk syncs. */
export async function runAllBulkSyncs(input: RunAllBulkSyncsInput, options?: ManyRunOptions): Promise<FanOutResult> {
  return fanOut('runAllBulkSyncs', input, options);
}

/** Runs the steps of a pipeline. Throws as the workflow of this name does. */
export async function runSyncPipeline(
  input: RunSyncPipelineInput,
  options: ManyRunOptions = {},
): Promise<PipelineResult> {
  const { onProgress } = options;
  return runPipeline(input, onProgress ? { onProgress } : {});
}

async function fanOut(name: FanOutName, input: unknown, { onProgress }: ManyRunOptions = {}): Promise<FanOutResult> {
  const end = await runFanOut(name, input, onProgress ? { onProgress } : {});
  if ('result' in end) return end.result;
  throw new Error('an inline fan-out cannot continue as new');
}
