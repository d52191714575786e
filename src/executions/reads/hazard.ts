/** When one run is best read next, from how long the runs of its sync usually take. Pure; ages in milliseconds. */
import type { UsualDuration } from '../../contracts/sync-snapshot';
import {
  blindIntervalMs,
  likelyDeviations,
  maxEarlyReads,
  maxIntervalMs,
  minReadIntervalMs,
  priorSigma,
  readPriceSeconds,
} from './tuning';

/** How long the runs of a sync usually take. */
export type DurationStats = UsualDuration;

/** Halvings of the time in which the next read is searched: enough for a millisecond in years. */
const searchSteps = 40;

/** Chance a second that a run of this age ends now, its duration being lognormal. */
export function hazardPerSecond(stats: DurationStats, ageMs: number): number {
  return ageMs <= 0 ? 0 : 1 / (millsRatio(deviations(stats, ageMs)) * spread(stats) * (ageMs / 1000));
}

/** The same, whatever is known of its sync: for the unknown, the one for which its own interval is the best. */
export function assumedHazard(stats: DurationStats | null, ageMs: number): number {
  const history = stats && isKnown(stats) ? stats : null;
  const blindMs = history ? ageMs - lateMs(history) : ageMs;
  if (history && blindMs <= 0) return hazardPerSecond(history, ageMs);
  return (2 * readPriceSeconds) / (blindMsAt(blindMs) / 1000) ** 2;
}

/** The best interval for a hazard, or for the sum of the hazards of many that one request tells of. */
export function bestIntervalMs(hazard: number): number {
  return 1000 * Math.sqrt((2 * readPriceSeconds) / hazard);
}

/** The age at which to read a run next that was known to be running at this age. */
export function nextReadAgeMs(stats: DurationStats | null, ageMs: number): number {
  if (!stats || !isKnown(stats)) return ageMs + blindMsAt(ageMs);
  const lateForMs = ageMs - lateMs(stats);
  if (lateForMs > 0) return ageMs + blindMsAt(lateForMs);
  const next = Math.max(bestNextAgeMs(stats, ageMs), ageMs + minReadIntervalMs);
  const earliest = earliestEndMs(stats);
  return next < earliest ? Math.max(next, earlyReadAgeMs(stats, ageMs, earliest)) : next;
}

/**
 * Barlow's condition for the best times of inspection, with the interval after the next read taken from the hazard there:
 * the runs that ended unseen since the last read, times what one more second costs them, outweigh the price of reading.
 * Both sides move apart as the read is set later, so the first such time is found by halving.
 */
function bestNextAgeMs(stats: DurationStats, ageMs: number): number {
  const before = ended(stats, ageMs);
  const isLateEnough = (atMs: number): boolean => {
    const now = ended(stats, atMs);
    const hazard = hazardPerSecond(stats, atMs);
    const nextSeconds = Math.max(minReadIntervalMs, bestIntervalMs(hazard)) / 1000;
    return hazard > 0 && now - before >= hazard * (1 - now) * (readPriceSeconds + nextSeconds);
  };
  return firstAge(isLateEnough, ageMs, lateMs(stats));
}

/** The next of the reads before the earliest end: spread as the hazard's root is, which places most of them near that end. */
function earlyReadAgeMs(stats: DurationStats, ageMs: number, earliest: number): number {
  const weight = (atMs: number): number => lowerTail(deviations(stats, atMs) / Math.SQRT2);
  const step = weight(earliest) / (maxEarlyReads + 1);
  const read = Math.round(weight(ageMs) / step);
  if (read >= maxEarlyReads) return earliest;
  return firstAge((atMs) => weight(atMs) >= (read + 1) * step, ageMs, earliest);
}

function firstAge(isReached: (ageMs: number) => boolean, fromMs: number, toMs: number): number {
  let [low, high] = [fromMs, toMs];
  for (let step = 0; step < searchSteps; step++) {
    const middle = (low + high) / 2;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Before it hardly any run of such a history ends. */
export const earliestEndMs = (stats: DurationStats): number =>
  stats.medianMs * Math.exp(-likelyDeviations * spread(stats));

const isKnown = ({ runs, medianMs }: DurationStats): boolean => runs >= 1 && medianMs > 0;

const lateMs = (stats: DurationStats): number => stats.medianMs * Math.exp(likelyDeviations * spread(stats));

/** Grows with the age to its longest, which it has from half an hour on. */
const blindMsAt = (ageMs: number): number =>
  Math.min(Math.max(ageMs * (minReadIntervalMs / maxIntervalMs), blindIntervalMs), maxIntervalMs);

/** Spread of the logarithm of the durations that is assumed of the next run. */
export function spread({ sigma, runs }: DurationStats): number {
  return Math.sqrt(sigma * sigma + (priorSigma * priorSigma) / (runs + 1));
}

const deviations = (stats: DurationStats, ageMs: number): number =>
  ageMs <= 0 ? -Infinity : Math.log(ageMs / stats.medianMs) / spread(stats);

/** Share of the runs that have ended at an age. */
const ended = (stats: DurationStats, ageMs: number): number => lowerTail(deviations(stats, ageMs));

/** Φ(z) of the normal distribution. */
function lowerTail(z: number): number {
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

const invRoot2Pi = 1 / Math.sqrt(2 * Math.PI);
const upperTail = (z: number): number => millsRatio(z) * Math.exp((-z * z) / 2) * invRoot2Pi;

/** (1 - Φ(z)) / φ(z) of the normal distribution, by Abramowitz and Stegun 26.2.17 and, far out, its asymptote. */
function millsRatio(z: number): number {
  if (z > 5) return 1 / (z + 1 / z);
  const k = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return z >= 0 ? tail : Math.sqrt(2 * Math.PI) * Math.exp(Math.min(z * z, 1400) / 2) - tail;
}
