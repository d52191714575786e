/** When it is worth looking at a run: from how long runs of its sync usually take, or else from its age alone. */
import type { UsualDuration } from '../../contracts/composite-activities';

/**
 * What one request is worth, in seconds of latency. With the hazard h(t), the chance a second that a run of age t ends
 * now, a look every T seconds costs 1/T requests and h·T/2 of latency a second, which is least at T = sqrt(2c/h).
 */
const requestCostSeconds = 0.12;

/** No run is looked at more often than this. */
export const shortestIntervalMs = 2_000;
/** A run whose usual duration is known is looked at least this often, however unlikely its end. */
const longestIntervalMs = 120_000;
/** The same for a run of which nothing is known, or which is later than its history explains. */
const longestBlindIntervalMs = 60_000;
/** Of a run of which nothing is known: the share of its age that may pass between two looks. */
const blindShareOfAge = 0.1;
/** So many standard deviations beyond the median, a run no longer follows its history. */
const lateDeviations = 3;
/** What is assumed of the spread, with the weight of one past run, so that a few equal runs prove no certainty. */
const priorSigma = 0.25;
const smallestSigma = 0.03;

/** Chance a second that a run of this age ends now, its duration being lognormal. */
export function hazardPerSecond(usual: UsualDuration, ageMs: number): number {
  if (ageMs <= 0) return 0;
  const sigma = spread(usual);
  const z = deviations(usual, ageMs);
  return 1 / (millsRatio(z) * sigma * (ageMs / 1000));
}

/** The interval at which a run of this age is best looked at by itself, in milliseconds. */
export function wantedIntervalMs(usual: UsualDuration | null, ageMs: number): number {
  if (!usual || !isKnown(usual)) return blindIntervalMs(ageMs);
  const late = ageMs - lateMs(usual);
  const beyondHistory = late > 0 ? blindIntervalMs(late) : 0;
  return Math.max(beyondHistory, expectedIntervalMs(usual, ageMs));
}

/** Chance a second that a run of this age ends now, whatever is known of its sync. */
export function assumedHazard(usual: UsualDuration | null, ageMs: number): number {
  const history = usual && isKnown(usual) ? usual : null;
  const blindMs = history ? ageMs - lateMs(history) : ageMs;
  if (history && blindMs <= 0) return hazardPerSecond(history, ageMs);
  return (2 * requestCostSeconds) / (blindIntervalMs(blindMs) / 1000) ** 2;
}

/** Whether a run is so old that its history does not explain it. */
export function isLate(usual: UsualDuration | null, ageMs: number): boolean {
  return usual !== null && isKnown(usual) && ageMs > lateMs(usual);
}

/** The inverse: the best interval, in milliseconds, for a hazard, or for the sum of many looked at by one request. */
export function bestIntervalMs(hazard: number): number {
  return 1000 * Math.sqrt((2 * requestCostSeconds) / hazard);
}

/** The hazard changes within the interval, so it is taken at its middle. */
function expectedIntervalMs(usual: UsualDuration, ageMs: number): number {
  let interval = longestIntervalMs;
  for (let round = 0; round < 3; round++) {
    interval = within(bestIntervalMs(hazardPerSecond(usual, ageMs + interval / 2)), longestIntervalMs);
  }
  return interval;
}

const isKnown = ({ runs, medianMs }: UsualDuration): boolean => runs >= 1 && medianMs > 0;

const lateMs = (usual: UsualDuration): number => usual.medianMs * Math.exp(lateDeviations * spread(usual));

const blindIntervalMs = (ageMs: number): number => within(ageMs * blindShareOfAge, longestBlindIntervalMs);

const within = (ms: number, longest: number): number => Math.min(Math.max(ms, shortestIntervalMs), longest);

function spread({ sigma, runs }: UsualDuration): number {
  const variance = (sigma * sigma * runs + priorSigma * priorSigma) / (runs + 1);
  return Math.max(Math.sqrt(variance), smallestSigma);
}

const deviations = (usual: UsualDuration, ageMs: number): number => Math.log(ageMs / usual.medianMs) / spread(usual);

/** (1 - Φ(z)) / φ(z) of the normal distribution, by Abramowitz and Stegun 26.2.17 and, far out, its asymptote. */
function millsRatio(z: number): number {
  if (z > 5) return 1 / (z + 1 / z);
  const k = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return z >= 0 ? tail : Math.sqrt(2 * Math.PI) * Math.exp(Math.min(z * z, 1400) / 2) - tail;
}
