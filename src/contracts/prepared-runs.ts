/** The parsed input of a workflow that runs syncs, and what was found of them. */
import type { ItemFailure } from './item-failure';
import type { NotifyTarget, ResolvedFanOut, ResolvedSteps } from './prepared-fan-out';
import type { ResolvedRunOptions } from './run-options';
import type { SyncKind } from './sync-kind';
import type { SyncSnapshot } from './sync-snapshot';
import type { WorkerSetup } from './worker-setup';

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
  /** With `expired`: what the last try met that failed. Absent where none did. */
  lastFailure?: string;
  /** Why the sync, or the list that would name it, can never be read; then `syncs` is empty. Absent where it was read. */
  refusal?: ItemFailure;
  /** Whom to tell; absent where nobody is. Of fan-outs and pipelines it is in `fanOut`. */
  notify?: NotifyTarget[];
  /** Of fan-outs and pipelines: what else they were asked for. */
  fanOut?: ResolvedFanOut;
  /** Of pipelines. */
  steps?: ResolvedSteps;
}
