/**
 * Runs a model sync once a day, however often and by however many processes this is called: cron jobs overlap, machines are
 * restarted, callers retry. A call while the run is under way joins it, a call after its success gets its result, a call
 * after its failure starts it anew. Argument: the id of a model sync.
 */
import { Client, Connection, WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { SyncRunResult } from 'temporal-polytomic';
import type { runModelSync } from 'temporal-polytomic/workflows';

async function runOnceADay(client: Client, syncId: string, day: string): Promise<SyncRunResult> {
  // The id says what is to happen once; never put something random or the time of the call into it.
  const workflowId = `crm-${syncId}-${day}`;
  try {
    return await client.workflow.execute<typeof runModelSync>('runModelSync', {
      args: [{ syncId }],
      taskQueue: process.env['POLYTOMIC_TASK_QUEUE'] ?? 'polytomic',
      workflowId,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return client.workflow.getHandle<typeof runModelSync>(workflowId).result();
  }
}

async function main([syncId]: string[]): Promise<void> {
  if (!syncId) throw new Error('Usage: npm start -- MODEL_SYNC_ID');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
    const { executionId, outcome } = await runOnceADay(client, syncId, new Date().toISOString().slice(0, 10));
    console.log(JSON.stringify({ executionId, outcome }));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof WorkflowFailedError ? error.cause : error);
  process.exitCode = 1;
});
