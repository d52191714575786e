/** What a wait in progress can show a person: where each of its executions stood when it was last read. */
import type { LastSeen } from './status-source';
import type { WatchedExecution } from './watched-execution';

/** Small enough for heartbeat details. */
export interface WaitProgress {
  waiting: number;
  /** How many executions stand in each status, as last seen; `unseen` until the first read. */
  statuses: Record<string, number>;
  /** The first of them. */
  executions: ({ executionId: string; lookedAt: string | null } & Partial<LastSeen>)[];
}

const maxExecutions = 5;

/** Sums up the executions of one wait. */
export function toProgress(pending: Iterable<WatchedExecution>): WaitProgress {
  const watched = [...pending];
  const statuses: Record<string, number> = {};
  for (const { seen } of watched) {
    const status = seen?.status ?? 'unseen';
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  const executions = watched.slice(0, maxExecutions).map(({ executionId, seen, aliveAt }) => ({
    executionId,
    lookedAt: seen && Number.isFinite(aliveAt) ? new Date(aliveAt).toISOString() : null,
    ...seen,
  }));
  return { waiting: watched.length, statuses, executions };
}
