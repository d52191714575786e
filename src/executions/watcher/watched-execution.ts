/** One execution that is waited for: what is known of it, and the few ways in which that changes. */
import type { AwaitItem, SettledExecution } from '../../contracts/waits';
import type { Execution } from '../../contracts/execution';
import { uncertainEndGraceMs } from '../uncertain-end';
import { ReadHistory } from './classify-read';
import { EndReport } from './end-report';
import { assumedHazard, nextReadAgeMs, type DurationStats } from './hazard';
import type { ScheduledRead } from './read-scheduler';
import type { LastSeen } from './status-source';
import { blindIntervalMs, minReadIntervalMs, patienceMs } from './tuning';

/** One execution to wait for. */
export type WatchItem = AwaitItem;

/** Who wants to know of an end. */
export interface EndListener {
  addSettled(watched: WatchedExecution, settled: SettledExecution): void;
}

/** What a previous worker knew of it; graces go on from how long they had lasted there. */
export interface RestoredState {
  /** Polytomic's time of the last sign of life, milliseconds since the epoch. */
  aliveAt: number;
  wasRead: boolean;
  endReported: boolean;
  uncertainForMs: number | null;
  refusedForMs: number | null;
}

/** The time now, on both clocks. */
export interface Moment {
  /** Of the monotonic clock. */
  now: number;
  /** Polytomic's, milliseconds since the epoch. */
  serverNow: number;
}

/** Reads an execution and plans when it is read next. */
export interface ExecutionReader {
  moment(): Moment;
  readOnce(watched: WatchedExecution, signal: AbortSignal): Promise<() => void>;
  planRead(watched: WatchedExecution): void;
}

/** A run that was created so recently was just started; an older one that was never read may have ended long ago. */
const justStartedMs = 2 * blindIntervalMs;
/** Schemas kept of one execution for whoever looks at a wait in progress. */
const maxSeenSchemas = 20;

/** Shared by all who wait for it. */
export class WatchedExecution implements ScheduledRead {
  readonly listeners = new Set<EndListener>();
  readonly history = new ReadHistory();
  readonly kind;
  readonly syncId: string;
  readonly executionId: string;
  /** Polytomic's time up to which it is known not to have ended. */
  aliveAt: number;
  seen: LastSeen | null = null;
  settled: SettledExecution | null = null;
  /** Since when nobody waits for it, or since it settled; monotonic. */
  idleSince = 0;
  /** By Polytomic's clock; infinitely long ago until a read tells, where whoever waits does not know. */
  private createdAt: number;
  private readonly durationStats: DurationStats | null;
  /** How long it should go unread, as of the last plan. */
  private intervalMs = Infinity;
  /** The shortest time after which somebody who waits wants it read again. */
  private liveCountsMs = Infinity;
  private retryAt: number | null = null;
  /** When it was last read or tried to be, monotonic. */
  private attemptedAt = -Infinity;
  private readonly report = new EndReport();

  constructor(
    item: WatchItem,
    private readonly reader: ExecutionReader,
    restored?: RestoredState,
  ) {
    const { now, serverNow } = reader.moment();
    this.kind = item.kind;
    this.syncId = item.syncId;
    this.executionId = item.executionId;
    this.durationStats = item.usual;
    const createdAt = Date.parse(item.createdAt ?? '');
    this.createdAt = Number.isNaN(createdAt) ? -Infinity : Math.min(createdAt, serverNow);
    this.aliveAt = Math.min(restored?.aliveAt ?? this.createdAt, serverNow);
    if (restored) this.restore(restored, now);
  }

  /** Somebody who waits wants counts of this age at most. Counts until nobody waits any more. */
  wantLiveCounts(everyMs: number): void {
    this.liveCountsMs = Math.min(this.liveCountsMs, everyMs);
  }

  get isReported(): boolean {
    return this.report.isUrgent;
  }

  /** Whether its end was reported and no read has confirmed that yet: no source covers it then. */
  get isAboutToEnd(): boolean {
    return this.report.isOpen;
  }

  hazard(): number {
    return assumedHazard(this.durationStats, this.ageAt(this.reader.moment().serverNow));
  }

  unreadMs(): number {
    const { now, serverNow } = this.reader.moment();
    return Math.min(serverNow - this.aliveAt, now - this.attemptedAt);
  }

  overdue(now: number): number {
    const own = this.unreadMs() / this.intervalMs;
    return this.report.isOpen ? Math.max(own, this.report.overdue(now, this.attemptedAt)) : own;
  }

  read(signal: AbortSignal): Promise<() => void> {
    this.attemptedAt = this.reader.moment().now;
    this.report.recordAttempt();
    return this.reader.readOnce(this, signal);
  }

