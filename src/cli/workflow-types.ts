/** Which workflows are ours. */

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

/** Those that run many. */
export const fanOutTypes: readonly string[] = ['runAllModelSyncs', 'runAllBulkSyncs', 'runSyncPipeline'];

/** A visibility query for our workflows in a state of Temporal's (`Running`, `Terminated`, …). */
export function visibilityQuery(status: string): string {
  const types = runWorkflowTypes.map((type) => `'${type}'`).join(', ');
  return `ExecutionStatus = '${status}' AND WorkflowType IN (${types})`;
}
