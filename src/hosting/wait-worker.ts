/** The worker that waits: activities only, made after the user's own in all that matters. */
import { Worker, type NativeConnection, type WorkerPlugin } from '@temporalio/worker';
import type { Activities } from '../activities';

/** Waits at once in one process. A wait costs memory, not work, so there is no reason to be stingy. */
const waitSlots = 5_000;

/** How long a wait may take to hand over, where the user's worker sets no limit: it must not keep a process alive. */
const defaultForceTimeMs = 15_000;

/** What a wait worker serves. */
export interface WaitQueue {
  readonly taskQueue: string;
  readonly activities: Activities;
}

/** A wait hands itself over as soon as it is told, so it gets no grace time: grace is time before it is told. */
export async function createWaitWorker({ options, connection }: Worker, queue: WaitQueue): Promise<Worker> {
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
  return { name: 'polytomic.WaitConnectionPlugin', configureWorker: (options) => ({ ...options, connection }) };
}
