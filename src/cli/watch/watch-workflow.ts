/** Follows one workflow to its end, over lost connections and workers that come and go. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { grpcCodeOf, isConnectionLost } from '../cli-error';
import type { Temporal } from '../connect';
import { readLive } from './read-live';
import { toWatchEnd, withOpenCancellation } from './watch-end';
import { readProgress, type WatchedRun, type WatchEnd } from './watched-run';

/** How to watch. */
export interface WatchOptions {
  readonly temporal: Temporal;
  readonly handle: WorkflowHandle;
  /** Between two queries, milliseconds. */
  readonly everyMs: number;
  /** Told of what changed. */
  readonly onChange: (change: Partial<WatchedRun>) => void;
  /** Ends the watching, never the workflow. */
  readonly signal: AbortSignal;
}

const grpc = { failedPrecondition: 9, unavailable: 14 } as const;
const retryMs = 1_000;
/** The server asks the worker that had the workflow last for 10 seconds, even a dead one, before it asks another. */
const queryTimeoutMs = 15_000;

/** Resolves to how the workflow ended. @throws the signal's reason, or an error that no retry would mend */
export async function watchWorkflow(options: WatchOptions): Promise<WatchEnd> {
  const over = new AbortController();
  // A query under way may take many seconds where no worker answers; once the end is known nobody waits for it.
  void pollProgress(options, AbortSignal.any([options.signal, over.signal]));
  try {
    return await untilEnd(options);
  } finally {
    over.abort();
  }
}

async function untilEnd({ handle, onChange, signal }: WatchOptions): Promise<WatchEnd> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const end = await readEnd(handle, signal);
      return end.status === 'canceled' ? withOpenCancellation(end, await abortable(handle.describe(), signal)) : end;
    } catch (error) {
      signal.throwIfAborted();
      if (!isConnectionLost(error)) throw error;
      onChange({ trouble: 'the connection to Temporal is lost; trying again' });
      await sleep(retryMs, undefined, { signal });
    }
  }
}

async function readEnd(handle: WorkflowHandle, signal: AbortSignal): Promise<WatchEnd> {
  try {
    return toWatchEnd({ result: await abortable(handle.result(), signal) });
  } catch (error) {
    return toWatchEnd({ error });
  }
}

async function pollProgress(options: WatchOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (!(await pollOnce(options, signal))) return;
    await sleep(options.everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Whether it is worth asking again. */
async function pollOnce({ temporal, handle, onChange }: WatchOptions, signal: AbortSignal): Promise<boolean> {
  try {
    const [progress, live] = await temporal.connection.withDeadline(Date.now() + queryTimeoutMs, () =>
      Promise.all([handle.query<unknown>('progress'), readLive(handle, temporal.codec)]),
    );
    const known = readProgress(progress);
    if (known && !signal.aborted) onChange({ ...known, ...(live && { live }), trouble: undefined });
    return known !== undefined;
  } catch (error) {
    if (signal.aborted) return false;
    const trouble = troubleOf(error);
    if (trouble !== undefined) onChange({ trouble });
    return trouble !== undefined;
  }
}

/** Undefined: the workflow will never answer, as it is none of ours. Every other reason may pass. */
function troubleOf(error: unknown): string | undefined {
  if ((error as Error).name === 'QueryNotRegisteredError') return undefined;
  const code = grpcCodeOf(error);
  if (code === grpc.unavailable) return 'the connection to Temporal is lost; trying again';
  if (code === grpc.failedPrecondition) return 'no worker polls the task queue; the workflow waits for one';
  return 'no worker answers; trying again';
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
