/** The organization's events as a source: one request tells of all ends since the last, for both kinds of syncs. */
import { EventWindows, type ReadEvents } from './event-windows';
import {
  pollIntervalMs,
  type Monitored,
  type Situation,
  type SourceContext,
  type StatusSource,
} from './status-sources';
import { maxInFlight, maxIntervalMs } from './tuning';

/** Silence covers whatever was alive when the windows that were read began. */
export class EventSource implements StatusSource {
  readonly name = 'event feed';
  private readonly windows: EventWindows;
  private intervalMs: number | null = null;
  private askedAt = -Infinity;
  private answeredAt = -Infinity;
  private waiting = 0;

  constructor(
    private readonly context: SourceContext,
    readEvents: ReadEvents,
  ) {
    this.windows = new EventWindows(readEvents, context.onEnd);
  }

  get hasTold(): boolean {
    return this.windows.hasTold;
  }

  get askAt(): number {
    return this.intervalMs !== null && this.windows.needsPast ? -Infinity : this.newestAt;
  }

  get perMinute(): number {
    return this.intervalMs === null ? 0 : (this.windows.pagesPerWindow * 60_000) / this.intervalMs;
  }

  plan(situation: Situation): void {
    const { items, unmonitored, serverNow } = situation;
    const aliveAts = items.map(({ aliveAt }) => aliveAt);
    this.windows.plan(aliveAts, serverNow);
    this.intervalMs = pollIntervalMs(unmonitored, this.windows.pagesPerWindow, situation);
    this.waiting = items.length;
  }

  coversUntil({ aliveAt }: Monitored): number {
    if (this.intervalMs === null || aliveAt < this.windows.coveredFrom) return -Infinity;
    return this.answeredAt + this.intervalMs + maxIntervalMs;
  }

  quietUpTo(item: Monitored): number {
    return this.coversUntil(item) > this.context.moment().now ? this.windows.quietUpTo : -Infinity;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const { now, chance } = this.context.moment();
    if (this.newestAt > now) return this.windows.readPast(signal);
    // The next window begins up to a twentieth sooner, so that workers that began together spread.
    if (!this.windows.isUnfinished) this.askedAt = now - 0.05 * chance * (this.intervalMs ?? 0);
    // A window of more pages is given up, unless as many reads would be needed instead.
    await this.windows.readNewest(this.context.moment, Math.max(maxInFlight, this.waiting), signal);
    if (!this.windows.isUnfinished) this.answeredAt = this.context.moment().now;
  }

  private get newestAt(): number {
    if (this.intervalMs === null) return Infinity;
    return this.windows.isUnfinished ? -Infinity : this.askedAt + this.intervalMs;
  }
}
