/** What is true of a sync before a plain start, from fewer requests than a full read: for fan-outs over many syncs. */
import type { SyncSnapshot, UsualDuration } from '../contracts/sync-snapshot';
import type { SyncKind } from '../contracts/sync-kind';
import type { BulkSyncBatchStatus } from '../polytomic/operations/bulk-sync/answers';
import { batchStanding } from './batch-standing';
import type { SyncSummary } from './sync-adapter';

/** What every batch snapshot is made of. */
export interface BatchSnapshotSource {
  syncId: string;
  sync: SyncSummary;
  /** Milliseconds since the epoch by Polytomic's clock. */
  serverTime: number;
}

/**
 * Of a model sync, from the sync alone: its executions would cost a request more. A run in progress is then found by the
 * start, which it refuses. As no newest run is known, a lost answer to the start can be mistaken for a run that somebody
 * else began within the minute by which Polytomic's clocks may differ before this read; every older run is told apart by
 * its creation time.
 */
export function batchModelSnapshot(source: BatchSnapshotSource): SyncSnapshot {
  return frame('model', source);
}

/**
 * Of a bulk sync, from its row of the batch status; undefined where that shows, or may hide, a run in progress. The row
 * tells the newest run of each enabled schema only, so that a run of others is not seen: as above.
 */
export function batchBulkSnapshot(source: BatchSnapshotSource, row: BulkSyncBatchStatus): SyncSnapshot | undefined {
  if (batchStanding(row) !== 'idle') return undefined;
  const schemas = (row.schemas ?? []).filter((schema) => schema.execution_id);
  const newest = schemas.toSorted((one, other) => startOf(other) - startOf(one))[0];
  return {
    ...frame('bulk', source),
    newest: newest?.execution_id ? { executionId: newest.execution_id, createdAt: null } : null,
    usual: usualOf(schemas),
  };
}

type SchemaStatus = NonNullable<BulkSyncBatchStatus['schemas']>[number];

const startOf = ({ started_at, completed_at }: SchemaStatus): number =>
  Date.parse(started_at ?? completed_at ?? '') || 0;

/** One run is known whole only where all schemas name it and completed. */
function usualOf(schemas: readonly SchemaStatus[]): UsualDuration | null {
  const whole = schemas.every(
    ({ execution_id, status }) => execution_id === schemas[0]?.execution_id && status === 'completed',
  );
  if (!whole) return null;
  const began = Math.min(...schemas.map(({ started_at }) => Date.parse(started_at ?? '')));
  const medianMs = Math.max(...schemas.map(({ completed_at }) => Date.parse(completed_at ?? ''))) - began;
  return medianMs > 0 && Number.isFinite(medianMs) ? { medianMs, sigma: 0, runs: 1 } : null;
}

function frame(kind: SyncKind, { syncId, sync, serverTime }: BatchSnapshotSource): SyncSnapshot {
  return {
    kind,
    syncId,
    ...sync,
    newest: null,
    running: null,
    usual: null,
    serverTime: new Date(serverTime).toISOString(),
  };
}
