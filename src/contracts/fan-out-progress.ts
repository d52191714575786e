/** What the query `progress` of a running fan-out or pipeline answers. */
import type { OutcomeCounts } from './fan-out-result';
import type { RunOutcome } from './run-result';

/** Where a fan-out or pipeline stands. `paused`: what runs may end, nothing is started. */
export type FanOutPhase = 'preparing' | 'running' | 'paused' | 'cancelling' | 'ended';

/** A sync whose turn has come and that has not ended. */
export interface RunningSync {
  /** Of a pipeline: the step. */
  stepId?: string;
  /** Id of the sync. */
  syncId: string;
  /** Name of the sync; null if it could not be read. */
  name: string | null;
  /** Id of the execution; null where none is known. */
  executionId: string | null;
  /** When its turn came (RFC 3339, workflow time). */
  since: string;
  /** True once the run is later than `warnAfter`. */
  late: boolean;
  /** As in the progress of one sync. */
  stalled?: true;
  /** As in the progress of one sync. While its next attempt waits, the sync takes no place of others. */
  attempt?: number;
  /** When the next attempt is due (RFC 3339). Absent where none is waited for. */
  nextAttemptAt?: string;
}

/** A sync that ended without success. */
export interface FailedSync {
  /** Of pipelines: id of the step. */
  stepId?: string;
  /** Id of the sync. */
  syncId: string;
  /** Name of the sync; null if it could not be read. */
  name: string | null;
  /** Id of the execution; null where none is known. */
  executionId: string | null;
  /** What it came to. */
  outcome: RunOutcome;
}

/** Answer of the query `progress`. */
export interface FanOutProgress {
  /** What the workflow is doing. */
  phase: FanOutPhase;
  /** When this phase began (RFC 3339, workflow time). */
  since: string;
  /** Syncs in all; null until they were listed. */
  total: number | null;
  /** Not yet started. */
  waiting: number;
  /** In progress, the first 100 of `runningCount`. */
  running: RunningSync[];
  /** Syncs that were started or are being started, and have not ended. */
  runningCount: number;
  /** How many syncs came to which outcome. */
  counts: OutcomeCounts;
  /** Without success so far, the first 100. */
  failed: FailedSync[];
  /** Syncs that may run at the same time; 0 until the input was read. */
  maxConcurrent: number;
  /** Ends a minute, over the last ten minutes at most; null until the first. */
  endsPerMinute: number | null;
  /** When the last sync should end at this rate (RFC 3339); null while nothing tells. */
  estimatedEnd: string | null;
}
