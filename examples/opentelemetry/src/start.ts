/** Runs a bulk sync inside a span of its own and prints the id of the trace. Argument: id of the bulk sync. */
import { trace } from '@opentelemetry/api';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { startTracing } from './tracing';

async function main([syncId]: string[]): Promise<void> {
  if (!syncId) throw new Error('Usage: npm start -- BULK_SYNC_ID');
  const tracing = startTracing('polytomic-caller');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  const client = new Client({ connection, ...(namespace ? { namespace } : {}), plugins: [tracing] });
  await trace.getTracer('start').startActiveSpan('refresh the lake', async (span) => {
    try {
      await client.workflow.execute('runBulkSync', {
        args: [{ syncId }],
        taskQueue: 'traced',
        workflowId: `traced-${syncId}`,
      });
      console.log(`trace ${span.spanContext().traceId}`);
    } finally {
      span.end();
      await connection.close();
    }
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
