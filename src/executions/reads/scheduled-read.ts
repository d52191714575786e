/** Something that is read again and again as long as somebody waits: what is known of it, and when it is read next. */
import type { SyncKind } from '../../contracts/sync-kind';
import type { PolytomicError } from '../../polytomic/errors';
import { ReadHistory } from './classify-read';
import { EndReport } from './end-report';
import type { Moment } from './moment';

/** A run, or the runs of a sync. It changes only through the transitions here and in its own file. */
export abstract class ScheduledRead {
  /** Null: any run of the sync. */
  abstract readonly executionId: string | null;
  readonly history = new ReadHistory();
  readonly report = new EndReport();
  /** Polytomic's time up to which nothing of interest is known to have happened, milliseconds since the epoch. */
  aliveAt = -Infinity;
  /** The same by the monotonic clock, which alone decides when to read: Polytomic's clocks differ among themselves. */
  private aliveSince = -Infinity;
  isReading = false;
  protected chance = 0;
  private retryAt: number | null = null;
  /** When another caller joined, for whom no read has begun yet; infinite: there is none. */
  private joinedAt = Infinity;

  constructor(
    readonly kind: SyncKind,
    readonly syncId: string,
  ) {}

  /** Chance a second that something happens at this time of Polytomic's. */
  abstract hazard(serverNow: number): number;

  /** One request, and what is to be done with its answer. @throws PolytomicError */
  abstract request(signal: AbortSignal): Promise<() => void>;

  /** It will not be read any more. */
  abstract giveUp(error: PolytomicError): void;

  /**
   * How long it may go unread since it was alive, milliseconds.
   *
   * @param safetyMs how often it is read while a source covers it; null: none does
   */
  protected abstract intervalMs(at: Moment, safetyMs: number | null): number;

  /** Whether a read has begun that may have been answered before what is reported now. */
  protected get isUnderWay(): boolean {
    return this.isReading;
  }

  /** Whether the last read told nothing: the next one waits for its time. */
  get isFailing(): boolean {
    return this.retryAt !== null;
  }

  /** From when on its next read goes before all others and on top of the budget, of the monotonic clock. */
  get urgentAt(): number {
    return this.isUnderWay ? Infinity : this.report.urgentAt;
  }

  /** When it is read next, of the monotonic clock; in the past when it is due. */
  dueAt(at: Moment, safetyMs: number | null): number {
    if (this.retryAt !== null) return this.retryAt;
    const own = this.aliveSince + this.intervalMs(at, safetyMs);
    return Math.min(own, this.joinedAt, this.report.confirmAt, this.history.confirmEndAt);
  }

  /** A source says that it has ended. */
  reportEnd({ now }: Moment): void {
    this.report.open(now, Math.min(now, this.aliveSince));
  }

  /** Another caller waits for it, and is not kept waiting for the next read of those before. */
  recordJoin({ now }: Moment): void {
    this.joinedAt = Math.min(this.joinedAt, now);
  }

  /** A request is sent. @param now of the monotonic clock */
  recordAttempt(now: number): void {
    if (!this.isUnderWay) {
      this.report.recordAttempt(now);
      this.joinedAt = Infinity;
    }
    this.retryAt = null;
    this.isReading = true;
  }

  /** A read told nothing. */
  recordUnread({ now }: Moment, delayMs: number): void {
    this.retryAt = now + delayMs;
  }

  /** A read found nothing of interest until then. A reported end that it does not show yet is looked for again. */
  protected recordAlive(at: Moment): void {
    this.setAlive(at, at.serverNow);
    this.chance = at.chance;
    this.report.recordUnconfirmed(at.now);
  }

  /** Nothing of interest had happened at this time of Polytomic's. */
  protected setAlive({ now, serverNow }: Moment, aliveAt: number): void {
    this.aliveAt = aliveAt;
    this.aliveSince = now - (serverNow - aliveAt);
  }
}
