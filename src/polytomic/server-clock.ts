/** Polytomic's clock, finer than its answers tell it. */
import type { Clock } from './clock';

/** An answer's `Date` is cut to whole seconds. */
const resolutionMs = 1_000;

/**
 * Polytomic's time (milliseconds since the epoch) when an answer came. Where the local clock agrees with the answer's
 * `Date` it is believed, as it is finer; else it is the latest time that the `Date` may stand for, so that nothing that
 * happened before the answer seems to have happened later.
 *
 * @param sinceSentMs how long ago the request was sent, or longer: the answer may have been on its way for so long
 */
export function polytomicNow(date: string | undefined, localNow: number, sinceSentMs: number): number {
  const told = Date.parse(date ?? '');
  return Number.isNaN(told) ? localNow : closestTo(localNow, told, sinceSentMs);
}

function closestTo(localNow: number, told: number, sinceSentMs = 0): number {
  const latest = told + resolutionMs + sinceSentMs;
  return localNow >= told && localNow <= latest ? localNow : latest;
}

/** Polytomic's time between answers: that of the last one, moved on by the machine's monotonic clock. */
export class ServerClock {
  private offsetMs: number | null = null;
  private toldAt = { monotonic: -Infinity, wall: -Infinity };

  constructor(private readonly clock: Clock) {}

  /** Milliseconds since the epoch; the machine's own time before the first answer that has a `Date`. */
  now(): number {
    return this.offsetMs === null ? this.clock.now() : this.clock.monotonic() + this.offsetMs;
  }

  /**
   * How long ago the last answer with a `Date` came, milliseconds, by whichever clock says more: a suspended machine stops its
   * monotonic clock, and the other may be set.
   */
  get ageMs(): number {
    const { monotonic, wall } = this.toldAt;
    return Math.max(this.clock.monotonic() - monotonic, Math.abs(this.clock.now() - wall));
  }

  /** An answer came with this `Date`. */
  recordDate(date: string | undefined): void {
    const told = Date.parse(date ?? '');
    if (Number.isNaN(told)) return;
    this.toldAt = { monotonic: this.clock.monotonic(), wall: this.clock.now() };
    this.offsetMs = closestTo(this.toldAt.wall, told) - this.toldAt.monotonic;
  }
}
