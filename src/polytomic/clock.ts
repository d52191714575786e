/** Time, timers and chance: the one place that asks the machine for them, so that hours can be simulated. */

/** What a client and everything built on it measure time with. */
export interface Clock {
  /** The machine's calendar clock, milliseconds since the epoch. It may jump, and differ from Polytomic's by any amount. */
  now(): number;
  /** Milliseconds since some moment; never jumps. */
  monotonic(): number;
  /**
   * Calls back once after so many milliseconds, however many (infinitely many: never), unless cancelled by the function
   * returned.
   *
   * @param background a timer that does not keep the process alive
   */
  setTimer(ms: number, callback: () => void, background?: boolean): () => void;
  /** A number from 0 up to 1. */
  random(): number;
}

/** Longest delay that `setTimeout` takes; a longer one would fire at once. */
const maxTimerMs = 2_147_483_647;

/** The machine's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  setTimer(ms, callback, background = false) {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      const isLong = leftMs > maxTimerMs;
      timer = setTimeout(isLong ? () => arm(leftMs - maxTimerMs) : callback, isLong ? maxTimerMs : Math.max(leftMs, 0));
      if (background) timer.unref();
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or once the signal is aborted. */
export function sleep(ms: number, clock: Pick<Clock, 'setTimer'> = systemClock, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    let cancelTimer = (): void => undefined;
    const wake = (): void => {
      cancelTimer();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    cancelTimer = clock.setTimer(ms, wake);
    signal?.addEventListener('abort', wake);
  });
}
