/** The program of a worker under measurement: with our plugin, or bare. It counts its waits under way. */
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type ActivityInterceptorsFactory,
} from '@temporalio/worker';
import { PolytomicPlugin } from '../../src/plugin';
import type { PolytomicPluginOptions } from '../../src/settings/plugin-options';
import { bareActivities } from './bare-activities';
import { answerAsChild, childArgument } from './child';

/** What such a worker is told. Without `plugin` it is a bare one, with as many slots as our waits get. */
export interface WorkerArgument {
  address: string;
  taskQueue: string;
  /** File of bundled workflows, as the ready worker has one. Default: it bundles them itself, which costs it memory. */
  codePath?: string;
  plugin?: PolytomicPluginOptions;
  /** Default: the SDK's, which grows with the heap. */
  maxCachedWorkflows?: number;
}

const waits = new Set(['idle', 'poll', 'polytomic.awaitExecutions']);
const bareSlots = 5_000;
let waiting = 0;

const countWaits: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: async (input, next) => {
      if (!waits.has(info.activityType)) return next(input);
      waiting += 1;
      return next(input).finally(() => (waiting -= 1));
    },
  },
});

async function main({ address, taskQueue, codePath, plugin, maxCachedWorkflows }: WorkerArgument): Promise<void> {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    ...(codePath ? { workflowBundle: { codePath } } : { workflowsPath: require.resolve('./workflows') }),
    interceptors: { activity: [countWaits] },
    ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }),
    ...(plugin
      ? { plugins: [new PolytomicPlugin(plugin)] }
      : { activities: bareActivities, maxConcurrentActivityTaskExecutions: bareSlots }),
  });
  const running = worker.run();
  answerAsChild(() => waiting);
  await running;
  await connection.close();
  process.disconnect();
}

void main(childArgument());
