/** What a cancelled workflow leaves open: its key in the memo, and its fields, are wire format. */

/**
 * Key of the memo of a workflow that was cancelled without everything being confirmed. Temporal keeps no details of such
 * an end, and the memo of a closed workflow can be read without a worker.
 */
export const openCancellationMemo = 'polytomicOpenCancellation';

/** What may still run, or exist, in Polytomic after a workflow was cancelled. */
export interface OpenCancellation {
  /** Runs of ours that were not seen to end within `cancelTimeout`: at most the first 100. */
  unconfirmed: UnconfirmedRun[];
  /** How many they are; absent where all of them are listed. */
  unconfirmedCount?: number;
  /** Names of syncs whose create got no answer; absent where there are none. */
  mayHaveBeenCreated?: string[];
}

/** A run of ours that may still run. */
export interface UnconfirmedRun {
  /** Null where a sync was to be created and is not known to exist. */
  syncId: string | null;
  /** Null where a start may have taken effect, but no run of it was seen. */
  executionId: string | null;
}
