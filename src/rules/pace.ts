/** Spreads starts over time: so many a minute at most, a few at a time, with jitter. */

/** Starts of the last minute, and when the next may come; small enough to be carried along. */
export interface PaceState {
  /** Time (milliseconds since the epoch) and number of starts, oldest first. */
  recent: [at: number, count: number][];
  notBefore: number;
}

/** A little more than a minute, as a start reaches Polytomic a moment after it was decided. */
const windowMs = 62_000;

/** Starts come in lots of a tenth of a minute: evenly spread, yet not one activity for each. */
const lotsPerMinute = 6;

/** The next lot comes by so much earlier or later, so that several workflows do not fall into step. */
const jitter = 0.1;

/** How many syncs may start, and when the next ones may. */
export class Pace {
  #state: PaceState;

  /** @param perMinute above 0; null: no limit. @param random from 0 up to 1; in workflow code `Math.random`. */
  constructor(
    readonly perMinute: number | null,
    readonly random: () => number,
    state: PaceState = { recent: [], notBefore: 0 },
  ) {
    this.#state = state;
  }

  get state(): PaceState {
    return this.#state;
  }

  /** How many may start now. */
  allowance(now: number): number {
    if (this.perMinute === null) return Infinity;
    if (now < this.#state.notBefore) return 0;
    const lot = Math.max(1, Math.floor(this.perMinute / lotsPerMinute));
    return Math.max(0, Math.min(lot, Math.floor(Math.max(1, this.perMinute)) - this.#within(now)));
  }

  /** So many were started. */
  took(count: number, now: number): void {
    if (this.perMinute === null || count === 0) return;
    const recent = this.#state.recent.filter(([at]) => at > now - windowMs);
    const spread = 1 - jitter + 2 * jitter * this.random();
    const notBefore = now + ((count * 60_000) / this.perMinute) * spread;
    this.#state = { recent: [...recent, [now, count]], notBefore };
  }

  /** When some may start again; `now` when they may already. */
  nextAt(now: number): number {
    const earliest = Math.max(now, this.#state.notBefore);
    if (this.allowance(earliest) > 0) return earliest;
    const oldest = this.#state.recent.find(([at]) => at > earliest - windowMs);
    return oldest ? oldest[0] + windowMs : earliest;
  }

  #within(now: number): number {
    return this.#state.recent.reduce((sum, [at, count]) => (at > now - windowMs ? sum + count : sum), 0);
  }
}
