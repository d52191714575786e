/** Reads one sync's row of the batch status of bulk syncs: does anything run? */
import type { BulkSyncBatchStatus } from '../polytomic/operations/bulk-sync/answers';
import { bulkSchemaStatuses, bulkStatuses } from './bulk-executions';
import { isKnownStatus, readStatus, type StatusReading, type StatusTable } from './execution-status';
import { uncertainEndings } from './uncertain-end';
import { toReportedTime } from './wire-values';

/** `idle`: surely nothing is in progress. `unclear`: a status of which nobody knows whether it is final. */
export type BatchStanding = 'idle' | 'running' | 'unclear';

/** What the row says of the sync and of each schema taken together; a sync that never ran has no status. */
export function batchStanding({ status, schemas }: BulkSyncBatchStatus): BatchStanding {
  const told = (schemas ?? []).filter((schema) => schema.status || schema.execution_id);
  const standings = told.map((schema) => standingOf(bulkSchemaStatuses, schema.status, schema.completed_at));
  if (status || told.length > 0) standings.push(standingOf(bulkStatuses, status));
  if (standings.includes('running')) return 'running';
  return standings.includes('unclear') ? 'unclear' : 'idle';
}

function standingOf(table: StatusTable, told?: string | null, completedAt?: string | null): BatchStanding {
  const status = told ?? '';
  const reading: StatusReading = readStatus(table, status, toReportedTime(completedAt));
  if (reading.phase === 'ended') return 'idle';
  return isKnownStatus(table, status) && !uncertainEndings.has(status) ? 'running' : 'unclear';
}
