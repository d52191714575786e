/** What a wait in progress can tell a person: the last look at each of its executions, without asking again. */
import type { LastSeen, WatchedExecution } from './watched-execution';

/** Small enough for heartbeat details. */
export interface WatchProgress {
  waiting: number;
  /** How many executions stand in each status, as last seen; `unseen` until the first look. */
  statuses: Record<string, number>;
  /** The first of them. */
  executions: ({ executionId: string; lookedAt: string } & Partial<LastSeen>)[];
}

const shownExecutions = 5;

/** Sums up the executions of one wait. */
export function toProgress(pending: Iterable<WatchedExecution>): WatchProgress {
  const watched = [...pending];
  const statuses: Record<string, number> = {};
  for (const { seen } of watched) {
    const status = seen?.status ?? 'unseen';
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  const executions = watched.slice(0, shownExecutions).map(({ item, seen, lookedAt }) => ({
    executionId: item.executionId,
    lookedAt: new Date(lookedAt).toISOString(),
    ...seen,
  }));
  return { waiting: watched.length, statuses, executions };
}
