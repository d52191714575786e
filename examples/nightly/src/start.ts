/**
 * Starts tonight's run and prints what it brought. Called again while it is under way, this joins it instead of starting
 * another one, so that whatever calls this may be retried. Arguments: ids of the lake's bulk sync and the CRM's model sync.
 */
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { nightly } from './workflows';

async function main([lake, crm]: string[]): Promise<void> {
  if (!lake || !crm) throw new Error('Usage: npm start -- BULK_SYNC_ID MODEL_SYNC_ID');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
    const report = await client.workflow.execute<typeof nightly>('nightly', {
      args: [{ lake, crm }],
      taskQueue: 'nightly',
      workflowId: `nightly-${new Date().toISOString().slice(0, 10)}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    console.log(JSON.stringify(report));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // The cause is an ApplicationFailure whose `type` says what happened, such as polytomic.SyncFailed.
  console.error(error instanceof WorkflowFailedError ? error.cause : error);
  process.exitCode = 1;
});
