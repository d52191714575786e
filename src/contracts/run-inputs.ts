/** Inputs of the workflows that run one sync. */
import type { Duration } from './duration';

/** What to do when a run of the sync is in progress. */
export type IfRunning = 'waitThenStart' | 'attach' | 'fail' | 'skip';
/** What to do with an inactive sync. */
export type IfInactive = 'fail' | 'run' | 'activate';
/** Whether a cancelled or timed-out workflow cancels the run that it started. */
export type RunDisposition = 'cancelOwn' | 'leaveRunning';

/** Outcomes after which a sync may be run again as a whole. */
export type RetryableOutcome = 'failed' | 'partiallyFailed' | 'timedOut';

/** Runs a sync again as a whole, each attempt being a run of its own. */
export interface RetryInput {
  /** Attempts in all, the first included; 1 to 20. */
  attempts: number;
  /** From the end of one attempt to the start of the next. Default 1 minute. */
  delay?: Duration;
  /**
   * Outcomes that lead to another attempt. Default `failed` and `partiallyFailed`, with `timeoutPerAttempt` also
   * `timedOut`. `timedOut` needs `timeoutPerAttempt`, and `onTimeout: 'cancelOwn'`.
   */
  on?: RetryableOutcome[];
}

/** Options that mean the same in every workflow that runs syncs. */
export interface SharedRunInput {
  /** Name of the organization (client) configured on the worker. Default `default`. */
  organization?: string;
  /**
   * Default `waitThenStart`: wait for the run in progress, then start, as a run that began before this call may have
   * missed its data. `attach`: await the one in progress if its shape fits what is asked and, with `startedAfter`, it
   * began late enough; else as the default. `fail`: `polytomic.SyncAlreadyRunning`. `skip`: outcome `skipped`.
   */
  ifRunning?: IfRunning;
  /** With `ifRunning: 'attach'`: attach only to a run that began at or after this time (RFC 3339). */
  startedAfter?: string;
  /** Of the whole workflow. Default 7 days. On expiry the run is read once more, then `onTimeout` applies. */
  timeout?: Duration;
  /** Default `cancelOwn`: cancel a run that this workflow started. A run attached to is never cancelled. */
  onCancel?: RunDisposition;
  /** As `onCancel`, when `timeout` expires. Default `cancelOwn`. */
  onTimeout?: RunDisposition;
  /**
   * When a run is told as late: after a time, or after so many times its usual (median) duration, then not before 5
   * seconds. Default `{ timesMedian: 3 }`.
   */
  warnAfter?: Duration | { timesMedian: number };
  /**
   * Reads a run in progress at least so often, within the budget of requests, so that the wait's heartbeat details hold counts of
   * that age; 10 seconds to 24 days. A heartbeat is sent about once a minute. Default: as rarely as finding its end allows, which
   * may be every 10 minutes.
   */
  liveCounts?: Duration;
  /**
   * `throw` (default): an outcome without success fails the workflow. `return`: it is the result. A run that cannot be started
   * fails in any case.
   */
  onFailure?: 'throw' | 'return';
  /** A completed run with more rejected records than this counts as failed. Default: no limit. */
  maxErrorRecords?: number;
  /** A completed run with a larger share (0 to 1) of rejected records counts as failed. Default: no limit. */
  maxErrorRatio?: number;
  /** A completed run with more warnings than this counts as failed; one that reports no warnings has none. Default: no limit. */
  maxWarnings?: number;
  /** A completed run with fewer records, or with no reported count, counts as failed. Default: no limit. */
  minRecords?: number;
  /**
   * A completed run counts as failed with fewer records than this share, above 0 up to 1, of the median of the sync's last
   * ten completed runs before it, or with no reported count where theirs is reported. Of a bulk sync, only runs of the
   * same resync flag, fetch mode and schemas are compared; of a model sync, Polytomic does not tell how a run was started.
   * Tests, and runs of a model sync with `identities` or `sourceIdentities`, are not compared. Fewer than five such runs
   * decide nothing. They are read once the run has completed, at most five pages; if Polytomic refuses that, or the time
   * is up before, nothing is decided and `reason` says so. Default: no limit.
   */
  minRecordsRatio?: number;
  /** `include` (default): first 500 characters of each message. `omit`: none, as messages may quote customers' data. */
  errorText?: 'include' | 'omit';
  /** What to do with an inactive sync. Default `fail` for model syncs, `run` for bulk syncs (which may be started by hand). */
  ifInactive?: IfInactive;
  /**
   * When a run counts as stalled: two reads of it, at least so far apart, show the same counts. It is then reported, once,
   * in `progress`, the log and `notify` (as late). A run that waits, or has no counts yet, is never stalled. 15 minutes or
   * more. Default: counts are not compared.
   */
  stalledAfter?: Duration;
  /**
   * What else to do with a stalled run of our own, once a fresh read shows the same counts still. `report` (default):
   * nothing. `cancel`: cancel it; it counts as failed and is not repeated. `restart`: cancel it and, once that is confirmed,
   * run the sync again as another attempt; as many attempts as `retry` allows, else two. Needs `stalledAfter`.
   */
  onStalled?: 'report' | 'cancel' | 'restart';
  /**
   * Read the status of the sync's connections (of a model sync, of its models' too) before each start, and fail with
   * `polytomic.ConnectionUnhealthy` where Polytomic calls one unhealthy. A status that is pending or unknown passes with a
   * warning in the worker's log. Default false.
   */
  checkConnections?: boolean;
  /**
   * Run the sync again as a whole when it did not succeed. Never repeated: a run that was attached to, cancelled or
   * skipped, one whose cancel was not confirmed, and what could not be started. An attempt begins only once the run
   * before is over, and only if there is time left. Default: none.
   */
  retry?: RetryInput;
  /**
   * Of each attempt, from when Polytomic accepts its start; then `onTimeout` applies to its run. Default: none but
   * `timeout` of the whole.
   */
  timeoutPerAttempt?: Duration;
  /** Targets that the operator configured, told of failed, late and recovered syncs; at most 20. Default: none. */
  notify?: string[];
}

