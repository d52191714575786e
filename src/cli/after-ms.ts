/** Timers of any length: those of Node fire at once beyond 24 days. */

const maxTimerMs = 2 ** 31 - 1;

/** Calls back once after so long, never where no time is given; the answer takes it back. */
export function afterMs(ms: number | undefined, callback: () => void): () => void {
  if (ms === undefined) return () => undefined;
  const until = Date.now() + ms;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const left = until - Date.now();
    timer = left > maxTimerMs ? setTimeout(wait, maxTimerMs) : setTimeout(callback, Math.max(0, left));
  };
  wait();
  return () => clearTimeout(timer);
}
