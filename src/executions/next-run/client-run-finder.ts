/** The run finder of a client. */
import type { PolytomicClient } from '../../polytomic/client';
import { adapterFor } from '../adapter-for';
import { RunFinder, type RunFinderOptions } from './run-finder';

/** What the run finder of a client is built from. */
export interface ClientRunFinderOptions extends Pick<RunFinderOptions, 'clock' | 'random'> {
  client: PolytomicClient;
  /** Of the organization; the finder takes a part of it, as the watcher of executions needs the rest. */
  requestsPerMinute: number;
}

/** A run that begins is found a little later; an end that is awaited should be seen at once. */
const share = 0.25;

/** Builds the one finder that a process needs for a client. */
export function createClientRunFinder({ client, requestsPerMinute, ...options }: ClientRunFinderOptions): RunFinder {
  return new RunFinder({
    ...options,
    executionPages: ({ kind, syncId }, read) => adapterFor(kind, client).executionPages(syncId, read),
    looksPerMinute: Math.max(1, share * requestsPerMinute),
  });
}
