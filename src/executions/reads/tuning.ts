/** All numbers by which waits are tuned, with their reasons; others are derived from them, facts of the API, or sizes. */

/**
 * What a request is worth: with a price of c seconds, a run whose chance to end is h a second is best read every
 * sqrt(2c/h) seconds. At 0.12, ends of one-hour runs are seen after some 8 s on average, for 60 reads a run.
 */
export const readPriceSeconds = 0.12;

/** No run is read more often than this. */
export const minReadIntervalMs = 2_000;

/** Of a run of which nothing is known, up to an age of 150 s: reads at fixed intervals cost least for each second gained. */
export const blindIntervalMs = 5_000;

/** Later, or after trouble, no interval is longer. Events that come so late are still heard; answers so old are still fresh. */
export const maxIntervalMs = 60_000;

/** Before its earliest likely end, a run is read so often besides safety reads: it can still fail early. */
export const maxEarlyReads = 3;

/** Standard deviations from the median within which a run follows its history: one in 160 ends earlier, one later. */
export const likelyDeviations = 2.5;

/** Spread of durations that is assumed with the weight of one past run, so that a few equal runs prove no certainty. */
export const priorSigma = 0.25;

/**
 * Each run is read at least so often, whatever sources say of it, as events may be lost and answers may lie. Refusals
 * are believed only after the same time, as keys and permissions are rotated; what has settled is remembered as long.
 */
export const patienceMs = 600_000;

/** Of the budget, sources take so much at most, and so do safety reads: a rest is always left for what is likely to end. */
export const budgetShare = 1 / 3;

/** Requests under way at once at most: what the API takes from one client without queueing them. */
export const maxInFlight = 20;

/**
 * After so long one more, so that few meet a rate limit before the first answer tells of it; twenty ends are still seen within
 * four seconds where an answer takes two.
 */
export const widenEveryMs = 60;

/** So many failures in a row are taken as bad luck of single reads before everything slows down. */
export const toleratedFailures = 2;

/** Not tuned, but so in the API: reads and lists may lag behind starts, and behind ends that are reported, by so long. */
export const lagMs = 30_000;

/** How long to pause after so many failures in a row: doubles from two seconds to the longest interval. */
export const backoffMs = (failures: number): number => Math.min(maxIntervalMs, 1_000 * 2 ** Math.min(failures, 10));
