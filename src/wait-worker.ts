/** The worker that waits: beside the user's own, on a task queue of its own, so that waits take none of the user's slots. */
import { Worker, type NativeConnection, type WorkerPlugin } from '@temporalio/worker';
import type { Activities } from './activities';

/** Waits at once in one process. A wait costs memory, not work, so there is no reason to be stingy. */
const waitSlots = 5_000;

/** How long a wait may take to hand over, where the user's worker sets no limit: it must not keep a process alive. */
const defaultForceTimeMs = 15_000;

/** How often each of the two workers is asked whether it is stopping; the SDK tells nobody. */
const lookEveryMs = 100;

/** What a wait worker serves. */
export interface WaitQueue {
  readonly taskQueue: string;
  readonly activities: Activities;
}

/** Runs `next` (the user's worker) and a wait worker beside it. Either stops when the other does; either's error is thrown. */
export async function runWithWaits(
  worker: Worker,
  queue: WaitQueue,
  next: (worker: Worker) => Promise<void>,
): Promise<void> {
  const waiting = await createWaitWorker(worker, queue);
  const followEachOther = setInterval(() => {
    if (isStopping(worker)) stop(waiting);
    if (isStopping(waiting)) stop(worker);
    followConnection(worker, waiting);
  }, lookEveryMs);
  const waits = waiting.run().finally(() => stop(worker));
  const ends = await Promise.allSettled([next(worker).finally(() => stop(waiting)), waits]);
  clearInterval(followEachOther);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** A wait hands itself over as soon as it is told, so it gets no grace time: grace is time before it is told. */
async function createWaitWorker({ options, connection }: Worker, queue: WaitQueue): Promise<Worker> {
  const { namespace, identity, dataConverter, interceptors, shutdownForceTimeMs } = options;
  return Worker.create({
    ...queue,
    namespace,
    identity,
    ...(dataConverter && { dataConverter }),
    interceptors: { activity: interceptors.activity },
    maxConcurrentActivityTaskExecutions: waitSlots,
    shutdownGraceTime: 0,
    shutdownForceTime: shutdownForceTimeMs ?? defaultForceTimeMs,
    plugins: options.connection && connection ? [onConnection(connection)] : [],
  });
}

/**
 * Gives a worker its connection after the point where the connection's plugins would be applied: what they did to the
 * user's worker is in the options that are copied from it, and would be there twice. A worker without a connection of the
 * user's makes its own, which it closes at its end, so the two cannot share that one.
 */
function onConnection(connection: NativeConnection): WorkerPlugin {
  return { name: 'temporal-polytomic-wait', configureWorker: (options) => ({ ...options, connection }) };
}

/** Credentials are rotated by giving a worker another connection. */
function followConnection({ options, connection }: Worker, waiting: Worker): void {
  if (options.connection && connection && connection !== waiting.connection) waiting.connection = connection;
}

function isStopping(worker: Worker): boolean {
  return !['INITIALIZED', 'RUNNING'].includes(worker.getState());
}

function stop(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
