/** The run finder of a client. */
import type { PolytomicClient } from '../../polytomic/client';
import { operations } from '../../polytomic/operations';
import { hasOperation, parseApiVersion } from '../../polytomic/versions';
import { adapterFor } from '../adapter-for';
import { eventsOf } from '../watcher/sources';
import { RunFinder, type RunFinderOptions } from './run-finder';

/** What the run finder of a client is built from. */
export interface ClientRunFinderOptions extends Pick<RunFinderOptions, 'clock' | 'random' | 'onRequest'> {
  client: PolytomicClient;
  /** Of the organization; the finder takes a part of it, as the watcher of executions needs the rest. */
  requestsPerMinute: number;
  /** Whether an operation may be called, by its dotted name. Default: every one. */
  allows?: (operation: string) => boolean;
}

/** A run that begins is found a little later; an end that is awaited should be seen at once. */
const share = 0.25;

/** Builds the one finder that a process needs for a client. */
export function createClientRunFinder({
  allows = () => true,
  client,
  requestsPerMinute,
  ...options
}: ClientRunFinderOptions): RunFinder {
  const { list } = operations.events;
  const hasEvents = hasOperation(list, parseApiVersion(client.apiVersion)) && allows(list.name);
  return new RunFinder({
    ...options,
    executionPages: ({ kind, syncId }, read) => adapterFor(kind, client).executionPages(syncId, read),
    ...(hasEvents && { readEvents: eventsOf(client) }),
    looksPerMinute: Math.max(1, share * requestsPerMinute),
  });
}
