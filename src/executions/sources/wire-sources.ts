/** The sources that a client has, in the watcher's terms: this is the one place that lists them. */
import type { SyncKind } from '../../contracts/sync-kind';
import type { PolytomicClient } from '../../polytomic/client';
import type { AnyOperation } from '../../polytomic/operation';
import { operations } from '../../polytomic/operations';
import type { BulkSyncBatchStatus } from '../../polytomic/operations/bulk-sync/answers';
import type { Event } from '../../polytomic/operations/events';
import { hasOperation } from '../../polytomic/operation-versions';
import { parseApiVersion } from '../../polytomic/versions';
import { bulkSchemaStatuses, bulkStatuses } from '../bulk-executions';
import { isKnownStatus, readStatus, type StatusTable } from '../execution-status';
import { modelStatuses } from '../model-executions';
import { uncertainEndings } from '../uncertain-end';
import { toReportedTime } from '../wire-values';
import { BatchSource, type BatchRow, type ReadBatchStatus } from './batch-source';
import { EventSource } from './event-source';
import type { FeedEvent, ReadEvents } from './event-feed';
import type { SourceContext, StatusSource } from '../reads/status-source';

/** Builds the sources that the API version has and the operator allows, the most telling first. */
export function sourcesOf(
  client: PolytomicClient,
  allows: (operation: string) => boolean,
): (context: SourceContext) => StatusSource[] {
  const version = parseApiVersion(client.apiVersion);
  const isUsable = (row: AnyOperation): boolean => hasOperation(row, version) && allows(row.name);
  const { events, bulkSync } = operations;
  return (context) => [
    ...(isUsable(events.list) ? [new EventSource(context, eventsOf(client))] : []),
    ...(isUsable(bulkSync.executions.listStatus) ? [new BatchSource(context, batchStatusOf(client))] : []),
  ];
}

const tables: Readonly<Record<SyncKind, StatusTable>> = { model: modelStatuses, bulk: bulkStatuses };

/** Whether the meaning of a status of this kind is known. */
export const isKnownStatusOf = (kind: SyncKind, status: string): boolean => isKnownStatus(tables[kind], status);

function eventsOf(client: PolytomicClient): ReadEvents {
  return async ({ startingAfter, endingBefore, limit }, signal) => {
    const before = endingBefore === undefined ? {} : { ending_before: timestamp(endingBefore) };
    const query = { starting_after: timestamp(startingAfter), ...before, limit };
    const { items } = await client.events.list(query, { signal });
    return items.map((event) => toFeedEvent(event, startingAfter));
  };
}

function batchStatusOf(client: PolytomicClient): ReadBatchStatus {
  return async (query, signal) => {
    const input = 'all' in query ? { all: true } : { sync_id: query.syncIds };
    const { items } = await client.bulkSync.executions.listStatus(input, { signal });
    return items.map(toBatchRow);
  };
}

/** Of all types, only those that end in `.running` do not speak of an end; one that nobody knows yet is worth a read. */
function toFeedEvent({ id, type, created_at, event }: Event, fallbackAt: number): FeedEvent {
  const executionId = event?.execution_id ?? '';
  const at = Date.parse(created_at ?? '');
  return {
    id: id || `${type} ${executionId} ${created_at}`,
    at: Number.isNaN(at) ? fallbackAt : at,
    executionId,
    ...(event?.sync_id && { syncId: event.sync_id }),
    ended: executionId !== '' && !(type ?? '').endsWith('.running'),
  };
}

function toBatchRow({ sync_id, status, schemas }: BulkSyncBatchStatus): BatchRow {
  const executions = new Map<string, boolean>();
  for (const { execution_id, status, completed_at } of schemas ?? []) {
    const { phase } = readStatus(bulkSchemaStatuses, status ?? 'unknown', toReportedTime(completed_at));
    const id = execution_id ?? '';
    executions.set(id, (executions.get(id) ?? true) && phase === 'ended');
  }
  return { syncId: sync_id ?? '', ended: hasEnded(status ?? 'unknown'), executions };
}

/** The batch tells no end time of a sync's run, so an uncertain status is taken as worth a read. */
const hasEnded = (status: string): boolean =>
  uncertainEndings.has(status) || readStatus(bulkStatuses, status, null).phase === 'ended';

const timestamp = (ms: number): string => new Date(ms).toISOString();
