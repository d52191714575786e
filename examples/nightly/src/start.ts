/** Starts tonight's run, once however often this is called. Arguments: ids of the lake's and the CRM's syncs. */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { nightly } from './workflows';

async function main([lake = '', crm = '']: string[]): Promise<void> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
  const report = await client.workflow.execute<typeof nightly>('nightly', {
    args: [{ lake, crm }],
    taskQueue: 'nightly',
    workflowId: `nightly-${new Date().toISOString().slice(0, 10)}`,
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  console.log(report);
  await connection.close();
}

void main(process.argv.slice(2));
