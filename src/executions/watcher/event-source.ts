/** The organization's events as a source: one request tells of all ends since the last, for both kinds of syncs. */
import type { Clock } from '../../polytomic/clock';
import { EventWindows, type ReadEvents } from './event-windows';
import type { SourceHealth } from './source-health';
import {
  pollIntervalMs,
  type Monitored,
  type Situation,
  type StatusListener,
  type StatusSource,
} from './status-source';
import { maxIntervalMs } from './tuning';

/** A run may end before anybody begins to wait for it, so ends are remembered, so many. */
const maxReported = 5_000;
/** A window of more pages is given up, unless as many reads would be needed instead. */
const minWindowPages = 20;

/** What the source is built from. */
export interface EventSourceOptions {
  readEvents: ReadEvents;
  clock: Clock;
  /** Polytomic's time. */
  serverNow: () => number;
  listener: StatusListener;
  health: SourceHealth;
}

/** Silence covers whatever was alive when the windows that were read began. */
export class EventSource implements StatusSource {
  readonly name = 'event feed';
  private readonly windows: EventWindows;
  /** Executions whose ends were reported lately, awaited or not yet, oldest first. */
  private readonly reported = new Set<string>();
  private intervalMs: number | null = null;
  private askedAt = -Infinity;
  private answeredAt = -Infinity;
  private waiting = 0;
  private jitter = 1;

  constructor(private readonly options: EventSourceOptions) {
    this.windows = new EventWindows(options.readEvents, (executionId, syncId) => this.reportEnd(executionId, syncId));
  }

  get perMinute(): number {
    return this.intervalMs === null ? 0 : (this.windows.pagesPerWindow * 60_000) / this.intervalMs;
  }

  get askAt(): number {
    if (this.intervalMs === null) return Infinity;
    const nextWindowAt = this.windows.isUnfinished ? -Infinity : this.askedAt + this.intervalMs * this.jitter;
    return Math.max(this.options.health.retryAt, nextWindowAt);
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
    return this.coversUntil(item) > this.options.clock.monotonic() ? this.windows.cursor : -Infinity;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const { clock, serverNow, health } = this.options;
    if (!this.windows.isUnfinished) {
      this.askedAt = clock.monotonic();
      this.jitter = 0.95 + 0.05 * clock.random();
    }
    const maxPages = Math.max(minWindowPages, this.waiting);
    await health.track(signal, () => this.windows.readPage(serverNow(), maxPages, signal));
    if (!this.windows.isUnfinished) this.answeredAt = clock.monotonic();
  }

  hasReported(executionId: string): boolean {
    return this.reported.has(executionId);
  }

  private reportEnd(executionId: string, syncId: string | null): void {
    this.reported.add(executionId);
    for (const oldest of this.reported) {
      if (this.reported.size <= maxReported) break;
      this.reported.delete(oldest);
    }
    this.options.listener.onEnd(executionId, syncId);
  }
}
