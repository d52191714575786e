/** How many requests may be spent on looking: so many in any minute, spread so that the first second does not take all. */

const minuteMs = 60_000;

/** Single looks at once that no pacing delays: what a handful of new waits need to be seen at once. */
const burst = 10;

/** Times of the requests of the last minute, oldest first. */
class SlidingMinute {
  private readonly times: number[] = [];

  add(now: number): void {
    this.times.push(now);
    while ((this.times[0] ?? now) <= now - minuteMs) this.times.shift();
  }

  /** When fewer than `limit` requests lie within a minute; in the past when they do already. */
  belowAt(limit: number): number {
    const blocking = this.times[this.times.length - limit];
    return blocking === undefined ? -Infinity : blocking + minuteMs;
  }
}

/** Looks at single executions are paced and leave a reserve to `shared` requests, which look at many at once. */
export class Budget {
  private readonly all = new SlidingMinute();
  private readonly single = new SlidingMinute();
  /** When all single looks sent so far would have been sent, had they been evenly spread. */
  private evenlySpentAt = 0;
  private reserved = 0;

  /** @param perMinute requests in any 60 seconds; at least one */
  constructor(private readonly perMinute: number) {}

  /** Sets how many requests a minute single looks leave alone. */
  reserve(perMinute: number): void {
    this.reserved = perMinute;
  }

  /** When the next single look may be sent at the earliest. */
  singleAt(): number {
    const limit = this.singles();
    const evenly = this.evenlySpentAt - (Math.min(burst, limit) - 1) * (minuteMs / limit);
    return Math.max(this.sharedAt(), this.single.belowAt(limit), evenly);
  }

  /** When the next shared request may be sent at the earliest. */
  sharedAt(): number {
    return this.all.belowAt(this.perMinute);
  }

  spendSingle(now: number): void {
    this.all.add(now);
    this.single.add(now);
    this.evenlySpentAt = Math.max(this.evenlySpentAt, now) + minuteMs / this.singles();
  }

  spendShared(now: number): void {
    this.all.add(now);
  }

  private singles(): number {
    return Math.max(1, Math.floor(this.perMinute - this.reserved));
  }
}
