/** Simulated time: timers fire in their order, and time passes only while nothing else is left to do. */
import type { Clock } from '../../src/polytomic/clock';
import type { Random } from './random';

interface Timer {
  at: number;
  order: number;
  callback: () => void;
}

/** When stories begin. */
export const startOfTime = Date.UTC(2026, 0, 5);

/** One simulated stretch of time. */
export class SimTime {
  #now: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(readonly startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  /** Calls back after so many milliseconds; answers what cancels it. */
  setTimer(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#push(timer);
    return () => (timer.callback = ignore);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimer(ms, resolve));
  }

  /** Lets time pass until `isOver`, or nothing will ever happen again, or the time has come. */
  async run(isOver: () => boolean, until: number): Promise<'over' | 'idle' | 'late'> {
    for (;;) {
      await settled();
      if (isOver()) return 'over';
      const next = this.#pop();
      if (!next) return 'idle';
      if (next.at > until) return 'late';
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
  }

  /**
   * The clock of one machine: its calendar differs by an offset, and its timers and chance are the simulation's.
   * `isAlive`: once false, its timers do nothing any more.
   */
  machineClock(random: Random, { offsetMs, isAlive }: { offsetMs: number; isAlive: () => boolean }): Clock {
    return {
      now: () => this.#now + offsetMs,
      monotonic: () => this.#now - this.startAt,
      random: () => random.next(),
      setTimer: (ms, callback) => this.setTimer(ms, () => isAlive() && callback()),
    };
  }

  #push(timer: Timer): void {
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle];
      if (other && isBefore(timer, other)) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }

  #pop(): Timer | undefined {
    for (;;) {
      const timer = this.#timers.pop();
      if (timer?.callback !== ignore) return timer;
    }
  }
}

const ignore = (): void => undefined;

/** The list ends with what comes next. */
function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Everything that promises alone can do has been done. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
