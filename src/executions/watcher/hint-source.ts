/** What the survey asks of a source of hints, and what it tells it. */
import type { Demand } from './demand';
import type { WatchedExecution } from './watched-execution';

/** The awaited executions, summed up now and then. */
export interface Situation {
  now: number;
  /** Requests a minute that this source may take. */
  mostPerMinute: number;
  all: Demand;
  bulk: Demand;
  bulkExecutions: WatchedExecution[];
  /** Bulk executions for which no source stands in. */
  uncoveredBulk: WatchedExecution[];
  /** Whether the event feed stands in for single reads. */
  feedCovers: boolean;
  /** Whether the batch status is asked too, and believed. */
  batchTells: boolean;
}

/** One way to hear of many executions at once. */
export interface HintSource {
  /** Requests a minute that it takes at present. */
  readonly perMinute: number;
  /** Whether it pays to ask it, and what it says is believed: only then it covers anything. */
  readonly standsIn: boolean;
  /** When it is to be asked next; infinite while it does not pay. */
  readonly dueAt: number;
  /** Decides anew whether and how often it pays to ask. */
  update(situation: Situation): void;
  /** Whether single reads of this execution may be rare because the source would tell of its end. */
  covers(watched: WatchedExecution, now: number): boolean;
  /** One request. Throws a `PolytomicError`; what it means for the source has been noted then. */
  look(at: number, signal: AbortSignal): Promise<void>;
  /** An end that this source covered was found, by whatever way: did it tell? */
  found(found: Found): void;
}

/** An end that was found. */
export interface Found {
  watched: WatchedExecution;
  at: number;
  completedAt: string | null;
}

/** No source is asked more rarely than this while it pays. */
export const slowestMs = 90_000;
/** Nor more often, for runs of minutes or more; shorter runs deserve a share of their age. */
export const fastestMs = 10_300;
/** Where what one source misses is found late only, the others should be found a little sooner. */
const fastestAloneMs = 9_200;
const fastestShortMs = 3_000;
const shareOfAge = 0.05;
/** An answer about many is longer than one about one, so it should come so much more rarely for the same gain. */
const stretchForLength = Math.sqrt(3);
/** Where so many ends come at a time, they would wait for each other's confirming reads: ask sooner, but not below that. */
const endsAtATime = 30;
const fastestCrowdedMs = 7_000;

/** Which executions a source looks at, and what it knows besides. */
export interface SharedLook {
  /** Best interval for the hazard of all of them, in milliseconds. */
  bestMs: number;
  demand: Demand;
  /** Whether another source would tell of ends that this one misses. */
  seconded: boolean;
}

/** How often to look at many at once, in milliseconds. */
export function sharedIntervalMs({ bestMs, demand: { endingAgeMs, hazard }, seconded }: SharedLook): number {
  const crowdedMs = Math.max(fastestCrowdedMs, (1000 * endsAtATime) / hazard);
  const usuallyMs = seconded ? fastestMs : fastestAloneMs;
  const fastest = Math.min(Math.max(endingAgeMs * shareOfAge, fastestShortMs), usuallyMs, crowdedMs);
  return Math.min(Math.max(bestMs * stretchForLength, fastest), slowestMs);
}
