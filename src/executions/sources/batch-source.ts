/** The batch status of bulk syncs as a source: one request tells where many of them stand. */
import { isPolytomicError } from '../../polytomic/errors';
import { pollIntervalMs } from '../reads/poll-interval';
import type { Monitored, Situation, SourceContext, StatusSource } from '../reads/status-source';
import { maxIntervalMs, patienceMs } from '../reads/tuning';

/** One sync in an answer of the batch status. */
export interface BatchRow {
  syncId: string;
  /** Whether its status says that nothing is in progress. */
  ended: boolean;
  /** Runs by id, and whether all schemas whose newest run it is have ended. */
  executions: ReadonlyMap<string, boolean>;
}

/** Named syncs, at most 50, or every sync of the organization. */
export type BatchQuery = { syncIds: string[] } | { all: true };

/** One request for the batch status; throws a `PolytomicError`. */
export type ReadBatchStatus = (query: BatchQuery, signal: AbortSignal) => Promise<BatchRow[]>;

/** Ids in one request: more make a long URL, and one unknown id may fail them all. */
const batchLength = 50;
/** One request is worth so many rows that nobody waits for. */
const rowsPerRequest = 3 * batchLength;

/** Asks for the syncs in turns, the ones not heard of for longest first. It is asked again and again, so nothing is lost. */
export class BatchSource implements StatusSource {
  readonly name = 'batch status';
  /** It covers only what it has called running. */
  readonly hasTold = true;
  private items: Monitored[] = [];
  /** When a run was asked for, and when the batch last called it running, of the monotonic clock. */
  private readonly askedFor = new WeakMap<Monitored, number>();
  private readonly runningAt = new WeakMap<Monitored, number>();
  /** Rows that the last answer for the whole organization held, infinitely many if it was too long; null before the first. */
  private organizationRows: number | null = null;
  /** Time between two answers that tell of the same run, where asking pays. */
  private roundMs: number | null = null;
  private askedAt = -Infinity;

  constructor(
    private readonly context: SourceContext,
    private readonly readBatchStatus: ReadBatchStatus,
  ) {}

  get askAt(): number {
    const { requestsPerRound } = this;
    if (this.roundMs === null && this.items.length <= requestsPerRound) return Infinity;
    return this.askedAt + (this.roundMs ?? patienceMs) / requestsPerRound;
  }

  get perMinute(): number {
    return this.roundMs === null ? 0 : (this.requestsPerRound * 60_000) / this.roundMs;
  }

  /** Where it does not pay, as another source tells of ends, this one is a second opinion, which covers nothing. */
  plan(situation: Situation): void {
    const isBulk = ({ kind, executionId }: Monitored): boolean => kind === 'bulk' && executionId !== null;
    this.items = situation.items.filter(isBulk);
    const own = situation.unmonitored.filter(isBulk);
    this.roundMs = pollIntervalMs(own, this.costPerRound, situation);
  }

  coversUntil(item: Monitored): number {
    if (this.roundMs === null) return -Infinity;
    return (this.runningAt.get(item) ?? -Infinity) + this.roundMs + maxIntervalMs;
  }

  /** A next worker asks again. */
  quietUpTo(): number {
    return -Infinity;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const all = this.asksForAll;
    const items = all ? this.items : this.stalest();
    const query: BatchQuery = all ? { all } : { syncIds: [...new Set(items.map(({ syncId }) => syncId))] };
    const { now } = this.context.moment();
    this.askedAt = now;
    for (const item of items) this.askedFor.set(item, now);
    const rows = await this.readBatchStatus(query, signal).catch((error: unknown) => {
      // Too long an answer for all stays too long; ids are asked for instead.
      if (all && isPolytomicError(error, 'TooLarge')) this.organizationRows = Infinity;
      throw error;
    });
    if (all) this.organizationRows = rows.length;
    const bySync = new Map(rows.map((row) => [row.syncId, row]));
    for (const item of items) this.report(item, bySync.get(item.syncId), now);
  }

  private report(item: Monitored, row: BatchRow | undefined, askedAt: number): void {
    const { executionId, syncId } = item;
    if (!row || executionId === null) return;
    const meaning = readRow(row, executionId, this.runningAt.has(item));
    if (meaning === 'ended') this.context.onEnd(executionId, syncId);
    if (meaning === 'running') this.runningAt.set(item, askedAt);
  }

  private stalest(): Monitored[] {
    const askedAt = (item: Monitored): number => this.askedFor.get(item) ?? 0;
    return this.items.toSorted((one, other) => askedAt(one) - askedAt(other)).slice(0, batchLength);
  }

  private get requestsPerRound(): number {
    return this.asksForAll ? 1 : Math.max(1, Math.ceil(this.items.length / batchLength));
  }

  /** In requests: a long answer costs as much as several. */
  private get costPerRound(): number {
    const rows = this.asksForAll ? (this.organizationRows ?? this.items.length) : 0;
    return Math.max(this.requestsPerRound, rows / rowsPerRequest);
  }

  /** Whether one answer for the whole organization is cheaper, in requests and bytes, than asking for the ids. */
  private get asksForAll(): boolean {
    const requests = Math.ceil(this.items.length / batchLength);
    return requests > 1 && (this.organizationRows ?? 0) <= this.items.length + rowsPerRequest * (requests - 1);
  }
}

/**
 * Each schema shows its newest run only, so after partial runs a sync shows several. A run that was there and is not any
 * more was replaced; one that never was there may not have begun.
 */
function readRow({ ended, executions }: BatchRow, id: string, wasThere: boolean): 'running' | 'ended' | 'unclear' {
  const hasEnded = executions.get(id);
  if (hasEnded === undefined) return wasThere ? 'ended' : 'unclear';
  if (!hasEnded) return 'running';
  const isAnotherRunning = [...executions.values()].includes(false);
  return ended || isAnotherRunning ? 'ended' : 'unclear';
}
