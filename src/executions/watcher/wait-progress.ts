/** What a wait in progress can show a person: where each of its executions stood when it was last read. */
import type { Execution, RecordCounts, SchemaExecution } from '../../contracts/execution';

/** The little of a read that is kept while the run goes on. */
export interface LastSeen {
  status: string;
  records: RecordCounts | null;
  schemas: Pick<SchemaExecution, 'schema' | 'status' | 'records' | 'errors'>[];
}

/** Small enough for heartbeat details. */
export interface WaitProgress {
  waiting: number;
  /** How many executions stand in each status, as last seen; `unseen` until the first read. */
  statuses: Record<string, number>;
  /** The first of them. */
  executions: ({ executionId: string; lookedAt: string | null } & Partial<LastSeen>)[];
}

const maxExecutions = 5;
const maxSchemas = 20;

/** What is kept of a read. */
export function lastSeen({ status, records, schemas = [] }: Execution): LastSeen {
  const kept = schemas.slice(0, maxSchemas);
  return {
    status,
    records,
    schemas: kept.map(({ schema, status, records, errors }) => ({ schema, status, records, errors })),
  };
}

/** Sums up the executions of one wait. */
export function toProgress(
  pending: Iterable<{ executionId: string; seen: LastSeen | null; aliveAt: number }>,
): WaitProgress {
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
