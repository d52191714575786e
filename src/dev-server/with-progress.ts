/** Tells a person that something slow is still going on. */

/** Takes one line for a person, without a line end. */
export type Log = (line: string) => void;

const everySeconds = 10;

/** Logs `what` at once, and again with the elapsed seconds every ten seconds until `work` is done. */
export async function withProgress<T>(log: Log, what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  log(`${what} …`);
  const timer = setInterval(
    () => log(`${what} … ${Math.round((Date.now() - startedAt) / 1000)} s`),
    everySeconds * 1000,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
