/** The run finder of a client. */
import type { PolytomicClient } from '../../polytomic/client';
import { adapterFor } from '../adapter-for';
import type { OrganizationReads } from '../watcher/organization-reads';
import { RunFinder } from './run-finder';

/** Builds the one finder that a process needs for a client; it spends of the same budget as the watcher. */
export function createClientRunFinder(client: PolytomicClient, reads: OrganizationReads): RunFinder {
  return new RunFinder(reads, ({ kind, syncId }, options) => adapterFor(kind, client).executionPages(syncId, options));
}
