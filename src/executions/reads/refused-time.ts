/** For how long something has been refused: only the time from one refusal to the next counts. */

/** What fails otherwise in between says nothing, and neither does a time in which nobody asks. Monotonic milliseconds. */
export class RefusedTime {
  /** Null: the last answer was none. */
  private totalMs: number | null = null;
  /** When it was last refused; null where something else came since. */
  private lastAt: number | null = null;

  /** Null where it is not refused. */
  forMs(now: number): number | null {
    return this.totalMs === null || this.lastAt === null ? this.totalMs : this.totalMs + now - this.lastAt;
  }

  /** Returns for how long. */
  record(now: number): number {
    this.totalMs = this.forMs(now) ?? 0;
    this.lastAt = now;
    return this.totalMs;
  }

  /** Something else came, or nobody asked. */
  interrupt(): void {
    this.lastAt = null;
  }

  /** It had been refused for so long before. */
  restore(forMs: number | null): void {
    this.totalMs = forMs;
    this.lastAt = null;
  }

  /** It was answered. */
  clear(): void {
    this.restore(null);
  }
}
