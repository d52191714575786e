/** How long to gather ends before the next syncs are started. */

/** Longer, and people who watch would wonder. */
export const longestLingerMs = 30_000;

/** Where nothing is known of how long runs take. */
const unknownMs = 5_000;

/** Shorter saves nothing, as looks at runs are seconds apart. */
const shortestMs = 250;

/**
 * Each round of ends and starts costs a dozen history events and two billable actions, whatever it holds. Gathering for a
 * quarter of the usual duration makes rounds that share this among several syncs, for about a sixth more of wall time.
 */
const shareOfUsual = 0.25;

/**
 * Milliseconds from the first end to the return of the wait.
 *
 * @param usualMs how long runs take; null when unknown
 * @param options.moreToStart false once nothing is left to start, so that gathering delays nobody
 * @param options.mostMs while there is more to start
 */
export function lingerMs(
  usualMs: number | null,
  { moreToStart, mostMs }: { moreToStart: boolean; mostMs: number },
): number {
  if (!moreToStart) return longestLingerMs;
  const wanted = usualMs === null ? unknownMs : Math.max(shortestMs, usualMs * shareOfUsual);
  return Math.round(Math.min(mostMs, wanted));
}
