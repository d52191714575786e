/** A worker of this project: its own workflows and activities, and those of the plugin. Ctrl-C stops it gracefully. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { loadPolytomicOptions, PolytomicPlugin } from 'temporal-polytomic';
import * as activities from './activities';

async function main(): Promise<void> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const worker = await Worker.create({
      connection,
      ...(namespace ? { namespace } : {}),
      taskQueue: 'sync-then-dbt',
      activities,
      workflowsPath: require.resolve('./workflows'),
      plugins: [new PolytomicPlugin(loadPolytomicOptions(process.env))],
    });
    await worker.run();
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
