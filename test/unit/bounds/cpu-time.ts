/** Measures what code costs, apart from what else the machine does meanwhile. */

/** Milliseconds of this process's CPU time. */
function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * How often what `beside` costs `run` costs: both are measured in turn, and the least of each counts, so that garbage
 * collection and whatever has the machine's caches count little. What is below `limit` after three turns is returned at
 * once; what is not is measured again, up to forty times, as a machine may be busy for seconds.
 */
export function timesAsMuch(run: () => unknown, beside: () => unknown, limit: number): number {
  let [cost, measure, ratio] = [Infinity, Infinity, Infinity];
  for (let turn = 1; turn <= 40 && (turn <= 3 || ratio >= limit); turn += 1) {
    measure = Math.min(measure, cpuMs(beside));
    cost = Math.min(cost, cpuMs(run));
    // Below a millisecond the clock says nothing.
    ratio = Math.max(cost, 1) / Math.max(measure, 1);
  }
  return ratio;
}

/** A text that is read once by each pass. */
const passed = 'a'.repeat(2 * 1024 * 1024);

/** Well above what linear code takes of 2 MB, well below what a quadratic expression takes. */
export const maxPasses = 10;

/**
 * What code costs, in passes over 2 MB of text by the JavaScript engine itself (some 10 ms each on these machines). A pass
 * looks for an expression too: in a process that has run many tests, the engine no longer compiles new ones, so that all of
 * them take several times as long.
 */
export function passes(run: () => unknown): number {
  const pass = (): string => encodeURIComponent(passed.replace(/[b-z][^=&?;#\s]*=/gi, ''));
  return timesAsMuch(run, pass, maxPasses);
}

/** How the cost grows with the size, of which sixteen times as much is measured too: about 1 is linear, 2 quadratic. */
export function growth(run: (size: number) => unknown, size: number, limit: number): number {
  const ratio = timesAsMuch(
    () => run(size * 16),
    () => run(size),
    16 ** limit,
  );
  return Math.log(ratio) / Math.log(16);
}
