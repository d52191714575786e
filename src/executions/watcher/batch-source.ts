/** The batch status of bulk syncs as a source: one request tells where many of them stand. */
import type { Clock } from '../../polytomic/clock';
import type { SourceHealth } from './source-health';
import { pollIntervalMs, type LastSeen, type Monitored, type Situation, type StatusListener } from './status-source';
import type { StatusSource } from './status-source';
import { maxIntervalMs, patienceMs } from './tuning';

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
const batchLength = 50;
/** One request is worth so many rows that nobody waits for. */
const rowsPerRequest = 150;

/** What the source is built from. */
export interface BatchSourceOptions {
  readBatchStatus: ReadBatchStatus;
  clock: Clock;
  serverNow: () => number;
  listener: StatusListener;
  health: SourceHealth;
}

/** What was asked and answered of one run. */
interface Asked {
  askedAt: number;
  /** When the batch last called it running, of the monotonic clock; null: never. */
  runningAt: number | null;
}

/** Asks for the syncs in turns, the ones not heard of for longest first. It is asked again and again, so nothing is lost. */
export class BatchSource implements StatusSource {
  readonly name = 'batch status';
  private items: Monitored[] = [];
  private readonly asked = new WeakMap<Monitored, Asked>();
  /** Rows that the last answer for the whole organization held; null before the first. */
  private organizationRows: number | null = null;
  /** Time between two answers that tell of the same run. */
  private roundMs: number | null = null;
  private askedAt = -Infinity;

  constructor(private readonly options: BatchSourceOptions) {}

  get perMinute(): number {
    return this.roundMs === null ? 0 : (this.requestsPerRound * 60_000) / this.roundMs;
  }

  get askAt(): number {
    if (this.roundMs === null) return Infinity;
    return Math.max(this.options.health.retryAt, this.askedAt + this.roundMs / this.requestsPerRound);
  }

  /** Where another source tells of ends, this one is a second opinion, as rare as the safety reads. */
  plan(situation: Situation): void {
    const isBulk = ({ kind, executionId }: Monitored): boolean => kind === 'bulk' && executionId !== null;
    this.items = situation.items.filter(isBulk);
    const own = situation.unmonitored.filter(isBulk);
    const roundMs = pollIntervalMs(own, this.costPerRound, situation);
    this.roundMs = roundMs ?? (this.items.length > this.requestsPerRound ? patienceMs : null);
  }

  coversUntil(item: Monitored): number {
    const runningAt = this.asked.get(item)?.runningAt ?? null;
    return this.roundMs === null || runningAt === null ? -Infinity : runningAt + this.roundMs + maxIntervalMs;
  }

  /** A next worker asks again. */
  quietUpTo(): number {
    return -Infinity;
  }

  async ask(signal: AbortSignal): Promise<void> {
    this.askedAt = this.options.clock.monotonic();
    await this.options.health.track(signal, () => this.askFor(this.asksForAll ? this.items : this.stalest(), signal));
  }

  /** An end that the batch shows is shown again, so none has to be remembered. */
  hasReported(): boolean {
    return false;
  }

  private async askFor(items: Monitored[], signal: AbortSignal): Promise<void> {
    const all = this.asksForAll;
    const query: BatchQuery = all ? { all } : { syncIds: [...new Set(items.map(({ syncId }) => syncId))] };
    const { askedAt } = this;
    for (const item of items) this.asked.set(item, { runningAt: null, ...this.asked.get(item), askedAt });
    const serverNow = this.options.serverNow();
    const rows = await this.options.readBatchStatus(query, signal);
    if (all) this.organizationRows = rows.length;
    const bySync = new Map(rows.map((row) => [row.syncId, row]));
    for (const item of items) this.report(item, bySync.get(item.syncId), serverNow);
  }

  private report(item: Monitored, row: BatchRow | undefined, serverNow: number): void {
    const { executionId, syncId } = item;
    const asked = this.asked.get(item);
    if (!row || !asked || executionId === null) return;
    const meaning = readRow(row, executionId, asked.runningAt !== null);
    if (meaning === 'ended') this.options.listener.onEnd(executionId, syncId);
    if (meaning !== 'running') return;
    this.asked.set(item, { ...asked, runningAt: this.askedAt });
    const schemas = row.executions.get(executionId)?.schemas ?? [];
    this.options.listener.onRunning(executionId, serverNow, { status: row.status, records: null, schemas });
  }

  private stalest(): Monitored[] {
    const askedAt = (item: Monitored): number => this.asked.get(item)?.askedAt ?? -Infinity;
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
  const own = executions.get(id);
  if (!own) return wasThere ? 'ended' : 'unclear';
  if (!own.ended) return 'running';
  const isAnotherRunning = [...executions.values()].some((other) => !other.ended);
  return ended || isAnotherRunning ? 'ended' : 'unclear';
}
