/** When the event feed is asked, and whether its silence is believed. */
import { EventFeed, type ReadEvents } from './event-feed';
import { bestIntervalMs } from './hazard';
import { fastestMs, sharedIntervalMs, slowestMs, type Found, type HintSource, type Situation } from './hint-source';
import { SourceHealth } from './source-health';
import type { WatchedExecution } from './watched-execution';

/** One or two waits are cheaper looked at by themselves. */
const fewest = 3;
/** The feed begins where it saves so much, and ends where it saves nothing any more. */
const worthBeginning = 1.3;
const worthKeeping = 0.8;
/** After new executions came, the feed is asked soon: starts that fail, fail soon. */
const soonMs = 5_000;
/** An event may come so much later than its end was found otherwise, and still counts as told. */
const lateEventMs = 60_000;
const mostUnheard = 1_000;
/** A run may end before anybody begins to wait for it, so ends are remembered, so many. */
const mostTold = 5_000;

/** What the source is built from. */
export interface EventFeedSourceOptions {
  readEvents: ReadEvents;
  random: () => number;
  onEnd: (executionId: string) => void;
  warn: (message: string, attributes: Record<string, unknown>) => void;
}

/** The feed as a source: for both kinds of syncs, as soon as a few executions are awaited. */
export class EventFeedSource implements HintSource {
  private readonly feed: EventFeed;
  private readonly health: SourceHealth;
  /** Executions of whose end events told lately, awaited or not yet, oldest first. */
  private readonly told = new Set<string>();
  /** Ends found otherwise of which the feed has not told, with the time of the finding. */
  private readonly unheard = new Map<string, number>();
  private pays = false;
  private intervalMs = slowestMs;
  private askedAt = -Infinity;
  private soonAt = Infinity;
  /** What new executions cannot shorten the interval below. */
  private shortestMs = fastestMs;
  private jitter = 1;

  constructor(private readonly options: EventFeedSourceOptions) {
    this.health = new SourceHealth({ name: 'event feed', warn: options.warn });
    this.feed = new EventFeed(options.readEvents, (executionId) => this.hear(executionId));
  }

  get perMinute(): number {
    return this.pays ? (this.feed.pagesPerWindow * 60_000) / this.intervalMs : 0;
  }

  get standsIn(): boolean {
    return this.pays && this.health.trusted;
  }

  get dueAt(): number {
    if (!this.pays) return Infinity;
    const nextWindowAt = this.feed.unfinished ? 0 : this.askedAt + this.intervalMs * this.jitter;
    return Math.max(this.health.openAt, Math.min(nextWindowAt, this.soonAt));
  }

  /** Up to when events were read, by Polytomic's clock, if they stand in for reads; for the next worker. */
  get readUpTo(): number | null {
    return this.standsIn ? this.feed.readUpTo : null;
  }

  update({ all, bulk, batchTells, now, mostPerMinute }: Situation): void {
    const affordableMs = (this.feed.pagesPerWindow * 60_000) / mostPerMinute;
    this.shortestMs = Math.max(fastestMs, affordableMs);
    const look = { bestMs: bestIntervalMs(all.hazard), demand: all, seconded: batchTells && bulk.count === all.count };
    const best = this.health.trusted ? sharedIntervalMs(look) : slowestMs;
    this.intervalMs = Math.max(affordableMs, best);
    const worth = (all.singleRate * this.intervalMs) / 1000;
    this.pays = all.count >= (this.pays ? 1 : fewest) && worth > (this.pays ? worthKeeping : worthBeginning);
    if (this.pays) this.feed.start(now);
    this.judgeSilence(now);
  }

  /** A predecessor read events up to then, so that its windows can be taken up. */
  takeUp(now: number, readUpTo: number): void {
    this.feed.start(now, readUpTo);
  }

  /** New executions came that may end at once. */
  askSoon(now: number): void {
    this.soonAt = Math.min(this.soonAt, Math.max(now + soonMs, this.askedAt + this.shortestMs));
  }

  covers(watched: WatchedExecution): boolean {
    return this.standsIn && watched.aliveAt >= this.feed.coveredFrom;
  }

  async look(at: number, signal: AbortSignal): Promise<void> {
    if (!this.feed.unfinished) {
      this.askedAt = at;
      this.soonAt = Infinity;
      this.jitter = 0.97 + 0.06 * this.options.random();
    }
    await this.health.watch(at, signal, () => this.feed.look({ at, signal }));
  }

  found({ watched, at }: Found): void {
    const { executionId } = watched.item;
    if (this.told.has(executionId)) this.health.judged(true);
    else if (this.unheard.size < mostUnheard) this.unheard.set(executionId, at);
  }

  /** Whether an event told of the end of this execution. */
  heardOf(executionId: string): boolean {
    return this.told.has(executionId);
  }

  private hear(executionId: string): void {
    this.told.add(executionId);
    for (const oldest of this.told) {
      if (this.told.size <= mostTold) break;
      this.told.delete(oldest);
    }
    if (this.unheard.delete(executionId)) this.health.judged(true);
    else this.options.onEnd(executionId);
  }

  private judgeSilence(now: number): void {
    for (const [executionId, foundAt] of this.unheard) {
      if (foundAt + lateEventMs > now) break;
      this.unheard.delete(executionId);
      if (this.pays) this.health.judged(false);
    }
  }
}
