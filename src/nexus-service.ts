/** The Nexus service `polytomic`: what callers in other namespaces may ask of a worker that offers it. */
import { operation, service } from 'nexus-rpc';
import type { AwaitSyncInput } from './contracts/await-sync';
import type { RunAllBulkSyncsInput, RunAllModelSyncsInput } from './contracts/fan-out-inputs';
import type { FanOutResult } from './contracts/fan-out-result';
import type { RunBulkSyncInput, RunModelSyncInput } from './contracts/run-inputs';
import type { SyncRunResult } from './contracts/run-result';

/**
 * Operations that each run the workflow of their name: cancelling the operation cancels the workflow, and with it the run in
 * Polytomic. For `createNexusServiceClient({ service: polytomicService, endpoint })` in workflow code.
 */
export const polytomicService = service('polytomic', {
  runBulkSync: operation<RunBulkSyncInput, SyncRunResult>(),
  runModelSync: operation<RunModelSyncInput, SyncRunResult>(),
  runAllBulkSyncs: operation<RunAllBulkSyncsInput, FanOutResult>(),
  runAllModelSyncs: operation<RunAllModelSyncsInput, FanOutResult>(),
  awaitSync: operation<AwaitSyncInput, SyncRunResult>(),
});
