/** Runs a bulk sync and prints how it ended. Arguments: a workflow id, which is never encrypted, and the id of the bulk sync. */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { createDataConverter } from './data-converter';

async function main([workflowId, syncId]: string[]): Promise<void> {
  if (!workflowId || !syncId) throw new Error('Usage: npm start -- WORKFLOW_ID BULK_SYNC_ID');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({
      connection,
      ...(namespace ? { namespace } : {}),
      dataConverter: createDataConverter(),
    });
    const result: unknown = await client.workflow.execute('runBulkSync', {
      args: [{ syncId, onFailure: 'return' }],
      taskQueue: 'encrypted',
      workflowId,
    });
    console.log(JSON.stringify(result));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
