/** The batch status of bulk syncs as hints: one request tells where many of them stand. */
import type { Found } from './hint-source';
import type { LastSeen, WatchedExecution } from './watched-execution';

/** What the batch tells of one execution: of all schemas whose newest run it is. */
export interface BatchExecution {
  ended: boolean;
  schemas: LastSeen['schemas'];
}

/** One sync in an answer of the batch status. */
export interface BatchRow {
  syncId: string;
  /** Status of the sync's newest run, verbatim. */
  status: string;
  /** Whether that status says that nothing is in progress. */
  ended: boolean;
  executions: ReadonlyMap<string, BatchExecution>;
}

/** Named syncs, at most 50, or every sync of the organization. */
export type BatchQuery = { syncIds: string[] } | { all: true };

/** One request for the batch status; throws a `PolytomicError`. */
export type ReadBatchStatus = (query: BatchQuery, signal: AbortSignal) => Promise<BatchRow[]>;

/** Ids in one request: more make a long URL, and one unknown id may fail them all. */
export const batchLength = 50;
/** One request is worth so many rows that nobody waits for. */
const rowsPerRequest = 150;
/** A run that ended so long before the batch called it running was misreported; clocks differ by up to a minute. */
const lagMs = 90_000;

/** Who is told what the batch says. */
export interface BatchListener {
  onEnd(executionId: string): void;
  onRunning(watched: WatchedExecution, at: number, seen: LastSeen): void;
}

/** Asks for the syncs in turns, the ones not heard of for longest first. */
export class BatchStatus {
  /** Rows that the last answer for the whole organization held; null before the first. */
  private organizationRows: number | null = null;
  /** When the batch last called an execution running. */
  private readonly runningAt = new WeakMap<WatchedExecution, number>();
  private readonly askedAt = new WeakMap<WatchedExecution, number>();

  constructor(
    private readonly read: ReadBatchStatus,
    private readonly listener: BatchListener,
  ) {}

  /** Requests needed to hear of so many executions once. */
  requestsFor(waiting: number): number {
    return this.asksForAll(waiting) ? 1 : Math.ceil(waiting / batchLength);
  }

  /** Rows of one round. */
  rowsFor(waiting: number): number {
    return this.asksForAll(waiting) ? (this.organizationRows ?? waiting) : waiting;
  }

  /** One request about the executions given, or as many as fit. */
  async look(waiting: WatchedExecution[], { at, signal }: { at: number; signal: AbortSignal }): Promise<void> {
    const all = this.asksForAll(waiting.length);
    const asked = all ? waiting : this.stalest(waiting);
    const query: BatchQuery = all ? { all } : { syncIds: [...new Set(asked.map(({ item }) => item.syncId))] };
    for (const watched of asked) this.askedAt.set(watched, at);
    const rows = await this.read(query, signal);
    if (all) this.organizationRows = rows.length;
    const bySync = new Map(rows.map((row) => [row.syncId, row]));
    for (const watched of asked) this.tell(watched, bySync.get(watched.item.syncId), at);
  }

  /** Whether it was ever asked about this execution. */
  hasAsked(watched: WatchedExecution): boolean {
    return this.askedAt.has(watched);
  }

  /** When the batch last called an execution running; 0 when it never did. */
  toldRunningAt(watched: WatchedExecution): number {
    return this.runningAt.get(watched) ?? 0;
  }

  /** Whether the batch called an execution running long after it had ended; null when there is no telling. */
  misled({ watched, completedAt }: Found): boolean | null {
    const toldRunning = this.runningAt.get(watched);
    if (toldRunning === undefined || completedAt === null) return null;
    return toldRunning > Date.parse(completedAt) + lagMs;
  }

  private tell(watched: WatchedExecution, row: BatchRow | undefined, at: number): void {
    const meaning = row && readRow(row, watched.item.executionId, this.runningAt.has(watched));
    if (!row || meaning === 'unclear') return;
    if (meaning === 'ended') return this.listener.onEnd(watched.item.executionId);
    this.runningAt.set(watched, at);
    const schemas = row.executions.get(watched.item.executionId)?.schemas ?? [];
    this.listener.onRunning(watched, at, { status: row.status, records: watched.seen?.records ?? null, schemas });
  }

  private stalest(waiting: WatchedExecution[]): WatchedExecution[] {
    if (waiting.length <= batchLength) return waiting;
    const askedAt = (watched: WatchedExecution): number => this.askedAt.get(watched) ?? 0;
    return waiting.toSorted((one, other) => askedAt(one) - askedAt(other)).slice(0, batchLength);
  }

  /** Whether one answer for the whole organization is cheaper, in requests and bytes, than asking for the ids. */
  private asksForAll(waiting: number): boolean {
    const requests = Math.ceil(waiting / batchLength);
    return requests > 1 && (this.organizationRows ?? 0) <= waiting + rowsPerRequest * (requests - 1);
  }
}

/**
 * Each schema shows its newest run only, so after partial runs a sync shows several. A run that was there and is not any
 * more was replaced; one that never was there may not have begun.
 */
function readRow({ ended, executions }: BatchRow, id: string, wasThere: boolean): 'running' | 'ended' | 'unclear' {
  const own = executions.get(id);
  if (!own) return wasThere ? 'ended' : 'unclear';
  if (!own.ended) return 'running';
  const anotherRuns = [...executions.values()].some((other) => !other.ended);
  return ended || anotherRuns ? 'ended' : 'unclear';
}
