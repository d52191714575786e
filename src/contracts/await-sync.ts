/** `awaitSync`: its input, and what crosses for a run that somebody else starts. */
import type { Duration } from './duration';
import type { PreparedRuns } from './prepared-runs';
import type { RunningExecution } from './sync-snapshot';
import type { SharedRunInput } from './run-inputs';
import type { SyncRef } from './sync-kind';

/** What `awaitSync` takes of what runs share; the rest is about starting, which it never does. */
type SharedAwaitInput = Pick<
  SharedRunInput,
  | 'organization'
  | 'notify'
  | 'onFailure'
  | 'maxErrorRecords'
  | 'maxErrorRatio'
  | 'maxWarnings'
  | 'minRecords'
  | 'minRecordsRatio'
  | 'stalledAfter'
  | 'liveCounts'
  | 'errorText'
>;

/**
 * Input of `awaitSync`. With none of `executionId`, `completedAfter` and `caughtUpWithin`: the next run that ends after the
 * workflow (or the inline call) began, by Polytomic's clock, one in progress included. Two of them together are an error.
 */
export interface AwaitSyncInput extends SyncRef, SharedAwaitInput {
  /** Wait for this very run. */
  executionId?: string;
  /** Take the first run that ended after this time (RFC 3339), perhaps already. It may lie in the future. */
  completedAfter?: string;
  /**
   * Of a bulk sync that replicates by change data capture (CDC): wait for no run, but until its ingestion has caught up,
   * that is until the changes that Polytomic read last from the source are no older than this, by Polytomic's clock; 10
   * seconds or more. Only the time of the position (`position_time`) proves that, while the ingestion is enabled, runs,
   * and has the status `ok` or `warning`; where Polytomic does not say one of them, or the source has no changes to read,
   * the wait goes on until `timeout`. It says nothing of the destination, which runs write to. The result is `completed`,
   * with `ingestion` and no run. For another sync the workflow fails with `polytomic.InvalidInput`. Options that judge a
   * run cannot be given with it.
   */
  caughtUpWithin?: Duration;
  /** Of the whole workflow. Default 7 days. On expiry the outcome is `timedOut`; the run goes on. */
  timeout?: SharedRunInput['timeout'];
  /**
   * When a run is told as late: after a time, or after so many times its usual (median) duration, then not before 5
   * seconds. While no run is known, a time counts from the beginning of the wait. Default `{ timesMedian: 3 }`.
   */
  warnAfter?: SharedRunInput['warnAfter'];
  /** Understood as everywhere, and without effect: a run that was only awaited is never cancelled. */
  onCancel?: SharedRunInput['onCancel'];
  /** As `onCancel`. */
  onTimeout?: SharedRunInput['onTimeout'];
}

/** Asks `prepareAwaitSync` to parse the input and to read the sync. */
export interface PrepareAwaitSyncRequest {
  /** The workflow's input as it came, right or wrong; absent where it was none. */
  input?: unknown;
  /** When the wait began (RFC 3339, Temporal's clock). */
  beganAt: string;
}

/** Answer of `prepareAwaitSync`. */
export interface PreparedAwaitSync extends PreparedRuns {
  /** Run to wait for; null: the first that ends after a time. */
  executionId: string | null;
  /** That time, where the input names one. */
  completedAfter: string | null;
  /** No run is waited for, but that the ingestion is no farther behind, in milliseconds; else absent. */
  caughtUpWithinMs?: number;
  /** When the sync's next run is due (RFC 3339), where one is searched and Polytomic says when; else absent. */
  nextRunAt?: string;
  /** How long after `beganAt` the time `serverTime` was read, in milliseconds, by Temporal's clock or the worker's. */
  serverTimeLagMs: number;
}

/** Request of `awaitNextRun`. */
export interface AwaitNextRunRequest extends SyncRef {
  organization: string;
  /** Runs that ended later than this (RFC 3339, Polytomic's clock) count. */
  endedAfter: string;
  /** Runs that were read as in progress later than `endedAfter`: they count whatever time of their end is told. */
  inProgress: string[];
  /** Return after so many milliseconds at the latest, even with nothing found; null: wait without end. As in `awaitExecutions`. */
  waitForMs?: number | null;
  /** The older form, as in `awaitExecutions`. */
  deadline?: string | null;
  /** Heartbeat details of an activity that searched for the same before and was given up; else absent. */
  checkpoint?: unknown;
}

/** A run that was found. */
export interface FoundRun extends RunningExecution {
  /** It had ended already, so it cannot be late any more. */
  ended: boolean;
}

/** Answer of `awaitNextRun`. */
export interface AwaitNextRunResult {
  /** The run that ended first after the time, or the one in progress that will; null when the deadline passed. */
  found: FoundRun | null;
}
