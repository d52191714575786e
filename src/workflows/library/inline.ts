/** The workflows as plain functions, for users' own workflow code. They register no query, update or signal. */
import type {
  CreateAndRunBulkSyncInput,
  CreateAndRunModelSyncInput,
  RunBulkSyncInput,
  RunModelSyncInput,
} from '../../contracts/run-inputs';
import type { SyncRunResult } from '../../contracts/run-result';
import { runSync, type RunOptions } from './run';

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
