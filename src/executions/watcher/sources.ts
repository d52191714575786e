/** The sources of hints on a client: what the API's events and batch status say, in the watcher's terms. */
import type { PolytomicClient } from '../../polytomic/client';
import type { Event } from '../../polytomic/operations/events';
import type { BulkSyncBatchStatus } from '../../polytomic/operations/bulk-sync/answers';
import { bulkSchemaStatuses, bulkStatuses } from '../bulk-executions';
import { readStatus } from '../execution-status';
import { uncertainEndings } from '../uncertain-end';
import type { BatchExecution, BatchRow, ReadBatchStatus } from './batch-status';
import type { FeedEvent, ReadEvents } from './event-feed';

/** Events of a client's organization. */
export function eventsOf(client: PolytomicClient): ReadEvents {
  return async ({ startingAfter, endingBefore, limit }, signal) => {
    const before = endingBefore === undefined ? {} : { ending_before: timestamp(endingBefore) };
    const query = { starting_after: timestamp(startingAfter), ...before, limit };
    const { items } = await client.events.list(query, { signal });
    return items.map((event) => toFeedEvent(event, startingAfter));
  };
}

/** Batch status of a client's bulk syncs. */
export function batchStatusOf(client: PolytomicClient): ReadBatchStatus {
  return async (query, signal) => {
    const input = 'all' in query ? { all: true } : { sync_id: query.syncIds };
    const { items } = await client.bulkSync.executions.listStatus(input, { signal });
    return items.map(toBatchRow);
  };
}

/** Of all types, only those that end in `.running` do not speak of an end; one that nobody knows yet is worth a look. */
function toFeedEvent({ id, type, created_at, event }: Event, fallbackAt: number): FeedEvent {
  const executionId = event?.execution_id ?? '';
  const at = Date.parse(created_at ?? '');
  return {
    id: id ?? `${type} ${executionId} ${created_at}`,
    at: Number.isNaN(at) ? fallbackAt : at,
    executionId,
    ...(event?.sync_id && { syncId: event.sync_id }),
    ended: executionId !== '' && !(type ?? '').endsWith('.running'),
  };
}

function toBatchRow({ sync_id, status, schemas }: BulkSyncBatchStatus): BatchRow {
  const executions = new Map<string, BatchExecution>();
  for (const one of schemas ?? []) {
    const id = one.execution_id ?? '';
    const execution = executions.get(id) ?? { ended: true, schemas: [] };
    executions.set(id, execution);
    const schemaStatus = one.status ?? 'unknown';
    const { phase } = readStatus(bulkSchemaStatuses, schemaStatus, one.completed_at ?? null);
    execution.ended &&= phase === 'ended';
    execution.schemas.push({
      schema: one.schema ?? '',
      status: schemaStatus,
      records: one.record_count ?? 0,
      errors: one.error_count ?? 0,
    });
  }
  return { syncId: sync_id ?? '', status: status ?? 'unknown', ended: hasEnded(status ?? 'unknown'), executions };
}

/** The batch tells no end time of a sync's run, so an uncertain status is taken as worth a look. */
const hasEnded = (status: string): boolean =>
  uncertainEndings.has(status) || readStatus(bulkStatuses, status, null).phase === 'ended';

const timestamp = (ms: number): string => new Date(ms).toISOString();
