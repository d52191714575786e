/** Serves the Nexus service `polytomic` with the workflows of the worker that it is registered on. */
import { startWorkflow, WorkflowRunOperationHandler } from '@temporalio/nexus';
import { serviceHandler, type ServiceHandler } from 'nexus-rpc';
import { toPlainId, toSummary } from '../rules/markdown';
import { polytomicService } from '../nexus-service';

/** The handlers. Their worker must have our workflow types. */
export function createNexusService(): ServiceHandler<(typeof polytomicService)['operations']> {
  return serviceHandler(polytomicService, {
    runBulkSync: running('runBulkSync'),
    runModelSync: running('runModelSync'),
    runAllBulkSyncs: running('runAllBulkSyncs'),
    runAllModelSyncs: running('runAllModelSyncs'),
    awaitSync: running('awaitSync'),
  });
}

/** The sync, where the input names one; its name is not known here. */
function aboutOf(input: unknown): string {
  const { syncId } = (input ?? {}) as { syncId?: unknown };
  return typeof syncId === 'string' && syncId !== '' ? `: sync ${toPlainId(syncId)}` : '';
}

/** A request that is sent again has the id of the first, and so finds the workflow that the first one started. */
function running<I, O>(workflow: keyof (typeof polytomicService)['operations']): WorkflowRunOperationHandler<I, O> {
  return new WorkflowRunOperationHandler<I, O>((context, input) =>
    startWorkflow<(given: I) => Promise<O>>(context, workflow, {
      args: [input],
      workflowId: `nexus-${workflow}-${context.requestId}`,
      staticSummary: toSummary(`${workflow}, by Nexus${aboutOf(input)}`),
    }),
  );
}
