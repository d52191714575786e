/** A worker whose histories nobody reads without the keys. Ctrl-C stops it gracefully. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { loadPolytomicOptions, PolytomicPlugin } from 'temporal-polytomic';
import { createDataConverter } from './data-converter';

async function main(): Promise<void> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const worker = await Worker.create({
      connection,
      ...(namespace ? { namespace } : {}),
      taskQueue: 'encrypted',
      workflowsPath: require.resolve('./workflows'),
      // The plugin's second worker, which waits, takes it over from this one.
      dataConverter: createDataConverter(),
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
