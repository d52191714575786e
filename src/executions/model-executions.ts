/** A model sync's run, from the wire to the one model. */
import type { Execution, RecordCounts } from '../contracts/execution';
import type { ExecutionRef } from '../contracts/sync-kind';
import { readStatus, type StatusTable } from './execution-status';
import { noCounts } from '../rules/no-counts';
import { cutMessages, cutStatus, toReportedTime } from './wire-values';

/** Fields that are read of a run; all may be missing. */
export interface WireModelExecution {
  status?: string | null;
  created_at?: string | null;
  started_at?: string | null;
  completed_at?: string | null;
  counts?: WireCounts | null;
  errors?: string[] | null;
}

interface WireCounts {
  total?: number | null;
  insert?: number | null;
  update?: number | null;
  upserts?: number | null;
  delete?: number | null;
  error?: number | null;
  warnings?: number | null;
}

/** Only `completed`, `canceled` and `failed` are documented as final; the others are known by their names. */
export const modelStatuses: StatusTable = {
  created: 'waiting',
  scheduled: 'waiting',
  queued: 'waiting',
  waiting: 'waiting',
  running: 'running',
  processing: 'running',
  canceling: 'running',
  completed: { ended: 'completed' },
  canceled: { ended: 'canceled' },
  failed: { ended: 'failed' },
};

/** The run's shape is absent: model syncs do not tell it. */
export function toModelExecution(
  { syncId, executionId }: Omit<ExecutionRef, 'kind'>,
  wire: WireModelExecution,
): Execution {
  const status = cutStatus(wire.status ?? 'unknown');
  const completedAt = toReportedTime(wire.completed_at);
  return {
    kind: 'model',
    syncId,
    executionId,
    status,
    ...readStatus(modelStatuses, status, completedAt),
    createdAt: toReportedTime(wire.created_at),
    startedAt: toReportedTime(wire.started_at),
    completedAt,
    records: toCounts(wire.counts),
    errors: cutMessages(wire.errors ?? []),
  };
}

function toCounts(counts: WireCounts | null | undefined): RecordCounts {
  if (!counts) return { ...noCounts };
  return {
    total: counts.total ?? null,
    inserted: counts.insert ?? null,
    updated: counts.update ?? null,
    upserted: counts.upserts ?? null,
    deleted: counts.delete ?? null,
    errors: counts.error ?? null,
    warnings: counts.warnings ?? null,
  };
}
