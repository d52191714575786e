/** The program behind `startChildWorker`: a worker with the plugin, told what to do by its one argument. */
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { PolytomicPlugin } from '../../../src/plugin';
import type { ChildWorkerArgument } from './child-worker';

async function main(argument: string): Promise<void> {
  const { address, codePath, taskQueue, plugin } = JSON.parse(argument) as ChildWorkerArgument;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address });
  const plugins = [new PolytomicPlugin(plugin)];
  const worker = await Worker.create({ connection, taskQueue, workflowBundle: { codePath }, plugins });
  const running = worker.run();
  process.send?.('polling');
  await running;
  await connection.close();
  process.disconnect();
}

// The test that started this is gone, and so is whatever this worker was for.
process.on('disconnect', () => process.exit());
void main(process.argv[2] ?? '');
