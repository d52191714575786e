/** The watcher of a client, with every source of hints that its API version has and its owner allows. */
import type { SyncKind } from '../../contracts/sync-kind';
import type { PolytomicClient } from '../../polytomic/client';
import { operations } from '../../polytomic/operations';
import { hasOperation, parseApiVersion } from '../../polytomic/versions';
import { adapterFor } from '../adapter-for';
import { bulkStatuses } from '../bulk-executions';
import { isKnownStatus, type StatusTable } from '../execution-status';
import { modelStatuses } from '../model-executions';
import { ExecutionWatcher, type WatcherOptions } from './execution-watcher';
import { batchStatusOf, eventsOf } from './sources';

/** What the watcher of a client is built from. */
export interface ClientWatcherOptions extends Pick<WatcherOptions, 'requestsPerMinute' | 'log' | 'clock' | 'random'> {
  client: PolytomicClient;
  /** Whether an operation may be called, by its dotted name. Default: every one. */
  allows?: (operation: string) => boolean;
}

/** Builds the one watcher that a process needs for a client. */
export function createClientWatcher({
  client,
  allows = () => true,
  ...options
}: ClientWatcherOptions): ExecutionWatcher {
  const version = parseApiVersion(client.apiVersion);
  const { events, bulkSync } = operations;
  const usable = [events.list, bulkSync.executions.listStatus].filter(
    (row) => hasOperation(row, version) && allows(row.name),
  );
  return new ExecutionWatcher({
    ...options,
    read: (ref, signal) => adapterFor(ref.kind, client).readExecution(ref, { signal }),
    isKnownStatus: (kind, status) => isKnownStatus(tables[kind], status),
    ...(usable.includes(events.list) && { readEvents: eventsOf(client) }),
    ...(usable.includes(bulkSync.executions.listStatus) && { readBatchStatus: batchStatusOf(client) }),
  });
}

const tables: Readonly<Record<SyncKind, StatusTable>> = { model: modelStatuses, bulk: bulkStatuses };
