/** What the query `progress` of a running workflow answers. */

/** Where a run of one sync stands. `catchingUp`: of `awaitSync` with `caughtUpWithin`, which waits for no run. */
export type RunPhase = 'preparing' | 'waitingForOther' | 'catchingUp' | 'starting' | 'running' | 'cancelling' | 'ended';

/** Answer of the query `progress`. Counts, as of the last read, are in the wait's heartbeat details, not here. */
export interface RunProgress {
  /** What the workflow is doing. */
  phase: RunPhase;
  /** Null until the input was read. */
  syncId: string | null;
  /** The execution that is awaited. Absent until one is known. */
  executionId?: string;
  /** Last status known to the workflow, verbatim. */
  status?: string;
  /** When this phase began (RFC 3339, workflow time). */
  since: string;
  /** True once the run is later than `warnAfter`. */
  late: boolean;
  /**
   * Of `awaitSync` while no run is known: when the sync's next run is due (RFC 3339), as Polytomic said when the wait
   * began. Absent where none was scheduled, or Polytomic did not say.
   */
  nextRunAt?: string;
  /** True once the run was found stalled, by `stalledAfter`; absent before. */
  stalled?: true;
  /** Number of the attempt under way, or that begins next, with `retry`; absent for the first. */
  attempt?: number;
  /** When it may begin (RFC 3339); absent once it has begun. */
  nextAttemptAt?: string;
}
