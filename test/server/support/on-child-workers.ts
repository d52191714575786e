/** A run whose workers are processes of their own, which a test ends as it likes. */
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { startEmulator, type Emulator, type ModelSyncSeed } from '../../../src/testing';
import { startChildWorker, type ChildWorker } from './child-worker';
import { connectTemporal, uniqueTaskQueue } from './harness';
import { untilWaiting } from './history';
import { addSync, type Kind } from './syncs';
import type { Handle } from './world';

/** What the story is given. */
export interface ChildStory {
  emulator: Emulator;
  /** Of the workflow that waits for a run of the sync, or for something else of it. */
  handle: Handle;
  syncId: string;
  /** The only worker so far; it has taken the wait. */
  worker: ChildWorker;
  startWorker: () => Promise<ChildWorker>;
}

/** Long enough for another worker to start meanwhile. */
const durationMs = 25_000;

/** What a story may choose. */
export interface ChildStoryOptions {
  plugin?: PolytomicPluginOptions;
  sync?: ModelSyncSeed;
  /** Of the sync. Default: `model`. */
  kind?: Kind;
  /** What waits, in which activity. Default: `runModelSync`, in `awaitExecutions`. */
  waiting?: { workflow: string; input: Readonly<Record<string, unknown>>; activity: string };
}

const usualWaiting = { workflow: 'runModelSync', input: {}, activity: 'awaitExecutions' };

/** Starts all of it, tells the story, and ends what is left of the workers. */
export async function onChildWorkers(
  name: string,
  { plugin, sync, kind = 'model', waiting = usualWaiting }: ChildStoryOptions,
  story: (given: ChildStory) => Promise<void>,
): Promise<void> {
  const [emulator, temporal] = await Promise.all([startEmulator({ durationMs }), connectTemporal()]);
  const { url, apiKey } = emulator;
  const taskQueue = uniqueTaskQueue(name);
  const workers: ChildWorker[] = [];
  const startWorker = async (): Promise<ChildWorker> => {
    const worker = await startChildWorker({ taskQueue, plugin: { url, apiKey, requestsPerMinute: 600, ...plugin } });
    workers.push(worker);
    return worker;
  };
  try {
    const worker = await startWorker();
    const { id: syncId } = addSync({ emulator }, kind, sync);
    const start = { args: [{ syncId, ...waiting.input }], taskQueue, workflowId: taskQueue };
    const handle: Handle = await temporal.client.workflow.start(waiting.workflow, start);
    await untilWaiting(handle, waiting.activity);
    await story({ emulator, handle, syncId, worker, startWorker });
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await temporal.close();
    await emulator.close();
  }
}
