/**
 * Sends what was loaded today, once that has happened. Arguments: ids of the lake's bulk sync and the CRM's model sync, and
 * optionally the time after which the lake must have been loaded, instead of last midnight (UTC).
 */
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { sendFresh } from './workflows';

async function main([lake, crm, time]: string[]): Promise<void> {
  if (!lake || !crm) throw new Error('Usage: npm start -- BULK_SYNC_ID MODEL_SYNC_ID [LOADED_AFTER]');
  const midnight = new Date();
  midnight.setUTCHours(0, 0, 0, 0);
  const loadedAfter = time ?? midnight.toISOString();
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
    const report = await client.workflow.execute<typeof sendFresh>('sendFresh', {
      args: [{ lake, crm, loadedAfter }],
      taskQueue: 'wait-for-scheduled-run',
      workflowId: `send-fresh-${crm}-${loadedAfter}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    console.log(JSON.stringify(report));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // `polytomic.SyncTimedOut` where no run of the lake ended in time.
  console.error(error instanceof WorkflowFailedError ? error.cause : error);
  process.exitCode = 1;
});
