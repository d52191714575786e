/** Serves the Nexus service `polytomic` with the workflows of the worker that it is registered on. */
import { startWorkflow, WorkflowRunOperationHandler } from '@temporalio/nexus';
import { serviceHandler, type ServiceHandler } from 'nexus-rpc';
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

/** A request that is sent again has the id of the first, and so finds the workflow that the first one started. */
function running<I, O>(workflow: keyof (typeof polytomicService)['operations']): WorkflowRunOperationHandler<I, O> {
  return new WorkflowRunOperationHandler<I, O>((context, input) =>
    startWorkflow<(given: I) => Promise<O>>(context, workflow, {
      args: [input],
      workflowId: `nexus-${workflow}-${context.requestId}`,
      staticSummary: `${workflow}, by Nexus`,
    }),
  );
}