  replan(): void {
    if (!this.settled) this.reader.planRead(this);
  }

  /**
   * A source says that it has ended.
   *
   * @param isReading a read is under way, which may have been answered before that end
   */
  reportEnd({ now, serverNow }: Moment, isReading: boolean): void {
    this.report.open(now, now - (serverNow - this.aliveAt), isReading);
  }

  /** A read found it in progress. A reported end that the read does not show yet is looked for again. */
  recordRunning({ now, serverNow }: Moment, execution: Execution): void {
    this.retryAt = null;
    this.aliveAt = serverNow;
    this.seen = lastSeen(execution);
    if (this.createdAt === -Infinity) this.createdAt = Date.parse(execution.createdAt ?? '') || serverNow;
    this.report.recordUnconfirmed(now);
  }

  /** A source found it in progress. That may be wrong, so it puts off no read. */
  recordSeen(seen: LastSeen): void {
    this.seen = { ...seen, records: seen.records ?? this.seen?.records ?? null };
  }

  /** A read told nothing. */
  recordUnread({ now }: Moment, delayMs: number): void {
    this.retryAt = now + delayMs;
    this.report.reopenIfRepeated(now);
  }

  /** It has ended, or will not be read any more. Returns who has to be told. */
  settle(settled: SettledExecution): EndListener[] {
    const listeners = [...this.listeners];
    this.listeners.clear();
    this.seen = null;
    this.settled = settled;
    return listeners;
  }

  /** When to read it next, of the monotonic clock. */
  planNext({ now, serverNow }: Moment, options: { safetyMs: number | null; random: number }): number {
    if (this.retryAt !== null) return this.retryAt;
    const { uncertainSince } = this.history;
    const latest = uncertainSince === null ? Infinity : uncertainSince + uncertainEndGraceMs;
    const own = now - (serverNow - this.aliveAt) + this.spreadOut(options);
    return Math.min(Math.max(own, now), Math.max(this.report.confirmAt, now), latest);
  }

  /** What a next worker goes on from. */
  exportState({ now }: Pick<Moment, 'now'>): RestoredState {
    const { wasRead, uncertainSince, refusedSince } = this.history;
    return {
      aliveAt: this.aliveAt,
      wasRead,
      endReported: this.report.isOpen,
      uncertainForMs: uncertainSince === null ? null : now - uncertainSince,
      refusedForMs: refusedSince === null ? null : now - refusedSince,
    };
  }

  private restore({ wasRead, endReported, uncertainForMs, refusedForMs }: RestoredState, now: number): void {
    this.history.wasRead = wasRead;
    if (uncertainForMs !== null) this.history.uncertainSince = now - uncertainForMs;
    if (refusedForMs !== null) this.history.refusedSince = now - refusedForMs;
    if (endReported) this.report.open(now, -Infinity, false);
  }

  /** Milliseconds from the last sign of life to the next read; a little less at random, as what began together spreads. */
  private spreadOut({ safetyMs, random }: { safetyMs: number | null; random: number }): number {
    this.intervalMs = Math.min(safetyMs ?? Math.min(this.ownIntervalMs(), patienceMs), this.liveCountsMs);
    // A read that is set to just after a likely end must not come much before it.
    const sigma = safetyMs === null ? (this.durationStats?.sigma ?? 1) : 1;
    const spreadMs = Math.min(this.intervalMs, sigma * (this.ageAt(this.aliveAt) + this.intervalMs));
    return this.intervalMs - 0.1 * random * spreadMs;
  }

  /** Where it stands by itself: how long after its last sign of life it is best read. */
  private ownIntervalMs(): number {
    if (this.createdAt === -Infinity && !this.history.wasRead) return 0;
    const ageMs = this.ageAt(this.aliveAt);
    if (this.history.wasRead || ageMs > 0) return nextReadAgeMs(this.durationStats, ageMs) - ageMs;
    const { serverNow } = this.reader.moment();
    if (this.ageAt(serverNow) > justStartedMs) return 0;
    const isLong = (this.durationStats?.medianMs ?? Infinity) > patienceMs;
    return isLong ? minReadIntervalMs : nextReadAgeMs(this.durationStats, 0);
  }

  private ageAt(serverTime: number): number {
    return Math.max(0, serverTime - this.createdAt);
  }
}

/** The little of a read that is kept while the run goes on. */
function lastSeen({ status, records, schemas = [] }: Execution): LastSeen {
  const kept = schemas.slice(0, maxSeenSchemas).map(({ schema, status, records, errors }) => ({
    ...{ schema, status },
    ...{ records, errors },
  }));
  return { status, records, schemas: kept };
}
