/** "It has ended", said by a source: kept until a read confirms it, as reads lag behind, and as some reports are wrong. */
import { lagMs, maxIntervalMs, patienceMs } from './tuning';

/** Where reads lag by 20 s, ends are to be seen within 40 s, however many there are, and be they reported 15 s late. */
const confirmAgainMs = 0.7 * lagMs;

/** Times are of the monotonic clock, milliseconds. */
export class EndReport {
  /** When to read it for this reason; infinite where nothing is reported. */
  confirmAt = Infinity;
  /**
   * From when on the next read goes before all others and on top of the budget: each end has two such reads, one at once and,
   * where that did not show it, one a while later.
   */
  urgentAt = Infinity;
  private reportedAt: number | null = null;
  private confirmAttempts = 0;
  /** A report was wrong before: what says so again may have its reads, within the budget. */
  private wasWrong = false;

  /** Whether something was reported that no read has confirmed yet: no source covers it then. */
  get isOpen(): boolean {
    return this.reportedAt !== null;
  }

  /**
   * It is reported, perhaps again: several sources tell of one end, so reads wait for each other in ever longer steps.
   *
   * @param readAt when it was last read
   */
  open(now: number, readAt: number): void {
    const spacingMs = this.confirmAttempts === 0 ? 0 : Math.min(1_000 * 2 ** this.confirmAttempts, maxIntervalMs);
    this.confirmAt = Math.min(this.confirmAt, Math.max(now, readAt + spacingMs));
    if (this.reportedAt !== null) return;
    this.reportedAt = now;
    if (!this.wasWrong) this.urgentAt = now;
  }

  /** A read begins. */
  recordAttempt(now: number): void {
    if (this.reportedAt === null) return;
    this.confirmAttempts += 1;
    if (now < this.urgentAt) return;
    const againAt = this.reportedAt + confirmAgainMs;
    this.urgentAt = againAt > now ? againAt : Infinity;
  }

  /**
   * A read did not show the end: steps grow to half the time since the report. Once they are as long as those of safety
   * reads, the report was wrong. A read that began before the report may have been answered before that end, and says nothing.
   */
  recordUnconfirmed(now: number): void {
    if (this.reportedAt === null || this.confirmAttempts === 0) return;
    const stepMs = Math.max(1_000, (now - this.reportedAt) / 2);
    this.confirmAt = Math.min(now + stepMs, this.urgentAt);
    if (stepMs >= patienceMs) this.refute();
  }

  private refute(): void {
    this.wasWrong = true;
    this.reportedAt = null;
    this.confirmAttempts = 0;
    this.confirmAt = this.urgentAt = Infinity;
  }
}
