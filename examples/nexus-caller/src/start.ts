/** Runs `refreshLake` and prints what came of it. Argument: id of the bulk sync. */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { refreshLake } from './workflows';

async function main([syncId]: string[]): Promise<void> {
  if (!syncId) throw new Error('Usage: npm start -- BULK_SYNC_ID');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
    const report = await client.workflow.execute<typeof refreshLake>('refreshLake', {
      args: [syncId, process.env.POLYTOMIC_ENDPOINT ?? 'polytomic'],
      taskQueue: 'analytics',
      workflowId: `refresh-lake-${syncId}`,
    });
    console.log(JSON.stringify(report));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
