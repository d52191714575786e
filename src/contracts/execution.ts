/** The one model of a run, for both kinds of syncs, as it crosses from activities to workflows. */
import type { ExecutionRef } from './sync-kind';

/** `waiting`: accepted, not begun. `running`: in progress. `ended`: its status can no longer change. */
export type ExecutionPhase = 'waiting' | 'running' | 'ended';

/**
 * How an ended execution ended, by its kind's status table. `partial`: some of it failed (bulk status `errors`).
 * `unknown`: it ended (`completed_at` is set) with a status that nobody knows; never a success.
 */
export type ExecutionEnding = 'completed' | 'partial' | 'failed' | 'canceled' | 'unknown';

/** Counts of records, null where Polytomic does not report them. */
export interface RecordCounts {
  /** Records that the run handled, rejected ones included where Polytomic counts them so. */
  total: number | null;
  /** Records inserted; null where not reported. */
  inserted: number | null;
  /** Records updated; null where not reported. */
  updated: number | null;
  /** Records inserted or updated, where the target does not say which; null where not reported. */
  upserted: number | null;
  /** Records deleted; null where not reported. */
  deleted: number | null;
  /** Records that were rejected. */
  errors: number | null;
  /** Records with warnings; null where not reported. */
  warnings: number | null;
}

/** One schema (table, object) of a bulk execution. */
export interface SchemaExecution {
  /** Polytomic's id of the schema, such as `public.users`. */
  schema: string;
  /** Status, verbatim. */
  status: string;
  /**
   * True when this schema did not succeed (failed, interrupted, canceled, or still in progress in a run that has completed).
   * Absent while it is in progress.
   */
  failed?: boolean;
  /** Records that the run handled; 0 also where Polytomic reports none. */
  records: number;
  /** Records that were rejected; 0 also where Polytomic reports none. */
  errors: number;
  /** Records with warnings; 0 also where Polytomic reports none. */
  warnings: number;
  /** Status message, cut to 500 characters; null where there is none. */
  message: string | null;
}

/** How a run was shaped at its start, as far as Polytomic tells; bulk executions only. */
export interface ExecutionShape {
  isTest: boolean;
  isResync: boolean;
  isPartial: boolean;
  /** Ids of the schemas it covers; absent where not told. */
  schemas?: string[];
  /** How much was fetched from the source; absent where not told. */
  fetchMode?: string;
}

/** A run of a sync as one read of it told. */
export interface Execution extends ExecutionRef {
  /** Status, verbatim. */
  status: string;
  phase: ExecutionPhase;
  /** Set exactly when `phase` is `ended`. */
  ending?: ExecutionEnding;
  /** RFC 3339 times, null where not told. */
  createdAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  records: RecordCounts;
  /** Messages of the run, first 20, each cut to 500 characters. */
  errors: string[];
  /** Bulk only: schemas, bad ones first, at most 100. */
  schemas?: SchemaExecution[];
  /** Bulk only: exact counts, however many schemas were cut. */
  schemaCounts?: { total: number; failed: number };
  /** Bulk only: how many schemas a completed run still shows as in progress; they count as failed. Absent: none. */
  unendedSchemas?: number;
  /** Bulk only: ids of all failed schemas that have one, for re-running just these; absent when they are more than 1,000. */
  failedSchemas?: string[];
  /** Bulk only: counts of the failed schemas alone, summed; what a re-run of them replaces. */
  failedRecords?: { total: number; errors: number; warnings: number };
  /** Page of the execution in Polytomic; only where its run may count as a failure, and where the API version tells it. */
  url?: string;
}
