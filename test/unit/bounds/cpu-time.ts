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

/** How the cost grows with the size: about 1 is linear, 2 quadratic. Both sizes are measured beside each other. */
export function growth(run: (size: number) => unknown, size: number): number {
  const [small, large] = [cpuMs(() => run(size)), cpuMs(() => run(size * 4))];
  // Below that the clock says nothing.
  return Math.log(Math.max(large, 1) / Math.max(small, 1)) / Math.log(4);
}
