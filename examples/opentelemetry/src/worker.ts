/** A worker whose requests to Polytomic, and whose audit log, carry the trace of whoever started the workflow. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { loadPolytomicOptions, PolytomicPlugin } from 'temporal-polytomic';
import { startTracing, traceparent } from './tracing';

async function main(): Promise<void> {
  const tracing = startTracing('polytomic-worker');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const polytomic = new PolytomicPlugin({
      ...loadPolytomicOptions(process.env),
      traceparent,
      auditLog: (entry) => console.log(`audit ${JSON.stringify(entry)}`),
    });
    const worker = await Worker.create({
      connection,
      ...(namespace ? { namespace } : {}),
      taskQueue: 'traced',
      workflowsPath: require.resolve('./workflows'),
      plugins: [tracing, polytomic],
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
