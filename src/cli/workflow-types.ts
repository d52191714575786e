/** Which workflows are ours. */
import type { SyncKind } from '../contracts/sync-kind';

/** The workflow that runs one sync of a kind. */
export const runWorkflowType = (kind: SyncKind): 'runModelSync' | 'runBulkSync' =>
  kind === 'model' ? 'runModelSync' : 'runBulkSync';

/** Types of workflows that run or await syncs. */
export const runWorkflowTypes = [
  'runModelSync',
  'runBulkSync',
  'createAndRunModelSync',
  'createAndRunBulkSync',
  'awaitSync',
  'runAllModelSyncs',
  'runAllBulkSyncs',
  'runSyncPipeline',
] as const;

/** Those that run all syncs of a kind. */
export const fanOutTypes: readonly string[] = ['runAllModelSyncs', 'runAllBulkSyncs'];

/** Types of workflows that people wait for: those of syncs, and those that make and delete what a spec names. */
export const followedTypes = [...runWorkflowTypes, 'provisionPolytomic', 'deprovisionPolytomic'] as const;

/** A visibility query for our workflows in a state of Temporal's (`Running`, `Terminated`, …). Default: those of syncs. */
export function visibilityQuery(status: string, types: readonly string[] = runWorkflowTypes): string {
  return `ExecutionStatus = '${status}' AND ${typesQuery(types)}`;
}

/** A visibility query for workflows of these types in any state. */
export function typesQuery(types: readonly string[]): string {
  return `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;
}