/** Value of one source field that identifies a record. */
export interface SourceIdentity {
  /** The field of a model that identifies its records. */
  source: { modelId: string; field: string };
  /** The value that is looked for. */
  value: string;
}

/** Start options of a model sync. */
export interface ModelSyncStart {
  /** Full resync; costly. Default false. */
  resync?: boolean;
  /** A test run. Default false. */
  test?: boolean;
  /** Only records with these values of the identity field. Excludes `sourceIdentities`. */
  identities?: string[];
  /** Only these records, one inner list each; at most 1,000. Excludes `identities`. */
  sourceIdentities?: SourceIdentity[][];
}

/** Start options of a bulk sync. */
export interface BulkSyncStart {
  /** Only these schemas; empty or absent means all enabled ones. */
  schemas?: string[];
  /** Destructive or full refresh; excludes `test`. */
  resyncMode?: 'refetch' | 'resync' | 'rebuild';
  /** Salesforce sources only. */
  fetchMode?: 'none' | 'incremental' | 'full';
  /** A test run; may write a few records per schema. */
  test?: boolean;
}

/** Input of `runModelSync`. */
export interface RunModelSyncInput extends SharedRunInput {
  /** Id of the model sync. Required; an unknown one fails with `polytomic.NotFound`. */
  syncId: string;
  /** How the run is started. Default: a plain run. */
  start?: ModelSyncStart;
}

/** Input of `runBulkSync`. */
export interface RunBulkSyncInput extends SharedRunInput {
  /** Id of the bulk sync. Required; an unknown one fails with `polytomic.NotFound`. */
  syncId: string;
  /** How the run is started. Default: a plain run of all enabled schemas. */
  start?: BulkSyncStart;
  /** How many times the failed schemas (only these) are run again. Default 0. */
  retryFailedSchemas?: number;
}

/** What both create-and-run workflows share. */
export interface CreateAndRunInput {
  /**
   * The API's own create request. `active: true` is sent unless it says false. Secret fields (`encryption_passphrase`)
   * take references only: `{ $env: NAME }` or `{ $file: PATH }`.
   */
  sync: Record<string, unknown>;
  /** `never` (default): always create. `byName`: exactly one sync of that name is used instead, and activated. */
  adopt?: 'never' | 'byName';
}

/** Input of `createAndRunModelSync`. */
export interface CreateAndRunModelSyncInput extends CreateAndRunInput, Omit<RunModelSyncInput, 'syncId'> {}

/** Input of `createAndRunBulkSync`. */
export interface CreateAndRunBulkSyncInput extends CreateAndRunInput, Omit<RunBulkSyncInput, 'syncId'> {}
