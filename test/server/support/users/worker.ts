/** A user's worker; its one argument tells it what a real one would have in its source and environment. */
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { PolytomicPlugin, type PolytomicPluginOptions } from 'temporal-polytomic';

/** What the argument holds, as JSON. */
export interface UserWorkerArgument {
  address: string;
  taskQueue: string;
  code: Pick<WorkerOptions, 'workflowsPath' | 'workflowBundle'>;
  given: 'connection' | 'worker' | 'both';
  polytomic: PolytomicPluginOptions;
}

async function main(argument: string): Promise<void> {
  const { address, taskQueue, code, given, polytomic } = JSON.parse(argument) as UserWorkerArgument;
  const plugins = [new PolytomicPlugin(polytomic)];
  const connection = await NativeConnection.connect({ address, plugins: given === 'worker' ? [] : plugins });
  const worker = await Worker.create({
    connection,
    taskQueue,
    ...code,
    plugins: given === 'connection' ? [] : plugins,
  });
  await worker.run();
  await connection.close();
}

void main(process.argv[2] ?? '');
