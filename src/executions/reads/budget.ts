/** How many requests may be spent: so many in any minute, spread so that the first second does not take all. */
import { maxInFlight } from './tuning';

const minuteMs = 60_000;

/** Times of the requests of the last minute, oldest first. */
class SlidingMinute {
  private readonly times: number[] = [];

  record(now: number): void {
    this.times.push(now);
    while ((this.times[0] ?? now) <= now - minuteMs) this.times.shift();
  }

  /** When fewer than `limit` requests lie within a minute; in the past when they do already. */
  belowAt(limit: number): number {
    const blocking = this.times[this.times.length - limit];
    return blocking === undefined ? -Infinity : blocking + minuteMs;
  }
}

/** Single reads are paced and leave a reserve to polls, which tell of many at once. */
export class Budget {
  private readonly all = new SlidingMinute();
  private readonly single = new SlidingMinute();
  /** When all single reads sent so far would have been sent, had they been evenly spread. */
  private evenlySpentAt = -Infinity;
  private reserved = 0;

  /** @param perMinute requests in any 60 seconds; at least one */
  constructor(private readonly perMinute: number) {}

  /** Sets how many requests a minute single reads leave alone. */
  reserve(perMinute: number): void {
    this.reserved = perMinute;
  }

  /** When the next single read may be sent at the earliest. */
  nextReadAt(): number {
    const limit = this.readsPerMinute;
    const evenly = this.evenlySpentAt - (Math.min(maxInFlight / 2, limit) - 1) * (minuteMs / limit);
    return Math.max(this.nextPollAt(), this.single.belowAt(limit), evenly);
  }

  /** When the next poll may be sent at the earliest. */
  nextPollAt(): number {
    return this.all.belowAt(this.perMinute);
  }

  recordRead(now: number): void {
    this.all.record(now);
    this.single.record(now);
    this.evenlySpentAt = Math.max(this.evenlySpentAt, now) + minuteMs / this.readsPerMinute;
  }

  recordPoll(now: number): void {
    this.all.record(now);
  }

  /** Single reads a minute. */
  private get readsPerMinute(): number {
    return Math.max(1, Math.floor(this.perMinute - this.reserved));
  }
}
