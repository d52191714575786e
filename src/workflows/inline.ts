/** The workflows as plain functions, for users' own workflow code. They register no query, update or signal. */
import type { RunAllBulkSyncsInput, RunAllModelSyncsInput, RunSyncPipelineInput } from '../contracts/fan-out-inputs';
import type { FanOutResult, PipelineResult } from '../contracts/fan-out-result';
import type {
  CreateAndRunBulkSyncInput,
  CreateAndRunModelSyncInput,
  RunBulkSyncInput,
  RunModelSyncInput,
} from '../contracts/run-inputs';
import type { SyncRunResult } from '../contracts/run-result';
import { runFanOut, runPipeline, type ManyRunOptions } from './run-many';
import { runSync, type RunOptions } from './run-one';

export { awaitSync } from './run-one';

/** Starts a model sync and waits until that very run has ended. Throws as the workflow of this name does. */
export async function runModelSync(input: RunModelSyncInput, options?: RunOptions): Promise<SyncRunResult> {
  return runSync('runModelSync', input, options);
}

/** Starts a bulk sync and waits until that very run has ended. Throws as the workflow of this name does. */
export async function runBulkSync(input: RunBulkSyncInput, options?: RunOptions): Promise<SyncRunResult> {
  return runSync('runBulkSync', input, options);
}

/** Creates a model sync once, then runs it. Throws as the workflow of this name does. */
export async function createAndRunModelSync(
  input: CreateAndRunModelSyncInput,
  options?: RunOptions,
): Promise<SyncRunResult> {
  return runSync('createAndRunModelSync', input, options);
}

/** Creates a bulk sync once, then runs it. Throws as the workflow of this name does. */
export async function createAndRunBulkSync(
  input: CreateAndRunBulkSyncInput,
  options?: RunOptions,
): Promise<SyncRunResult> {
  return runSync('createAndRunBulkSync', input, options);
}

/**
 * Runs every model sync that the filter takes. Throws as the workflow of this name does. Inside a workflow of yours it
 * cannot continue as new: at about three history events a sync, leave more than some thousand syncs to the workflow, as
 * a child.
 */
export async function runAllModelSyncs(
  input: RunAllModelSyncsInput = {},
  options?: ManyRunOptions,
): Promise<FanOutResult> {
  return runFanOut('runAllModelSyncs', input, options);
}

/** As {@link runAllModelSyncs}, for bulk syncs. */
export async function runAllBulkSyncs(
  input: RunAllBulkSyncsInput = {},
  options?: ManyRunOptions,
): Promise<FanOutResult> {
  return runFanOut('runAllBulkSyncs', input, options);
}

/** Runs the steps of a pipeline. Throws as the workflow of this name does. */
export async function runSyncPipeline(input: RunSyncPipelineInput, options?: ManyRunOptions): Promise<PipelineResult> {
  return runPipeline(input, options);
}
