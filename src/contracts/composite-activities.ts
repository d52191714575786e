/** Signatures of the composite activities: what crosses between workflows and the worker. */
import type { AwaitNextRunRequest, AwaitNextRunResult, PrepareAwaitSyncRequest, PreparedAwaitSync } from './await-sync';
import type { ExecutionShape } from './execution';
import type { FailureType } from './failure-types';
import type { AwaitIngestionRequest, AwaitIngestionResult } from './ingestion';
import type { ListedSyncs, ListSyncsRequest } from './list-syncs';
import type {
  BulkSyncStart,
  IfInactive,
  IfRunning,
  ModelSyncStart,
  RetryableOutcome,
  RunDisposition,
} from './run-inputs';
import type { NotifyRequest } from './notification';
import type { PastRecords, ReadPastRecordsRequest } from './past-records';
import type { NotifyTarget, ResolvedFanOut, ResolvedSteps } from './prepared-fan-out';
import type {
  CancelExecutionsRequest,
  CancelledItem,
  CreateOutcome,
  CreateSyncsRequest,
  StartExecutionsRequest,
  StartOutcome,
} from './starts';
import type { SyncKind, SyncRef } from './sync-kind';
import type { AwaitExecutionsRequest, AwaitExecutionsResult } from './waits';

/** Start options of either kind, as the workflow's input names them. */
export type StartOptions = ModelSyncStart & BulkSyncStart;

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

/** What workflow code must know of the worker's configuration. */
export interface WorkerSetup {
  /** Task queue of the waits; null: the workflow's own. */
  waitTaskQueue: string | null;
  heartbeatTimeoutMs: number;
  /** How long a cancellation waits for its confirmation. */
  cancelTimeoutMs: number;
  /** Whether workflows write search attributes and a memo. Absent: they do not. */
  searchAttributes?: boolean;
}

/** The workflows that run one sync. */
export type SingleRunName = 'runModelSync' | 'runBulkSync' | 'createAndRunModelSync' | 'createAndRunBulkSync';

/** The workflows whose inputs `prepareRuns` parses. */
export type RunWorkflowName = SingleRunName | 'runAllModelSyncs' | 'runAllBulkSyncs' | 'runSyncPipeline';

/** Asks `prepareRuns` to parse a workflow's input. */
export interface PrepareRunsRequest {
  workflow: RunWorkflowName;
  /** The workflow's input as it came, right or wrong; absent where it was none. */
  input?: unknown;
}

/** A sync to create, as parsed from the input of a create-and-run workflow. */
export interface SyncToCreate {
  /** The create request, `active` set; secret fields are references. */
  sync: Record<string, unknown>;
  /** Ids of the syncs that bore its name before the first try, at most 1,000. */
  namesakes: string[];
}

/** Answer of `prepareRuns`. */
export interface PreparedRuns {
  /** Of a pipeline, whose steps have kinds of their own, the first step's. */
  kind: SyncKind;
  organization: string;
  options: ResolvedRunOptions;
  /** Ids of the syncs named by the input; none when the sync is still to be created. */
  syncIds: string[];
  /** What was found of these syncs, in the same order. */
  syncs: SyncSnapshot[];
  /** Present when the sync is still to be created: not where one of its name is adopted, which is then in `syncs`. */
  create: SyncToCreate | null;
  setup: WorkerSetup;
  /** Polytomic's clock, RFC 3339; for create-and-run the proof that a found sync is new. */
  serverTime: string;
  /** True when the input's timeout passed before Polytomic could be read; then `syncs` is empty and nothing may be created. */
  expired: boolean;
  /** Whom to tell; absent where nobody is. Of fan-outs and pipelines it is in `fanOut`. */
  notify?: NotifyTarget[];
  /** Of fan-outs and pipelines: what else they were asked for. */
  fanOut?: ResolvedFanOut;
  /** Of pipelines. */
  steps?: ResolvedSteps;
}

/** Request of `readSetup`. */
export interface ReadSetupRequest {
  organization: string;
}

/** A failure of one item of a composite activity, to be thrown or listed by the workflow. */
export interface ItemFailure {
  type: FailureType;
  message: string;
  nonRetryable: boolean;
  /** Those of the failure that it becomes, where there is more to say than the message. */
  details?: [Record<string, unknown>];
}

/** The composite activities by name; each is registered as `polytomic.` + its name. */
export interface CompositeActivities {
  prepareRuns(request: PrepareRunsRequest): Promise<PreparedRuns>;
  /** How the worker that answers is set up now; for waits whose task queue nobody polls. */
  readSetup(request: ReadSetupRequest): Promise<WorkerSetup>;
  createSyncs(request: CreateSyncsRequest): Promise<CreateOutcome[]>;
  startExecutions(request: StartExecutionsRequest): Promise<StartOutcome[]>;
  awaitExecutions(request: AwaitExecutionsRequest): Promise<AwaitExecutionsResult>;
  cancelExecutions(request: CancelExecutionsRequest): Promise<CancelledItem[]>;
  listSyncs(request: ListSyncsRequest): Promise<ListedSyncs>;
  notify(request: NotifyRequest): Promise<void>;
  prepareAwaitSync(request: PrepareAwaitSyncRequest): Promise<PreparedAwaitSync>;
  readPastRecords(request: ReadPastRecordsRequest): Promise<PastRecords[]>;
  awaitNextRun(request: AwaitNextRunRequest): Promise<AwaitNextRunResult>;
  awaitIngestion(request: AwaitIngestionRequest): Promise<AwaitIngestionResult>;
}
