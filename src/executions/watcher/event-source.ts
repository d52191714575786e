/** The organization's events as a source: one request tells of all ends since the last, for both kinds of syncs. */
import { EventWindows, type ReadEvents } from './event-windows';
import type { Moment } from './scheduled-read';
import { pollIntervalMs, type Monitored, type OnEnd, type Situation, type StatusSource } from './status-source';
import { maxInFlight, maxIntervalMs } from './tuning';

/** A run may end before anybody begins to wait for it, so ends are remembered, so many. */
const maxReported = 5_000;

/** What the source is built from. */
export interface EventSourceOptions {
  readEvents: ReadEvents;
  moment: () => Moment;
  onEnd: OnEnd;
}

/** Silence covers whatever was alive when the windows that were read began. */
export class EventSource implements StatusSource {
  readonly name = 'event feed';
  private readonly windows: EventWindows;
  /** Executions whose ends were reported lately, awaited or not yet, oldest first. */
  private readonly reported = new Set<string>();
  private intervalMs: number | null = null;
  private askedAt = -Infinity;
  private jitter = 1;
  private answeredAt = -Infinity;
  private waiting = 0;

  constructor(private readonly options: EventSourceOptions) {
    this.windows = new EventWindows(options.readEvents, (executionId, syncId) => this.reportEnd(executionId, syncId));
  }

  get askAt(): number {
    if (this.intervalMs === null) return Infinity;
    return this.windows.isUnfinished ? -Infinity : this.askedAt + this.intervalMs * this.jitter;
  }

  get perMinute(): number {
    return this.intervalMs === null ? 0 : (this.windows.pagesPerWindow * 60_000) / this.intervalMs;
  }

  plan(situation: Situation): void {
    const { items, unmonitored, serverNow } = situation;
    this.intervalMs = pollIntervalMs(unmonitored, this.windows.pagesPerWindow, situation);
    this.waiting = items.length;
    if (this.intervalMs === null) return;
    // What was never read, and whose age nobody knows, is read at once.
    const known = items.map(({ aliveAt }) => aliveAt).filter(Number.isFinite);
    const oldest = known.reduce((least, aliveAt) => Math.min(least, aliveAt), serverNow);
    this.windows.moveTo(oldest, serverNow);
  }

  coversUntil({ aliveAt }: Monitored): number {
    if (this.intervalMs === null || aliveAt < this.windows.coveredFrom) return -Infinity;
    return this.answeredAt + this.intervalMs + maxIntervalMs;
  }

  quietUpTo(item: Monitored): number {
    return this.coversUntil(item) > this.options.moment().now ? this.windows.cursor : -Infinity;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const { now, serverNow, chance } = this.options.moment();
    if (!this.windows.isUnfinished) [this.askedAt, this.jitter] = [now, 0.95 + 0.05 * chance];
    // A window of more pages is given up, unless as many reads would be needed instead.
    await this.windows.readPage(serverNow, Math.max(maxInFlight, this.waiting), signal);
    if (!this.windows.isUnfinished) this.answeredAt = this.options.moment().now;
  }

  hasReported(executionId: string): boolean {
    return this.reported.has(executionId);
  }

  private reportEnd(executionId: string, syncId: string | null): void {
    this.reported.add(executionId);
    const [oldest] = this.reported;
    if (this.reported.size > maxReported && oldest !== undefined) this.reported.delete(oldest);
    this.options.onEnd(executionId, syncId);
  }
}
