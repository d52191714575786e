/** When the batch status is asked: often where nothing else tells of ends, else now and then as a second opinion. */
import { BatchStatus, type BatchListener, type ReadBatchStatus } from './batch-status';
import { bestIntervalMs } from './hazard';
import { fastestMs, sharedIntervalMs, slowestMs, type Found, type HintSource, type Situation } from './hint-source';
import { SourceHealth } from './source-health';
import type { WatchedExecution } from './watched-execution';

/** One or two waits are cheaper looked at by themselves. */
const fewest = 3;
/** Interval of rounds where the event feed tells of ends too. */
const secondOpinionMs = 600_000;
/** Answers are long, some hundred bytes a row: with so much time a row, an hour of them stays in tens of megabytes. */
const msPerRow = 30;
/** What the batch said is good for so many rounds. */
const goodForRounds = 2.5;

/** What the source is built from. */
export interface BatchStatusSourceOptions {
  readBatchStatus: ReadBatchStatus;
  random: () => number;
  listener: BatchListener;
  warn: (message: string, attributes: Record<string, unknown>) => void;
}

/** The batch status as a source: for bulk syncs alone, as soon as a few are awaited. */
export class BatchStatusSource implements HintSource {
  private readonly batch: BatchStatus;
  private readonly health: SourceHealth;
  private waiting: WatchedExecution[] = [];
  private pays = false;
  /** Time between two requests, and between two that tell of the same execution. */
  private intervalMs = secondOpinionMs;
  private roundMs = secondOpinionMs;
  private askedAt = -Infinity;
  private jitter = 1;

  constructor(private readonly options: BatchStatusSourceOptions) {
    this.health = new SourceHealth({ name: 'batch status', warn: options.warn });
    this.batch = new BatchStatus(options.readBatchStatus, options.listener);
  }

  get perMinute(): number {
    return this.pays ? 60_000 / this.intervalMs : 0;
  }

  get standsIn(): boolean {
    return this.pays && this.health.trusted;
  }

  get dueAt(): number {
    return this.pays ? Math.max(this.health.openAt, this.askedAt + this.intervalMs * this.jitter) : Infinity;
  }

  update({ now, bulk, bulkExecutions, feedCovers, uncoveredBulk, mostPerMinute }: Situation): void {
    this.waiting = bulkExecutions;
    const began = !this.pays && bulk.count >= fewest;
    this.pays = bulk.count >= fewest;
    const requests = this.batch.requestsFor(bulk.count);
    const alone = this.health.trusted && !feedCovers;
    const look = { bestMs: bestIntervalMs(bulk.hazard / requests), demand: bulk, seconded: false };
    const best = alone ? sharedIntervalMs(look) : secondOpinionMs;
    const rowsMs = this.batch.rowsFor(bulk.count) * msPerRow;
    this.roundMs = Math.max(best, rowsMs, (requests * 60_000) / mostPerMinute);
    this.intervalMs = this.roundMs / requests;
    const soonMs = Math.max(fastestMs, rowsMs / requests, 60_000 / mostPerMinute);
    const newcomers = uncoveredBulk.filter((watched) => !this.batch.hasAsked(watched)).length;
    if (this.health.trusted && newcomers >= fewest) this.intervalMs = Math.min(this.intervalMs, soonMs);
    else if (began) this.askedAt = Math.max(this.askedAt, now - this.intervalMs + slowestMs);
  }

  covers(watched: WatchedExecution, now: number): boolean {
    const goodFrom = now - goodForRounds * this.roundMs;
    const { aliveAt, registeredAt } = watched;
    // A run that was just started cannot have been told of yet, and soon will be.
    const justStarted = aliveAt >= registeredAt && registeredAt > now - this.roundMs - slowestMs;
    return this.standsIn && (justStarted || this.batch.toldRunningAt(watched) > goodFrom);
  }

  async look(at: number, signal: AbortSignal): Promise<void> {
    this.askedAt = at;
    this.jitter = 0.92 + 0.16 * this.options.random();
    await this.health.watch(at, signal, () => this.batch.look(this.waiting, { at, signal }));
  }

  found(found: Found): void {
    const misled = this.batch.misled(found);
    if (misled !== null) this.health.judged(!misled);
  }
}
