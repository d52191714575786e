/** The emulator's time: everything that the emulator dates, expires or scripts reads this clock. */
import { setTimeout as delay } from 'node:timers/promises';

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
  /** Resolves once that many milliseconds of this clock have passed. */
  sleep(ms: number): Promise<void>;
}

/** Time from outside, such as a simulation's own. */
export interface TimeSource {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves once that many milliseconds have passed. */
  sleep(ms: number): Promise<void>;
}

/** `real` follows the machine's clock; `manual` stands still at the moment of its creation until it is advanced. */
export type ClockKind = 'real' | 'manual';

/** Waits by the machine's clock, without keeping the process alive. */
export const sleepReally = (ms: number): Promise<void> => delay(ms, undefined, { ref: false });

/** Builds a clock of the given kind, or one that follows a time source. `startAt`: where a manual one begins. */
export function createClock(kind: ClockKind | TimeSource, startAt: number = Date.now()): SettableClock {
  if (kind === 'manual') return createManualClock(startAt);
  const source: TimeSource = kind === 'real' ? { now: () => Date.now(), sleep: sleepReally } : kind;
  let advanced = 0;
  const now = (): number => source.now() + advanced;
  const advance = (ms: number): void => void (advanced += checkAdvance(ms));
  return { now, advance, set: (at) => advance(Math.max(0, at - now())), sleep: (ms) => source.sleep(ms) };
}

function createManualClock(startAt: number): SettableClock {
  let at = startAt;
  let sleepers: readonly { readonly until: number; readonly wake: () => void }[] = [];
  const set = (moment: number): void => {
    at = moment;
    const woken = sleepers.filter(({ until }) => until <= at);
    sleepers = sleepers.filter(({ until }) => until > at);
    for (const { wake } of woken.toSorted((one, other) => one.until - other.until)) wake();
  };
  const sleep = (ms: number): Promise<void> =>
    ms <= 0
      ? Promise.resolve()
      : new Promise((wake) => {
          sleepers = [...sleepers, { until: at + ms, wake }];
        });
  return { now: () => at, advance: (ms) => set(at + checkAdvance(ms)), set, sleep };
}

function checkAdvance(ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`clock.advance takes milliseconds from 0 up, not ${String(ms)}`);
  return ms;
}

/** RFC 3339, as the API writes times. */
export const toTimestamp = (at: number): string => new Date(at).toISOString();
