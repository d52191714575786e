/** What the query `progress` of a running workflow answers. */

/** Where a run of one sync stands. */
export type RunPhase = 'preparing' | 'waitingForOther' | 'starting' | 'running' | 'cancelling' | 'ended';

/** Answer of the query `progress`. Live counts are in the wait's heartbeat details, not here. */
export interface RunProgress {
  phase: RunPhase;
  /** Null until the input was read. */
  syncId: string | null;
  executionId?: string;
  /** Last status known to the workflow, verbatim. */
  status?: string;
  /** When this phase began (RFC 3339, workflow time). */
  since: string;
  /** True once the run is later than `warnAfter`. */
  late: boolean;
  /** True once the run was found stalled, by `stalledAfter`; absent before. */
  stalled?: true;
  /** Number of the attempt under way, or that begins next, with `retry`; absent for the first. */
  attempt?: number;
  /** When it may begin (RFC 3339); absent once it has begun. */
  nextAttemptAt?: string;
}
