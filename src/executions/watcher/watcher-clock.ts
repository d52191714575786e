/** The watcher's time, so that an hour of waiting can be simulated. */

/** Tells the time and wakes. */
export interface WatcherClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once after so many milliseconds, unless cancelled by the function returned.
   *
   * @param background a timer that does not keep the process alive
   */
  setTimer(ms: number, callback: () => void, background?: boolean): () => void;
}

/** Longest delay that `setTimeout` takes; a longer one would fire at once. */
const longestTimerMs = 2_147_483_647;

/** The machine's clock. A delay beyond some 24 days wakes early, so whoever wakes compares with the time again. */
export const systemClock: WatcherClock = {
  now: () => Date.now(),
  setTimer(ms, callback, background = false) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), longestTimerMs));
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};
