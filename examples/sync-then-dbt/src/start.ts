/** Loads and builds once, and prints what came of it. Arguments: id of the bulk sync, and dbt's selection. */
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { loadAndBuild } from './workflows';

async function main([lake, select = '+marts']: string[]): Promise<void> {
  if (!lake) throw new Error('Usage: npm start -- BULK_SYNC_ID [SELECT]');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
    const report = await client.workflow.execute<typeof loadAndBuild>('loadAndBuild', {
      args: [{ lake, select }],
      taskQueue: 'sync-then-dbt',
      workflowId: `load-and-build-${lake}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    console.log(JSON.stringify(report));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // The type says what failed: `polytomic.SyncFailed` and its like, or `BuildFailed`.
  console.error(error instanceof WorkflowFailedError ? error.cause : error);
  process.exitCode = 1;
});
