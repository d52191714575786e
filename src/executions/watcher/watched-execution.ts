/** One execution that is waited for: what is known of it, and the few ways in which that changes. */
import type { Execution } from '../../contracts/execution';
import type { AwaitItem, SettledExecution, Stillness } from '../../contracts/waits';
import type { PolytomicError } from '../../polytomic/errors';
import { countsFingerprint } from '../../rules/stalled';
import { assumedHazard, nextReadAgeMs, type DurationStats } from '../reads/hazard';
import type { Moment } from '../reads/moment';
import { ScheduledRead } from '../reads/scheduled-read';
import { blindIntervalMs, minReadIntervalMs, patienceMs } from '../reads/tuning';
import type { RestoredState } from './wait-checkpoint';
import { lastSeen, type LastSeen } from './wait-progress';

/** Who wants to know of an end. */
export interface EndListener {
  addSettled(watched: WatchedExecution, settled: SettledExecution): void;
  /** A read showed the same counts as the ones before. */
  addStill(watched: WatchedExecution, still: Stillness): void;
}

/** Reads executions, and judges what is read. */
export interface ExecutionReader {
  /** One request, and what is to be done with its answer. @throws PolytomicError */
  readExecution(watched: WatchedExecution, signal: AbortSignal): Promise<() => void>;
  /** It will not be read any more. */
  loseExecution(watched: WatchedExecution, error: PolytomicError): void;
}

/** A run that was created so recently was just started; an older one that was never read may have ended long ago. */
const justStartedMs = 2 * blindIntervalMs;

/** Shared by all who wait for it. */
export class WatchedExecution extends ScheduledRead {
  readonly listeners = new Set<EndListener>();
  readonly executionId: string;
  seen: LastSeen | null = null;
  settled: SettledExecution | null = null;
  /** Whether somebody wants to know when its counts stand still. */
  private comparesCounts = false;
  /** The counts that the last reads showed, and since when; monotonic. */
  private still: { counts: number; since: number } | null = null;
  /** By Polytomic's clock; infinitely long ago until a read tells, where whoever waits does not know. */
  private createdAt: number;
  private readonly durationStats: DurationStats | null;
  /** How long it should go unread by itself. */
  private ownIntervalMs: number;
  /** For how long it had not been read when it was alive, as sources alone told of it. */
  private unreadMs = 0;
  /** The shortest time after which somebody who waits, or waited, wants it read again. */
  private liveCountsMs = Infinity;

  constructor(
    item: AwaitItem,
    private readonly reader: ExecutionReader,
    at: Moment,
    restored?: RestoredState,
  ) {
    super(item.kind, item.syncId);
    this.executionId = item.executionId;
    this.durationStats = item.usual;
    const createdAt = Date.parse(item.createdAt ?? '');
    this.createdAt = Number.isNaN(createdAt) ? -Infinity : Math.min(createdAt, at.serverNow);
    this.setAlive(at, Math.min(restored?.aliveAt ?? this.createdAt, at.serverNow));
    this.chance = at.chance;
    if (!Number.isNaN(createdAt)) this.history.createdAt = createdAt;
    if (restored) this.restore(restored, at.now);
    this.ownIntervalMs = this.untilFirstReadMs(at.serverNow);
  }

  /** Somebody waits for it, with wishes of their own. */
  addListener(listener: EndListener, { liveCountsMs = Infinity, stalledAfterMs }: Partial<AwaitItem>): void {
    // The time in which nobody asked is no time of refusals.
    if (this.listeners.size === 0) this.history.refused.interrupt();
    this.listeners.add(listener);
    this.liveCountsMs = Math.min(this.liveCountsMs, liveCountsMs);
    this.comparesCounts ||= stalledAfterMs !== undefined;
  }

  hazard(serverNow: number): number {
    return assumedHazard(this.durationStats, this.ageAt(serverNow));
  }

  request(signal: AbortSignal): Promise<() => void> {
    return this.reader.readExecution(this, signal);
  }

  giveUp(error: PolytomicError): void {
    this.reader.loseExecution(this, error);
  }

