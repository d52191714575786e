/** What a run is asked for, with every default applied. */
import type {
  BulkSyncStart,
  IfInactive,
  IfRunning,
  ModelSyncStart,
  RetryableOutcome,
  RunDisposition,
} from './run-inputs';

/** Start options of either kind, as the workflow's input names them. */
export type StartOptions = ModelSyncStart & BulkSyncStart;

/** Run options with every default applied; durations in milliseconds. */
export interface ResolvedRunOptions {
  ifRunning: IfRunning;
  startedAfter: string | null;
  timeoutMs: number;
  onCancel: RunDisposition;
  onTimeout: RunDisposition;
  warnAfter: { ms: number } | { timesMedian: number };
  /** Absent: a run in progress is read as rarely as finding its end allows. */
  liveCountsMs?: number;
  onFailure: 'throw' | 'return';
  maxErrorRecords: number | null;
  maxErrorRatio: number | null;
  minRecords: number | null;
  /** Absent: no limit. */
  maxWarnings?: number;
  /** Absent: past runs are not read. */
  minRecordsRatio?: number;
  errorText: 'include' | 'omit';
  ifInactive: IfInactive;
  start: StartOptions;
  retryFailedSchemas: number;
  /** Absent: counts are not compared. */
  stalledAfterMs?: number;
  /** Absent: a stalled run is only reported. */
  onStalled?: 'cancel' | 'restart';
  /** Absent: not. */
  checkConnections?: true;
  /** Absent: a sync is run once. */
  retry?: ResolvedRetry;
  /** Absent: none. */
  timeoutPerAttemptMs?: number;
}

/** When a sync is run again as a whole. */
export interface ResolvedRetry {
  attempts: number;
  delayMs: number;
  on: RetryableOutcome[];
}
