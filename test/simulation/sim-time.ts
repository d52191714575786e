/** Simulated time: timers fire in their order, and time passes only while nothing else is left to do. */
import type { Clock } from '../../src/polytomic/clock';
import type { Random } from './random';

interface Timer {
  at: number;
  order: number;
  callback: () => void;
}

/** A process, as time sees it. */
export interface SimProcess {
  isAlive: boolean;
  /** It does nothing before: its machine is busy with something else, or asleep. Milliseconds since the epoch. */
  stalledUntil: number;
}

/** When stories begin. */
export const startOfTime = Date.UTC(2026, 0, 5);

/** One simulated stretch of time. */
export class SimTime {
  #now: number;
  #order = 0;
  #timers: Timer[] = [];

  /** @param temporalAheadMs by how much the clock of Temporal's server is ahead of Polytomic's */
  constructor(
    readonly startAt: number,
    readonly temporalAheadMs = 0,
  ) {
    this.#now = startAt;
  }

  /** By Polytomic's clock, and the judge's. */
  now(): number {
    return this.#now;
  }

  temporalNow(): number {
    return this.#now + this.temporalAheadMs;
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
   * Once its process is dead, timers do nothing any more.
   */
  machineClock(random: Random, { offsetMs, process }: { offsetMs: number; process: SimProcess }): Clock {
    return {
      now: () => this.#now + offsetMs,
      monotonic: () => this.#now - this.startAt,
      random: () => random.next(),
      setTimer: (ms, callback) => {
        let isCancelled = false;
        this.setTimer(ms, () => this.within(process, () => isCancelled || callback()));
        return () => (isCancelled = true);
      },
    };
  }

  /** Does something as this process: after its stall, and never once it is dead. */
  within(process: SimProcess, act: () => void): void {
    if (!process.isAlive) return;
    const leftMs = process.stalledUntil - this.#now;
    if (leftMs <= 0) return act();
    this.setTimer(leftMs, () => this.within(process, act));
  }

  /** Until this process notices what has come from outside: after a stall its timers are first. False: it is dead. */
  async isAwake(process: SimProcess): Promise<boolean> {
    while (process.isAlive && process.stalledUntil > this.#now) await this.sleep(process.stalledUntil - this.#now + 1);
    return process.isAlive;
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
