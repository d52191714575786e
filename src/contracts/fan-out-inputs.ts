/** Inputs of the workflows that run many syncs. */
import type { Duration } from './duration';
import type { SyncFilter } from './list-syncs';
import type { BulkSyncStart, ModelSyncStart, SharedRunInput } from './run-inputs';
import type { Shard } from './shard';

/** What to do with the other syncs once one did not succeed. */
export type FailurePolicy = 'continue' | 'stopStarting' | 'cancelRest';

/** What fan-outs and pipelines share, besides what every run understands. */
export interface ManySyncsInput extends SharedRunInput {
  /** Syncs that run at the same time, 1 to 1,000. Default 20. */
  maxConcurrent?: number;
  /** Starts in any minute, evenly spread with jitter. Default: no limit. */
  startsPerMinute?: number;
  /** Of each sync, from when its turn comes, waiting for others' runs included. Default: only `timeout` of the whole. */
  timeoutPerSync?: Duration;
}

/** What both fan-outs share. */
export interface RunAllSyncsInput extends ManySyncsInput {
  /** Which syncs. Default: every active one. */
  filter?: SyncFilter;
  /**
   * Runs at the same time on any one connection: a bulk sync's source and its destination both count, and so do runs
   * that others started, as far as Polytomic tells. Of model syncs only the target is known. Default: no limit.
   */
  maxConcurrentPerConnection?: number;
  /**
   * Once a sync did not succeed: `continue` (default) with all others; `stopStarting`: let those that run end, skip the
   * rest; `cancelRest`: cancel those that run too, skip the rest. Runs of others that were attached to go on, skipped.
   */
  failurePolicy?: FailurePolicy;
  /** Only one part of the syncs, where one workflow is not to run all of them. */
  shard?: Shard;
  /** List what would run and what it would cost; start nothing. Default false. */
  dryRun?: boolean;
}

/** Input of `runAllModelSyncs`. */
export type RunAllModelSyncsInput = RunAllSyncsInput;

/** Input of `runAllBulkSyncs`. */
export interface RunAllBulkSyncsInput extends RunAllSyncsInput {
  /** How many times the failed schemas of a sync (only these) are run again. Default 0. */
  retryFailedSchemas?: number;
}

interface Step {
  /** Name of the step, unique in the pipeline. */
  id: string;
  /** Polytomic's id of the sync. Several steps may run the same one. */
  syncId: string;
  /** Steps that must have succeeded before this one starts. */
  after?: string[];
}

/** One step of a pipeline: one run of one sync. */
export type PipelineStep = ModelStep | BulkStep;

interface ModelStep extends Step {
  /** Says which of Polytomic's two kinds of syncs the id belongs to. */
  kind: 'model';
  /** How its run is started. Default: as a schedule would. */
  start?: ModelSyncStart;
}

interface BulkStep extends Step {
  /** Says which of Polytomic's two kinds of syncs the id belongs to. */
  kind: 'bulk';
  /** How its run is started. Default: as a schedule would. */
  start?: BulkSyncStart;
}

/** Input of `runSyncPipeline`. */
export interface RunSyncPipelineInput extends ManySyncsInput {
  /** 1 to 200 steps; what `after` names must exist and lead to no cycle. */
  steps: PipelineStep[];
  /** How many times the failed schemas of a bulk sync (only these) are run again. Default 0. */
  retryFailedSchemas?: number;
}
