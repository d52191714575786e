/** Time that passes only where somebody sleeps: at once, to the earliest waking, when nothing else is left to do. */
import type { Clock } from '../../../../src/executions/cancel';
import { startOfTest } from './scripted-adapter';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  #now = startOfTest;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { until: this.#now + ms, wake };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', wake);
      setImmediate(() => this.#pass());
    });
  }

  #pass(): void {
    const [next] = this.#sleepers.toSorted((one, other) => one.until - other.until);
    if (!next) return;
    this.#now = Math.max(this.#now, next.until);
    next.wake();
  }
}
