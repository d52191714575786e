/** What was true of a sync before it was started. */
import type { ExecutionShape } from './execution';
import type { SyncRef } from './sync-kind';

/** A problem in a sync's configuration that stops it from running. */
export interface SyncProblem {
  code: string | null;
  message: string | null;
  path: string | null;
}

/** Usual length of a sync's completed runs, from its recent executions. */
export interface UsualDuration {
  /** Median in milliseconds. */
  medianMs: number;
  /** Standard deviation of the logarithm of the durations; 0.15 means they vary by about 15 %. */
  sigma: number;
  /** How many runs this was taken from. */
  runs: number;
}

/** A run in progress that was found before a start. */
export interface RunningExecution {
  executionId: string;
  status: string;
  createdAt: string | null;
  startedAt: string | null;
  /** Absent where the kind does not tell (model syncs). */
  shape?: ExecutionShape;
}

/** What was true of a sync before a start: the proof that a newer execution is new. */
export interface SyncSnapshot extends SyncRef {
  name: string | null;
  active: boolean;
  /** Today each problem stops a run. */
  problems: SyncProblem[];
  /** Newest execution by creation time, ended or not; null when there was none. */
  newest: { executionId: string; createdAt: string | null } | null;
  /** A run in progress, the newest if several; null when none. */
  running: RunningExecution | null;
  usual: UsualDuration | null;
  /**
   * Ids of listed executions that were created within five minutes before the snapshot, or do not tell when, at most 20.
   * Absent where no executions were listed: then only creation times tell new runs from old ones.
   */
  recent?: string[];
  /** Polytomic's clock (`Date` header) at the read, RFC 3339. */
  serverTime: string;
}
