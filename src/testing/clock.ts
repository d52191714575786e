/** The emulator's time: everything that the emulator dates, expires or scripts reads this clock. */

/** The clock that an emulator hands out. */
export interface EmulatorClock {
  /** Milliseconds since the epoch, as the emulator sees them. */
  now(): number;
  /**
   * Moves the emulator's time forward at once; a real clock goes on ticking from there.
   *
   * @throws RangeError when `ms` is negative or not a number.
   */
  advance(ms: number): void;
}

/** The clock as the emulator itself holds it. */
export interface SettableClock extends EmulatorClock {
  /** Sets a manual clock to that moment, back too. A real one is only moved forward, when it is behind it. */
  set(at: number): void;
}

/** `real` follows the machine's clock; `manual` stands still at the moment of its creation until it is advanced. */
export type ClockKind = 'real' | 'manual';

/** Builds a clock of the given kind. */
export function createClock(kind: ClockKind): SettableClock {
  const createdAt = Date.now();
  let advanced = 0;
  const now = (): number => (kind === 'real' ? Date.now() : createdAt) + advanced;
  return {
    now,
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError(`clock.advance takes milliseconds from 0 up, not ${String(ms)}`);
      advanced += ms;
    },
    set: (at) => {
      if (kind === 'manual' || now() < at) advanced += at - now();
    },
  };
}

/** RFC 3339, as the API writes times. */
export const toTimestamp = (at: number): string => new Date(at).toISOString();
