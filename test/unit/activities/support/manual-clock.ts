/** A clock that moves only when a test says so. */
import type { Clock } from '../../../../src/polytomic/clock';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** The moment at which the tests begin. */
export const startOfTest = Date.parse('2026-03-01T12:00:00.000Z');

export class ManualClock implements Clock {
  #elapsed = 0;
  #timers = new Set<Timer>();

  now = (): number => startOfTest + this.#elapsed;
  monotonic = (): number => this.#elapsed;
  random = (): number => 0.5;

  setTimer(ms: number, callback: () => void): () => void {
    const timer = { at: this.#elapsed + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that are due on the way call back in order, each with what it causes at once. */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
      this.#elapsed = Math.max(this.#elapsed, next ? next.at : until);
      if (!next) return;
      this.#timers.delete(next);
      next.callback();
      await settled();
    }
  }

  /** Passes time, timer by timer, until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = work.finally(() => (done = true));
    finished.catch(() => undefined);
    for (;;) {
      await settled();
      if (done) return finished;
      const first = Math.min(...[...this.#timers].map(({ at }) => at));
      if (first === Infinity) return finished;
      await this.advance(Math.max(0, first - this.#elapsed));
    }
  }
}

/** Everything that waits for nothing but promises has gone on. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
}
