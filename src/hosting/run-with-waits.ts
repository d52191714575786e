/** Runs a user's worker with a wait worker beside it. Either stops when the other does. */
import type { Worker } from '@temporalio/worker';
import { createWaitWorker, type WaitQueue } from './wait-worker';

/**
 * How often each of the two workers is asked whether it is stopping; the SDK tells nobody. A signal stops both anyway. Each
 * time wakes a process that mostly idles: ten times a second took a fifth of the CPU time of a fan-out.
 */
const lookEveryMs = 1_000;

/** A running wait worker and the workers that it waits for. */
interface Waits {
  readonly worker: Worker;
  readonly ended: Promise<void>;
  readonly guests: Set<Worker>;
}

/** By connection, then by namespace and queue: a connection takes no second worker for one queue, so these are shared. */
const running = new WeakMap<object, Map<string, Promise<Waits>>>();

/** Runs `next` (the user's worker), which begins before anything is awaited, and its waits; the error of either is thrown. */
export async function runWithWaits(
  worker: Worker,
  queue: WaitQueue,
  next: (worker: Worker) => Promise<void>,
): Promise<void> {
  const own = next(worker);
  // Thrown below; it may fail before anybody looks at it.
  own.catch(() => undefined);
  const waits = await join(worker, queue).catch((error: unknown) => stopWith(error, worker, own));
  const leave = (): void => {
    waits.guests.delete(worker);
    if (waits.guests.size === 0) stop(waits.worker);
  };
  const followEachOther = setInterval(() => {
    if (isStopping(worker)) leave();
    if (isStopping(waits.worker)) stop(worker);
    followConnection(worker, waits.worker);
  }, lookEveryMs);
  try {
    await own.finally(leave);
    if (isStopping(waits.worker)) await waits.ended;
  } finally {
    clearInterval(followEachOther);
    if (waits.guests.size === 0) await Promise.allSettled([waits.ended]);
  }
}

/** Stops a worker that may not go on, which lets go of its connection at its end. @throws the error that says why */
export async function stopWith(error: unknown, worker: Worker, ended: Promise<void>): Promise<never> {
  stop(worker);
  await Promise.allSettled([ended]);
  throw error;
}

async function join(worker: Worker, queue: WaitQueue): Promise<Waits> {
  const place = worker.options.connection ?? worker;
  const queues = running.get(place) ?? new Map<string, Promise<Waits>>();
  running.set(place, queues);
  const name = `${worker.options.namespace} ${queue.taskQueue}`;
  const forget = (): void => void queues.delete(name);
  const joined = queues.get(name) ?? start({ worker, queue, onEnd: forget });
  queues.set(name, joined);
  const waits = await joined;
  waits.guests.add(worker);
  return waits;
}

interface Starting {
  readonly worker: Worker;
  readonly queue: WaitQueue;
  readonly onEnd: () => void;
}

async function start({ worker, queue, onEnd }: Starting): Promise<Waits> {
  try {
    const waiting = await createWaitWorker(worker, queue);
    const ended = waiting.run().finally(onEnd);
    // Whoever runs beside it awaits it too, but only at the end.
    ended.catch(() => undefined);
    return { worker: waiting, ended, guests: new Set() };
  } catch (error) {
    onEnd();
    throw error;
  }
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
