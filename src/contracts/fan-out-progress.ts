/** What the query `progress` of a running fan-out or pipeline answers. */
import type { OutcomeCounts } from './fan-out-result';
import type { RunOutcome } from './run-result';

/** Where a fan-out or pipeline stands. `paused`: what runs may end, nothing is started. */
export type FanOutPhase = 'preparing' | 'running' | 'paused' | 'cancelling' | 'ended';

/** A sync whose turn has come and that has not ended. */
export interface RunningSync {
  /** Of a pipeline: the step. */
  stepId?: string;
  syncId: string;
  name: string | null;
  executionId: string | null;
  /** When its turn came (RFC 3339, workflow time). */
  since: string;
  late: boolean;
  /** As in the progress of one sync. */
  stalled?: true;
  /** As in the progress of one sync. While its next attempt waits, the sync takes no place of others. */
  attempt?: number;
  nextAttemptAt?: string;
}

/** A sync that ended without success. */
export interface FailedSync {
  stepId?: string;
  syncId: string;
  name: string | null;
  executionId: string | null;
  outcome: RunOutcome;
}

/** Answer of the query `progress`. */
export interface FanOutProgress {
  phase: FanOutPhase;
  /** When this phase began (RFC 3339, workflow time). */
  since: string;
  /** Syncs in all; null until they were listed. */
  total: number | null;
  /** Not yet started. */
  waiting: number;
  /** In progress, the first 100 of `runningCount`. */
  running: RunningSync[];
  runningCount: number;
  counts: OutcomeCounts;
  /** Without success so far, the first 100. */
  failed: FailedSync[];
  maxConcurrent: number;
  /** Ends a minute, over the last ten minutes at most; null until the first. */
  endsPerMinute: number | null;
  /** When the last sync should end at this rate (RFC 3339); null while nothing tells. */
  estimatedEnd: string | null;
}
