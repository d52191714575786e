/** Requests under way: how many, and when they are given up. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../polytomic/clock';
import { minReadIntervalMs } from './tuning';

/** Who has returned with ends waits again at once for what goes on, and then wants the answers that are still to come. */
export class RequestsUnderWay {
  count = 0;
  private controller = createController();
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly clock: Pick<Clock, 'setTimer'>) {}

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
