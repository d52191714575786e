/** What a workflow that runs one sync tells at its end. */
import type { CaughtUp } from './ingestion';
import type { RecordCounts, SchemaExecution } from './execution';
import type { SyncKind } from './sync-kind';

/**
 * `completed`, `completedWithErrors` (some records were rejected) and `skipped` are results; the others throw, or with
 * `onFailure: 'return'` are results too. `partiallyFailed`: some schemas failed. `failed` includes interrupted runs and
 * ends that nobody knows.
 */
export type RunOutcome =
  'completed' | 'completedWithErrors' | 'partiallyFailed' | 'failed' | 'canceled' | 'timedOut' | 'skipped';

/** Per-schema part of a result. */
export type SchemaResult = Omit<SchemaExecution, 'failed'>;

/** The result of one run, also `details[0]` of every failure of a workflow that runs or awaits one sync, wrong input aside. */
export interface SyncRunResult {
  /** `model` or `bulk`. */
  kind: SyncKind;
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Id of the sync. Empty where it was to be created and was not. */
  syncId: string;
  /** Name of the sync, null if it could not be read. */
  name: string | null;
  /** The execution that decided the outcome; the last one after schema retries; null when none was started or known. */
  executionId: string | null;
  /**
   * Ids of all executions of this run, oldest first (the newest 100), those of earlier attempts included; if several, or
   * if the last attempt made none.
   */
  executions?: string[];
  /** How many times the sync was run as a whole, if several. All else is of the last of these attempts. */
  attempts?: number;
  /** Page of the execution in Polytomic; only on failures whose execution was read, and where the API version tells it. */
  url?: string;
  /** What the run came to. */
  outcome: RunOutcome;
  /** Last status read, verbatim; null when no execution was read. */
  status: string | null;
  /** True when the run was found running, not started by this workflow. */
  attached: boolean;
  /** RFC 3339, null where not told. */
  startedAt: string | null;
  /** When the execution ended (RFC 3339); null where it did not or does not say. */
  completedAt: string | null;
  /** Newest counts per schema, summed, after schema retries. */
  records: RecordCounts;
  /** Messages, first 20, each at most 500 characters; empty with `errorText: 'omit'`. */
  errors: string[];
  /** Bulk only: bad ones first, at most 100. */
  schemas?: SchemaResult[];
  /** Bulk only: exact counts, however many schemas were cut. */
  schemaCounts?: { total: number; failed: number };
  /** Why the outcome is what it is, where the status alone does not say. */
  reason?: string;
  /** Of `awaitSync` with `caughtUpWithin`: how far the ingestion was when it had caught up. */
  ingestion?: CaughtUp;
  /** Of a run that was stopped: whether it was seen to end after the cancel requests. Absent where none was to be sent. */
  cancelConfirmed?: boolean;
}
