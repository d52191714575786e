/** Asks the sources of hints for all executions together, and says how rarely single reads may then be. */
import { BatchStatusSource } from './batch-status-source';
import type { ReadBatchStatus } from './batch-status';
import { demandOf, type Demand } from './demand';
import { EventFeedSource } from './event-feed-source';
import type { ReadEvents } from './event-feed';
import { assumedHazard, bestIntervalMs, isLate } from './hazard';
import type { Found, HintSource } from './hint-source';
import type { LastSeen, WatchedExecution } from './watched-execution';

/** What the survey needs; without sources it asks for nothing and covers nothing. */
export interface SurveyOptions {
  readEvents?: ReadEvents;
  readBatchStatus?: ReadBatchStatus;
  random: () => number;
  requestsPerMinute: number;
  /** Every execution that somebody waits for. */
  awaited: () => Iterable<WatchedExecution>;
  onEnd: (executionId: string) => void;
  onRunning: (watched: WatchedExecution, at: number, seen: LastSeen) => void;
  /** Single reads have become more or less needed. */
  onCoverage: () => void;
  warn: (message: string, attributes: Record<string, unknown>) => void;
}

/** How old the sums over all executions may be, and a millisecond more for each of them. */
const refreshMs = 5_000;
const retellMs = 60_000;
/** The chance that a run ends changes little within such a share of its usual duration. */
const ripeningShare = 0.1;
/** Shares of the budget that the sources may take, so that single reads always get some of it. */
const feedShare = 0.6;
const batchShare = 0.15;
const batchShareAlone = 0.7;
/** Where one source covers a run, it is read so often: that bounds what a lost event costs. */
const safetyMs = 570_000;
/** Share of the budget for these reads while it keeps that bound, and when more runs wait than it could keep it for. */
const safetyShare = 0.7;
const crowdedShare = 0.5;
/** In a crowd, runs are read by their hazard, as if a tenth of the events were lost, and at least so often. */
const stretchForLosses = Math.sqrt(10);
const rarestMs = 3_600_000;
/** The batch status is asked again and again, so nothing is lost by it, but it may be wrong. */
const repeatedSafetyMs = 1_800_000;
/** Where two sources cover a run that its history explains, only both being wrong would leave its end unseen. */
const doubleSafetyMs = 7_200_000;

/** The sources, each asked only while it pays. */
export class Survey {
  /** Requests sent so far. */
  requests = 0;
  private readonly feed: EventFeedSource | null;
  private readonly batch: BatchStatusSource | null;
  private readonly sources: HintSource[];
  private refreshedAt = -Infinity;
  private crowded = false;
  private uncovered = 0;
  private waiting = 0;
  /** Usual duration of the shortest run that is awaited. */
  private shortestMs = Infinity;
  private coverage = '';
  private toldAt = -Infinity;

  constructor(private readonly options: SurveyOptions) {
    const { readEvents, readBatchStatus, random, onEnd, onRunning, warn } = options;
    this.feed = readEvents ? new EventFeedSource({ readEvents, random, onEnd, warn }) : null;
    const listener = { onEnd, onRunning };
    this.batch = readBatchStatus ? new BatchStatusSource({ readBatchStatus, random, listener, warn }) : null;
    this.sources = [this.feed, this.batch].filter((source) => source !== null);
  }

  /** When a source is to be asked next. */
  get dueAt(): number {
    return Math.min(...this.sources.map(({ dueAt }) => dueAt));
  }

  /** When to look at the demand anew, as short runs soon get likely to end; infinite while no source is asked. */
  get refreshAt(): number {
    if (this.dueAt === Infinity) return Infinity;
    return this.refreshedAt + Math.max(refreshMs + this.waiting, this.shortestMs * ripeningShare);
  }

  /** Up to when events stand in for reads; null where they do not. */
  get eventsReadUpTo(): number | null {
    return this.feed?.readUpTo ?? null;
  }

  /** Requests a minute that single reads should leave alone. */
  get reservedPerMinute(): number {
    const asked = this.sources.reduce((sum, { perMinute }) => sum + perMinute, 0);
    if (asked === 0) return 0;
    const safety = this.options.requestsPerMinute * (this.crowded ? crowdedShare : safetyShare);
    return this.uncovered > 0 ? asked : Math.max(asked, this.options.requestsPerMinute - safety);
  }

