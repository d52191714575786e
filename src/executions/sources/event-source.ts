/** The organization's events as a source: one request tells of all ends since the last, for both kinds of syncs. */
import type { ReadEvents } from './event-feed';
import { EventReader } from './event-reader';
import { EventWindows, longestMs } from './event-windows';
import { pollIntervalMs } from '../reads/poll-interval';
import type { Monitored, Situation, SourceContext, StatusSource } from '../reads/status-source';
import { budgetShare, maxInFlight, maxIntervalMs } from '../reads/tuning';

/** Silence covers whatever was alive when the windows that were read began. */
export class EventSource implements StatusSource {
  readonly name = 'event feed';
  private readonly reader: EventReader;
  private readonly windows: EventWindows;
  private intervalMs: number | null = null;
  private askedAt = -Infinity;
  private answeredAt = -Infinity;
  /** Requests of the newest window after which it costs more than it tells. */
  private maxPages = maxInFlight;
  /** Whether the newest events go before the past. */
  private isNewestNext = true;

  constructor(
    private readonly context: SourceContext,
    readEvents: ReadEvents,
  ) {
    this.reader = new EventReader(readEvents, context.onEnd);
    this.windows = new EventWindows(this.reader);
  }

  get hasTold(): boolean {
    return this.reader.hasTold;
  }

  get askAt(): number {
    return Math.min(this.newestAt, this.pastAt);
  }

  get perMinute(): number {
    return this.intervalMs === null ? 0 : (this.windows.pagesPerWindow * 60_000) / this.intervalMs;
  }

  plan(situation: Situation): void {
    const { items, unmonitored, serverNow, requestsPerMinute } = situation;
    const aliveAts = items.map(({ aliveAt }) => aliveAt);
    this.windows.plan(aliveAts, serverNow);
    this.intervalMs = pollIntervalMs(unmonitored, this.windows.pagesPerWindow, situation);
    const affordable = budgetShare * requestsPerMinute;
    // A window of more pages is given up, unless as many reads would be needed instead. One that takes longer than it may be old
    // would never be read to its end.
    const pages = Math.min(Math.max(maxInFlight, items.length), (affordable * longestMs) / 60_000);
    this.maxPages = Math.max(1, Math.floor(pages));
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
    const isPastNext = this.newestAt > now || (!this.isNewestNext && !this.windows.isUnfinished);
    if (isPastNext && this.pastAt <= now) {
      this.isNewestNext = true;
      return this.windows.readPast(signal);
    }
    this.isNewestNext = false;
    // The next window begins up to a twentieth sooner, so that workers that began together spread.
    if (!this.windows.isUnfinished) this.askedAt = now - 0.05 * chance * (this.intervalMs ?? 0);
    const { maxPages, intervalMs } = this;
    await this.windows.readNewest(this.context.moment, { maxPages, everyMs: intervalMs ?? 0 }, signal);
    if (!this.windows.isUnfinished) this.answeredAt = this.context.moment().now;
  }

  private get pastAt(): number {
    return this.intervalMs !== null && this.windows.needsPast ? -Infinity : Infinity;
  }

  private get newestAt(): number {
    if (this.intervalMs === null) return Infinity;
    return this.windows.isUnfinished ? -Infinity : this.askedAt + this.intervalMs;
  }
}
