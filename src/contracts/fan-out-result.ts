/** What workflows that run many syncs tell at their end. */
import type { RunOutcome, SyncRunResult } from './run-result';

/** How many syncs came to which outcome. */
export type OutcomeCounts = Record<RunOutcome, number>;

/** Result of `runAllModelSyncs` and `runAllBulkSyncs`, also `details[0]` of `polytomic.SyncsFailed`. */
export interface FanOutResult extends OutcomeCounts {
  /** Syncs that the filter took; the sum of all outcomes unless it was a dry run. */
  total: number;
  /** Results without success, the first 100, without schemas; the counts are exact. */
  failures: SyncRunResult[];
  /** False where Polytomic's list of syncs cannot be proved complete: there may be more than ran. */
  listComplete: boolean;
  /** Of a dry run only. */
  dryRun?: DryRun;
}

/** What a fan-out would do. */
export interface DryRun {
  /** The first syncs, in the order in which they would start; as many as fit into a result. */
  syncs: { syncId: string; name: string }[];
  /** About how many requests to Polytomic it would take, and how many billable actions of Temporal. */
  requests: number;
  /** About how many billable actions of Temporal it would take. */
  billableActions: number;
}

/** Result of one step: that of its run, or `skipped`. */
export interface StepResult extends SyncRunResult {
  /** The step whose end without success kept this one from starting. */
  because?: string;
}

/** Result of `runSyncPipeline`, also `details[0]` of `polytomic.SyncsFailed`. */
export interface PipelineResult extends OutcomeCounts {
  /** Steps of the pipeline. */
  total: number;
  /** By the step's id. Schemas and messages are cut where all of them would not fit into a result. */
  steps: Record<string, StepResult>;
}
