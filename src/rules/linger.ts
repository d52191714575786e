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
 * @param options.endsMatter false once nothing is to be done about an end, so that gathering delays nobody
 * @param options.mostMs while ends matter
 */
export function lingerMs(
  usualMs: number | null,
  { endsMatter, mostMs }: { endsMatter: boolean; mostMs: number },
): number {
  if (!endsMatter) return longestLingerMs;
  const wanted = usualMs === null ? unknownMs : Math.max(shortestMs, usualMs * shareOfUsual);
  return Math.round(Math.min(mostMs, wanted));
}

/** What is due before long is not to wait longer for what else comes due. */
const shareOfRest = 0.25;

/**
 * When a wait returns for what is due: a little later than the first, so that several are gathered. Null: nothing is due.
 *
 * @param due times, as `now` and the answer in milliseconds since the epoch
 */
export function gatheredDeadline(
  due: readonly number[],
  { now, lingerMs: most }: { now: number; lingerMs: number },
): number | null {
  if (due.length === 0) return null;
  const first = Math.min(...due);
  return first + Math.min(most, Math.max(0, Math.round((first - now) * shareOfRest)));
}
