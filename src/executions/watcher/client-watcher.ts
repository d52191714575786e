/** The watcher and the finder of a client, which share its requests. */
import type { PolytomicClient } from '../../polytomic/client';
import { isPolytomicError } from '../../polytomic/errors';
import { adapterFor } from '../adapter-for';
import { ExecutionWatcher } from './execution-watcher';
import { ReadScheduler, type ReadSchedulerOptions } from '../reads/read-scheduler';
import { isKnownStatusOf, sourcesOf } from '../sources/wire-sources';

/** What the reads of a client are built from. */
export interface ClientReadsOptions extends Pick<ReadSchedulerOptions, 'requestsPerMinute' | 'log' | 'onPoll'> {
  client: PolytomicClient;
  /** Whether an operation may be called, by its dotted name. Default: every one. */
  allows?: (operation: string) => boolean;
}

/** Builds what waits and searches of a client share in this process. */
export function createClientReads({ client, allows = () => true, ...options }: ClientReadsOptions): ReadScheduler {
  return new ReadScheduler({
    ...options,
    clock: client.clock,
    pause: client.pause,
    serverNow: () => client.serverClock.now(),
    createSources: sourcesOf(client, allows),
    ...(allows('identity.get') && { checkKey: (signal: AbortSignal) => checkKey(client, signal) }),
  });
}

/** Builds the one watcher that a process needs for a client. */
export function createClientWatcher(client: PolytomicClient, reads: ReadScheduler): ExecutionWatcher {
  return new ExecutionWatcher(reads, {
    read: (ref, signal) => adapterFor(ref.kind, client).readExecution(ref, { signal }),
    isKnownStatus: isKnownStatusOf,
  });
}

/** Versions up to 2023-04-25 do not tell whose key it is; the list of syncs, which all of them have, is as good. */
async function checkKey(client: PolytomicClient, signal: AbortSignal): Promise<void> {
  try {
    await client.identity.get({}, { signal });
  } catch (error) {
    if (!isPolytomicError(error, 'NotSupported')) throw error;
    await client.modelSync.list({}, { signal });
  }
}
