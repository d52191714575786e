/** Requests under way: when there may be one more, and when they are given up. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../polytomic/clock';
import { blindIntervalMs, maxInFlight, minReadIntervalMs, widenEveryMs } from './tuning';

/** Who has returned with ends waits again at once for what goes on, and then wants the answers that are still to come. */
export class RequestsUnderWay {
  count = 0;
  /** So many may be under way without a wait for more: each answer makes room for the next request. */
  private width = 1;
  /** When the first of them was sent, or one more than before, of the monotonic clock. */
  private widenedAt = -Infinity;
  private lastSentAt = -Infinity;
  private controller = createController();
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly clock: Pick<Clock, 'monotonic' | 'setTimer'>) {}

  /**
   * When another request of any kind may be sent. Where the API is in trouble, one finds out; one that is not answered holds up
   * the next no longer than this.
   */
  allowedAt(isDegraded: boolean): number {
    if (this.count >= maxInFlight) return Infinity;
    return isDegraded && this.count > 0 ? this.lastSentAt + blindIntervalMs : -Infinity;
  }

  /** When one more read may be sent, of the monotonic clock. */
  get nextAt(): number {
    return this.count < this.width ? -Infinity : this.widenedAt + widenEveryMs;
  }

  /** One is sent. */
  begin(): void {
    this.count += 1;
    this.lastSentAt = this.clock.monotonic();
    if (this.count > 1 && this.count <= this.width) return;
    this.width = this.count;
    this.widenedAt = this.lastSentAt;
  }

  /** One was answered, or failed. */
  end(): void {
    this.count -= 1;
    if (this.count === 0) this.width = 1;
  }

  /** Aborts when they are given up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Nobody waits: unless somebody does in a while, those under way are given up. */
  abandonUnless(isWanted: () => boolean): void {
    this.cancelTimer();
    if (this.count === 0) return;
    const abandon = (): void => {
      if (isWanted()) return;
      this.controller.abort();
      this.controller = createController();
    };
    this.cancelTimer = this.clock.setTimer(minReadIntervalMs, abandon, true);
  }
}

/** Each request under way listens to its signal; from the eleventh on Node would warn of a leak. */
function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