  /** A read found it in progress. */
  recordRunning(at: Moment, execution: Execution): void {
    this.seen = lastSeen(execution);
    this.unreadMs = 0;
    const createdAt = Date.parse(execution.createdAt ?? '');
    // Before its first answer a worker knows only its own clock, which may be behind by any time.
    if (createdAt <= at.serverNow) this.createdAt = createdAt;
    else if (this.createdAt === -Infinity) this.createdAt = at.serverNow;
    this.recordAlive(at);
    this.ownIntervalMs = this.untilNextReadMs();
    if (this.comparesCounts) this.compareCounts(countsFingerprint(execution), at.now);
  }

  /** What another worker saw of its counts; of two that differ, the one that began later is the newer. */
  takeStillness({ counts, forMs }: Stillness, now: number): void {
    const since = now - forMs;
    const known = this.still;
    if (known?.counts === counts) known.since = Math.min(known.since, since);
    else if (!known || since > known.since) this.still = { counts, since };
  }

  /** Null: nothing that could be compared was read. */
  stillness(now: number): Stillness | null {
    return this.still && { counts: this.still.counts, forMs: now - this.still.since };
  }

  private compareCounts(counts: number | null, now: number): void {
    const since = counts === this.still?.counts ? this.still?.since : undefined;
    this.still = counts === null ? null : { counts, since: since ?? now };
    if (counts === null || since === undefined) return;
    for (const listener of [...this.listeners]) listener.addStill(this, { counts, forMs: now - since });
  }

  /** It has ended, or will not be read any more. Returns who has to be told. */
  settle(settled: SettledExecution): EndListener[] {
    const listeners = [...this.listeners];
    this.listeners.clear();
    this.seen = null;
    this.settled = settled;
    return listeners;
  }

  /**
   * What a next worker goes on from.
   *
   * @param quietUpTo Polytomic's time up to which sources would have told of its end
   */
  exportState(now: number, quietUpTo: number): RestoredState {
    const { wasRead, uncertainSince, refused, refusedAs } = this.history;
    const still = this.stillness(now);
    const aliveAt = Math.max(this.aliveAt, quietUpTo);
    return {
      aliveAt,
      unreadMs: this.unreadMs + (Number.isFinite(this.aliveAt) ? aliveAt - this.aliveAt : 0),
      wasRead,
      endReported: this.report.isOpen,
      uncertainForMs: uncertainSince === null ? null : now - uncertainSince,
      refusedForMs: refused.forMs(now),
      refusedAs,
      ...(still && { still }),
    };
  }

  private restore(state: RestoredState, now: number): void {
    const { unreadMs, wasRead, endReported, uncertainForMs, refusedForMs, refusedAs, still } = state;
    if (still) this.still = { counts: still.counts, since: now - still.forMs };
    this.unreadMs = unreadMs;
    this.history.wasRead = wasRead;
    if (uncertainForMs !== null) this.history.uncertainSince = now - uncertainForMs;
    this.history.refused.restore(refusedForMs);
    this.history.refusedAs = refusedAs;
    if (endReported) this.report.open(now, -Infinity);
  }

  /** A little less at random. A read that is set to just after a likely end must not come much before it. */
  protected override intervalMs(_at: Moment, safetyMs: number | null): number {
    const likelyMs = (this.durationStats?.sigma ?? 1) * (this.ageAt(this.aliveAt) + this.ownIntervalMs);
    const ownMs = this.ownIntervalMs - 0.1 * this.chance * Math.min(this.ownIntervalMs, likelyMs);
    const wantedMs = safetyMs === null ? ownMs : safetyMs * (1 - 0.1 * this.chance) - this.unreadMs;
    return Math.min(wantedMs, this.liveCountsMs - this.unreadMs);
  }

  private untilNextReadMs(): number {
    const ageMs = this.ageAt(this.aliveAt);
    return Math.min(nextReadAgeMs(this.durationStats, ageMs) - ageMs, patienceMs);
  }

  private untilFirstReadMs(serverNow: number): number {
    if (this.createdAt === -Infinity) return 0;
    if (this.history.wasRead || this.aliveAt > this.createdAt) return this.untilNextReadMs();
    if (this.ageAt(serverNow) > justStartedMs) return 0;
    const isLong = (this.durationStats?.medianMs ?? Infinity) > patienceMs;
    return isLong ? minReadIntervalMs : this.untilNextReadMs();
  }

  /** Of a run of unknown age that was never read, both are infinitely long ago. */
  private ageAt(serverTime: number): number {
    return serverTime === this.createdAt ? 0 : Math.max(0, serverTime - this.createdAt);
  }
}
