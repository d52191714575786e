/**
 * The workflows of the recorded histories: ours, and users' own around the inline functions. As recordings replay against
 * this file, the workflows in it are only added to, never changed.
 */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import {
  awaitSync,
  runAllBulkSyncs,
  runAllModelSyncs,
  runBulkSync,
  runModelSync,
  runSyncPipeline,
  type AwaitSyncInput,
  type FanOutResult,
  type PipelineResult,
  type RunAllBulkSyncsInput,
  type RunAllModelSyncsInput,
  type RunBulkSyncInput,
  type RunModelSyncInput,
  type RunProgress,
  type RunSyncPipelineInput,
  type SyncRunResult,
} from '../../src/workflow';

export * from '../../src/workflows';

/** One inline run. */
export async function inlineOnce(input: RunModelSyncInput): Promise<SyncRunResult> {
  return runModelSync(input);
}

/** One inline run of a bulk sync. */
export async function inlineBulk(input: RunBulkSyncInput): Promise<SyncRunResult> {
  return runBulkSync(input);
}

/** Two inline runs at once. */
export async function inlineTwice(first: RunModelSyncInput, second: RunBulkSyncInput): Promise<SyncRunResult[]> {
  return Promise.all([runModelSync(first), runBulkSync(second)]);
}

/** One inline run that its workflow cancels as soon as it is awaited. */
export async function inlineCancelled(input: RunModelSyncInput): Promise<string> {
  const scope = new CancellationScope();
  let awaited = false;
  const onProgress = ({ phase }: RunProgress): void => void (awaited ||= phase === 'running');
  const outcome = scope
    .run(() => runModelSync(input, { onProgress }))
    .then(
      () => 'completed',
      (error: unknown) => (isCancellation(error) ? 'cancelled' : 'failed'),
    );
  await condition(() => awaited);
  scope.cancel();
  return outcome;
}

/** One inline wait. */
export async function inlineAwaited(input: AwaitSyncInput): Promise<SyncRunResult> {
  return awaitSync(input);
}

/** One inline fan-out. */
export async function inlineAll(input: RunAllBulkSyncsInput): Promise<FanOutResult> {
  return runAllBulkSyncs(input);
}

/** A fan-out and a pipeline at once. */
export async function inlineMany(
  all: RunAllModelSyncsInput,
  pipeline: RunSyncPipelineInput,
): Promise<[FanOutResult, PipelineResult]> {
  return Promise.all([runAllModelSyncs(all), runSyncPipeline(pipeline)]);
}

export * from './patched-example';
