/** Spreads starts over time: so many a minute at most, a few at a time, with jitter. Pure, over plain data. */

/** Starts of the last minute, and when the next may come; small enough to be carried along. */
export interface PaceState {
  /** Time (milliseconds since the epoch) and number of starts, oldest first. */
  recent: [at: number, count: number][];
  notBefore: number;
}

/** A little more than a minute, as a start reaches Polytomic a moment after it was decided. */
const windowMs = 62_000;

/** Starts come in batches of a tenth of a minute: evenly spread, yet not one activity for each. */
const batchesPerMinute = 6;

/** The next batch comes by so much earlier or later, so that several workflows do not fall into step. */
const jitter = 0.1;

/** How many may start now. @param perMinute above 0; null: no limit */
export function allowanceOf({ recent, notBefore }: PaceState, perMinute: number | null, now: number): number {
  if (perMinute === null) return Infinity;
  if (now < notBefore) return 0;
  const batch = Math.max(1, Math.floor(perMinute / batchesPerMinute));
  return Math.max(0, Math.min(batch, Math.floor(Math.max(1, perMinute)) - countWithin(recent, now)));
}

/** When some may start again; `now` when they may already. */
export function nextAllowanceAt(pace: PaceState, perMinute: number | null, now: number): number {
  const earliest = Math.max(now, pace.notBefore);
  if (allowanceOf(pace, perMinute, earliest) > 0) return earliest;
  const oldest = pace.recent.find(([at]) => at > earliest - windowMs);
  return oldest ? oldest[0] + windowMs : earliest;
}

/** So many were started. */
export function noteTaken(
  pace: PaceState,
  { perMinute, count, now }: { perMinute: number | null; count: number; now: number },
): PaceState {
  if (perMinute === null || count === 0) return pace;
  const recent = pace.recent.filter(([at]) => at > now - windowMs);
  const spread = 1 - jitter + 2 * jitter * fractionOf(now);
  const notBefore = Math.ceil(now + ((count * 60_000) / perMinute) * spread);
  return { recent: [...recent, [now, count]], notBefore };
}

function countWithin(recent: PaceState['recent'], now: number): number {
  return recent.reduce((sum, [at, count]) => (at > now - windowMs ? sum + count : sum), 0);
}

/** From 0 up to 1, spread over times as if drawn. Workflows that start at the same moment differ by the milliseconds. */
function fractionOf(now: number): number {
  const hash = Math.imul(Math.floor(now) ^ (Math.floor(now) >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}