  /** New executions came; `readUpTo` is what a predecessor had read of the events. */
  grew(now: number, readUpTo: number | undefined): void {
    if (readUpTo !== undefined) this.feed?.takeUp(now, readUpTo);
    this.feed?.askSoon(now);
    this.refreshedAt = -Infinity;
    this.refresh(now);
  }

  /** Whether an event told of the end of an execution before anybody waited for it. */
  heardOf(executionId: string): boolean {
    return this.feed?.heardOf(executionId) ?? false;
  }

  /** Decides anew what pays, if that was not done just before. */
  refresh(now: number): void {
    if (this.sources.length === 0 || now < this.refreshedAt + refreshMs + this.waiting) return;
    this.refreshedAt = now;
    const executions = [...this.options.awaited()];
    const bulkExecutions = executions.filter(({ item }) => item.kind === 'bulk');
    const all = demandOf(executions, now);
    const bulk = bulkExecutions.length === executions.length ? all : demandOf(bulkExecutions, now);
    this.update({ now, all, bulk, bulkExecutions });
    this.waiting = all.count;
    this.shortestMs = executions.reduce((least, { item }) => Math.min(least, item.usual?.medianMs ?? least), Infinity);
    this.crowded = all.count * (60_000 / safetyMs) > safetyShare * this.options.requestsPerMinute;
    this.uncovered = executions.filter((watched) => !this.coversAny(watched, now)).length;
    this.noteCoverage(now);
  }

  /** The source to ask now, if any: first the one that has been due for longest. */
  due(now: number): HintSource | undefined {
    const due = this.sources.filter(({ dueAt }) => dueAt <= now);
    return due.sort((one, other) => one.dueAt - other.dueAt)[0];
  }

  /** One request to a source. Throws its `PolytomicError`. */
  async look(source: HintSource, at: number, signal: AbortSignal): Promise<void> {
    this.requests += 1;
    try {
      await source.look(at, signal);
    } finally {
      this.noteCoverage(at);
    }
  }

  /** How long an execution may go unread, given how long it should by itself. */
  intervalMs(watched: WatchedExecution, ownMs: number, now: number): number {
    const byFeed = this.feed?.covers(watched) ?? false;
    const byBatch = this.batch?.covers(watched, now) ?? false;
    if (!byFeed && !byBatch) return ownMs;
    const { usual } = watched.item;
    const ageMs = now - watched.beganAt;
    if (byBatch && !isLate(usual, ageMs)) return Math.max(ownMs, byFeed ? doubleSafetyMs : repeatedSafetyMs);
    if (!this.crowded) return Math.max(ownMs, safetyMs);
    const stretched = stretchForLosses * bestIntervalMs(assumedHazard(usual, ageMs));
    return Math.max(ownMs, Math.min(Math.max(stretched, safetyMs), rarestMs));
  }

  /** An end was found by a read. */
  found(found: Found): void {
    for (const source of this.sources) if (source.covers(found.watched, found.at)) source.found(found);
  }

  private update(demands: { now: number; all: Demand; bulk: Demand; bulkExecutions: WatchedExecution[] }): void {
    const { requestsPerMinute } = this.options;
    const covered = (watched: WatchedExecution): boolean => this.coversAny(watched, demands.now);
    const uncoveredBulk = demands.bulkExecutions.filter((watched) => !covered(watched));
    const batchTells = this.batch?.standsIn ?? false;
    const situation = { ...demands, uncoveredBulk, batchTells };
    this.feed?.update({ ...situation, feedCovers: false, mostPerMinute: feedShare * requestsPerMinute });
    const share = (this.feed?.perMinute ?? 0) > 0 ? batchShare : batchShareAlone;
    const feedCovers = this.feed?.standsIn ?? false;
    this.batch?.update({ ...situation, feedCovers, mostPerMinute: share * requestsPerMinute });
  }

  private coversAny(watched: WatchedExecution, now: number): boolean {
    return this.sources.some((source) => source.covers(watched, now));
  }

  /** Tells when single reads are needed more or less, and now and then, as ages and answers change that slowly too. */
  private noteCoverage(now: number): void {
    const coverage = [this.crowded, ...this.sources.map(({ standsIn }) => standsIn)].join();
    if (coverage === this.coverage && now < this.toldAt + retellMs) return;
    this.coverage = coverage;
    this.toldAt = now;
    this.options.onCoverage();
  }
}
