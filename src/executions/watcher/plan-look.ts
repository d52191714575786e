/** When an execution is to be looked at next. */
import { uncertainEndGraceMs } from '../uncertain-end';
import { shortestIntervalMs, wantedIntervalMs } from './hazard';
import type { Survey } from './survey';
import type { WatchedExecution } from './watched-execution';

/** A run just started whose usual duration is known is first looked at then: starts that fail, fail soon. */
const firstLookMs = 3_000;
/** The same where nothing is known: it may take a second. */
const firstBlindLookMs = 1_500;
/** Jitter moves a look by a part of its interval, or of this: it spreads the looks at what was registered together. */
const widestSpreadMs = 600_000;

/** Sets the execution's interval and returns the time of its next look, unless something more urgent has set that. */
export function planLook(watched: WatchedExecution, now: number, survey: Survey): number {
  if (watched.failures > 0 || watched.suspect) return watched.dueAt;
  const { item, beganAt, looked, lookedAt, uncertainSince, jitter } = watched;
  const own = looked ? wantedIntervalMs(item.usual, now - beganAt) : firstMs(watched);
  const mostMs = uncertainSince === null ? Infinity : uncertainEndGraceMs;
  const interval = Math.min(survey.intervalMs(watched, own, now), mostMs);
  watched.intervalMs = Math.max(interval, shortestIntervalMs);
  return lookedAt + Math.min(interval + (jitter - 1) * Math.min(interval, widestSpreadMs), mostMs);
}

function firstMs({ item, beganAt, registeredAt }: WatchedExecution): number {
  if (beganAt < registeredAt) return 0;
  return item.usual ? Math.min(firstLookMs, wantedIntervalMs(item.usual, 0)) : firstBlindLookMs;
}
