/** Measures what code costs, apart from what else the machine does meanwhile. */

/** Milliseconds of this process's CPU time: the least of several tries, so that garbage collection counts little. */
export function cpuMs(run: () => unknown, tries = 5): number {
  const times = Array.from({ length: tries }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}

/** A text that is read once by each pass. */
const passed = 'a'.repeat(2 * 1024 * 1024);

/**
 * What code costs, in passes of the JavaScript engine itself over 2 MB of text (some 10 ms each on these machines): a
 * limit in milliseconds of CPU fails whenever something else has the machine's caches. Both are measured in turn.
 */
export function passes(run: () => unknown, tries = 5): number {
  const turns = Array.from(
    { length: tries },
    () => [cpuMs(() => encodeURIComponent(passed), 1), cpuMs(run, 1)] as const,
  );
  return Math.min(...turns.map(([, cost]) => cost)) / Math.min(...turns.map(([pass]) => pass));
}

/** Well above what linear code takes of 2 MB, well below what a quadratic expression takes. */
export const maxPasses = 10;

/** How the cost grows with the size: about 1 is linear, 2 quadratic. Both sizes are measured beside each other. */
export function growth(run: (size: number) => unknown, size: number): number {
  const [small, large] = [cpuMs(() => run(size)), cpuMs(() => run(size * 4))];
  // Below that the clock says nothing.
  return Math.log(Math.max(large, 1) / Math.max(small, 1)) / Math.log(4);
}
