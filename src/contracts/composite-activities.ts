/** Signatures of the composite activities: what crosses between workflows and the worker. */
import type { AwaitNextRunRequest, AwaitNextRunResult, PrepareAwaitSyncRequest, PreparedAwaitSync } from './await-sync';
import type { Execution, ExecutionShape } from './execution';
import type { FailureType } from './failure-types';
import type { ListedSyncs, ListSyncsRequest } from './list-syncs';
import type { BulkSyncStart, IfInactive, IfRunning, ModelSyncStart, RunDisposition } from './run-inputs';
import type { NotifyRequest } from './notification';
import type { NotifyTarget, ResolvedFanOut, ResolvedSteps } from './prepared-fan-out';
import type { SyncKind, SyncRef } from './sync-kind';
import type { AwaitExecutionsRequest, AwaitExecutionsResult, ErrorText } from './waits';

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
export interface SyncBefore extends SyncRef {
  name: string | null;
  active: boolean;
  /** Today each problem stops a run. */
  problems: SyncProblem[];
  /** Newest execution by creation time, ended or not; null when there was none. */
  newest: { executionId: string; createdAt: string | null } | null;
  /** A run in progress, the newest if several; null when none. */
  running: RunningExecution | null;
  usual: UsualDuration | null;
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
  onFailure: 'throw' | 'return';
  maxErrorRecords: number | null;
  maxErrorRatio: number | null;
  minRecords: number | null;
  errorText: 'include' | 'omit';
  ifInactive: IfInactive;
  start: StartOptions;
  retryFailedSchemas: number;
}

/** What workflow code must know of the worker's configuration. */
export interface WorkerSetup {
  /** Task queue of the waits; null: the workflow's own. */
  waitTaskQueue: string | null;
  heartbeatTimeoutMs: number;
  /** How long a cancellation waits for its confirmation. */
  cancelTimeoutMs: number;
}

/** The workflows that run one sync. */
export type SingleRunName = 'runModelSync' | 'runBulkSync' | 'createAndRunModelSync' | 'createAndRunBulkSync';

/** The workflows whose inputs `prepareRuns` parses. */
export type RunWorkflowName = SingleRunName | 'runAllModelSyncs' | 'runAllBulkSyncs' | 'runSyncPipeline';

/** Asks `prepareRuns` to parse a workflow's input. */
export interface PrepareRunsRequest {
  workflow: RunWorkflowName;
  /** The workflow's input as it came, right or wrong. */
  input: unknown;
}

/** A sync to create, as parsed from the input of a create-and-run workflow. */
export interface SyncToCreate {
  /** The create request, `active` set; secret fields are references. */
  sync: Record<string, unknown>;
  adopt: 'never' | 'byName';
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
  syncs: SyncBefore[];
  /** Present when the sync is still to be created. */
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

/** One sync to create once. */
export interface CreateSyncItem extends SyncToCreate {
  kind: SyncKind;
  /** Idempotency keys, used in order; `[A-Za-z0-9_-]{8,255}`. */
  keys: string[];
  /** Polytomic's clock before the first try. */
  notBefore: string;
}

/** Request of `createSyncs`. */
export interface CreateSyncsRequest {
  organization: string;
  items: CreateSyncItem[];
}

/** A sync that `createSyncs` created or found, ready to run. */
export interface CreatedSync {
  action: 'created' | 'adopted';
  before: SyncBefore;
}

/** A failure of one item of a composite activity, to be thrown or listed by the workflow. */
export interface ItemFailure {
  type: FailureType;
  message: string;
  nonRetryable: boolean;
}

/** One intended start. */
export interface StartItem extends SyncRef {
  /** Idempotency keys of this start, used in order; drawn once per intended start. */
  keys: string[];
  /** Execution that was the newest before the first try, null if there was none. */
  newestBefore: string | null;
  /** Polytomic's clock before the first try. */
  notBefore: string;
  options: StartOptions;
  /** Activate the sync first. */
  activate: boolean;
  /** An earlier activity with these keys was given up and may have started it: a careful start is needed. Default false. */
  unsure?: boolean;
  /** What an earlier activity learnt, from its answer `again`. */
  note?: unknown;
}

/** Request of `startExecutions`. */
export interface StartExecutionsRequest {
  organization: string;
  items: StartItem[];
  /** Answer after one step of each item, with `again` for those that need more. Default: go on until all are done. */
  oneStep?: boolean;
}

/**
 * `started`: the execution is ours (`adopted` when found after a lost answer instead of read from one).
 * `refused`: another run is, or was meanwhile, in progress; nothing of ours was started, and these keys are spent.
 * `failed`: Polytomic will not start it.
 * `again`: with `oneStep` only; nothing is decided yet. Start it again, with the same keys and this note.
 */
export type StartedItem =
  | { state: 'started'; executionId: string; status: string; createdAt: string | null; adopted: boolean }
  | { state: 'refused'; before: SyncBefore }
  | { state: 'failed'; failure: ItemFailure }
  | { state: 'again'; note: unknown; failure: ItemFailure };

/** One run to cancel, or only to read (`cancel: false`) when a timeout leaves it running. */
export interface CancelItem extends SyncRef {
  executionId: string | null;
  /** Needed to find the run while its id is not known; as given to `startExecutions`. */
  newestBefore: string | null;
  notBefore: string;
  keys: string[];
  options: StartOptions;
  cancel: boolean;
}

/** Request of `cancelExecutions`. */
export interface CancelExecutionsRequest {
  organization: string;
  items: CancelItem[];
  /** How long to wait for terminal statuses, in milliseconds. */
  timeoutMs: number;
  errorText?: ErrorText;
  /** Executions are answered without schemas and with few messages, as many of them share one answer. Default false. */
  compact?: boolean;
}

/** What became of one run that was to be cancelled. */
export interface CancelledItem {
  /** Null when no run of ours was found. */
  executionId: string | null;
  /** Whether a cancel request was accepted. */
  requested: boolean;
  /** Whether the run was read in a terminal status. */
  confirmed: boolean;
  /** The last read; null where none succeeded. */
  execution: Execution | null;
  /** Why it is not confirmed. */
  problem: string | null;
}

/** The composite activities by name; each is registered as `polytomic.` + its name. */
export interface CompositeActivities {
  prepareRuns(request: PrepareRunsRequest): Promise<PreparedRuns>;
  createSyncs(request: CreateSyncsRequest): Promise<CreatedSync[]>;
  startExecutions(request: StartExecutionsRequest): Promise<StartedItem[]>;
  awaitExecutions(request: AwaitExecutionsRequest): Promise<AwaitExecutionsResult>;
  cancelExecutions(request: CancelExecutionsRequest): Promise<CancelledItem[]>;
  listSyncs(request: ListSyncsRequest): Promise<ListedSyncs>;
  notify(request: NotifyRequest): Promise<void>;
  prepareAwaitSync(request: PrepareAwaitSyncRequest): Promise<PreparedAwaitSync>;
  awaitNextRun(request: AwaitNextRunRequest): Promise<AwaitNextRunResult>;
}
