/** What one read means for those who wait for its result, and how the reads of one thing went so far. */
import type { Execution } from '../../contracts/execution';
import { maxPauseMs } from '../../polytomic/api-pause';
import { isPolytomicError, type PolytomicError, type PolytomicErrorCode } from '../../polytomic/errors';
import { endGraceMsOf, isUncertain, unendedSchemasGraceMs, withGrace } from '../uncertain-end';
import type { BothClocks } from './moment';
import { backoffMs, lagMs, minReadIntervalMs, patienceMs } from './tuning';

/**
 * `unread`: nothing was learnt, try again after `delayMs`. `unreadable`: it will not be read any more. `keyRefused`: the
 * same, if the key is refused for other things too.
 */
export type ReadFailure = { type: 'unread'; delayMs: number } | { type: 'unreadable' } | { type: 'keyRefused' };

/** How long a refusal must last until it is believed. All other errors are trouble that passes. */
const graces: Partial<Record<PolytomicErrorCode, number>> = {
  InvalidRequest: 0,
  NotSupported: 0,
  NotFound: patienceMs,
  Unauthorized: patienceMs,
  Forbidden: patienceMs,
  Rejected: patienceMs,
};

/** Graces that have begun; a next worker goes on with them. Other times are of the monotonic clock, milliseconds. */
export class ReadHistory {
  /** Whether a read ever found it. */
  wasRead = false;
  /** When it was created, by Polytomic's clock; infinitely late where Polytomic did not say. */
  createdAt = Infinity;
  /** Since when every read is refused; null when the last was not. */
  refusedSince: number | null = null;
  /** Since when the run shows an end that may or may not be one. */
  uncertainSince: number | null = null;
  /** How long that must last; null before a read of this worker. */
  private endGraceMs: number | null = null;
  /** When it was last read so. */
  private uncertainAt = -Infinity;
  private refusedAs: string | null = null;
  private failures = 0;

  /** When to read again an end that may or may not be one: a read must follow once its grace is over. */
  get confirmEndAt(): number {
    const { uncertainSince: since, uncertainAt } = this;
    if (since === null) return Infinity;
    if (this.endGraceMs !== unendedSchemasGraceMs) return since + (this.endGraceMs ?? unendedSchemasGraceMs);
    // A completed run with schemas in progress is read after two seconds, four, eight and so on.
    return Math.min(since + unendedSchemasGraceMs, uncertainAt + Math.max(minReadIntervalMs, uncertainAt - since));
  }

  /** An answer showed the run so. Another kind of uncertainty has a grace of its own. */
  recordEnding(execution: Execution, now: number): void {
    const graceMs = isUncertain(execution) ? endGraceMsOf(execution) : null;
    const isSame = this.endGraceMs === null || this.endGraceMs === graceMs;
    this.uncertainSince = graceMs === null ? null : isSame ? (this.uncertainSince ?? now) : now;
    this.uncertainAt = now;
    this.endGraceMs = graceMs;
  }

  /** An answer came: whatever had gone wrong is over. */
  recordAnswer(): void {
    this.wasRead = true;
    this.failures = 0;
    this.refusedSince = this.refusedAs = null;
  }

  /** A read failed. Returns how long to pause. */
  recordFailure(): number {
    this.failures += 1;
    return backoffMs(this.failures);
  }

  /** It was refused, and so was everything since then. Trouble in between changes nothing. Returns since when it is. */
  recordRefusal(refusedAs: string, since: number): number {
    const isSame = this.refusedAs === null || this.refusedAs === refusedAs;
    this.refusedAs = refusedAs;
    this.refusedSince = isSame ? Math.min(this.refusedSince ?? since, since) : since;
    return this.refusedSince;
  }
}

/** An answer: the execution, ended where an uncertain end has stood for long enough. */
export function classifyRead(history: ReadHistory, execution: Execution, now: number): Execution {
  history.recordAnswer();
  history.recordEnding(execution, now);
  return withGrace(execution, history.uncertainSince, now);
}

/**
 * An error: whatever it was, it says nothing of the run itself, unless it stays that way.
 *
 * @param keyRefusedSince since when the key has been refused for everything; null: it is not
 */
export function classifyReadError(
  history: ReadHistory,
  error: unknown,
  { now, serverNow, keyRefusedSince }: BothClocks & { keyRefusedSince: number | null },
): ReadFailure {
  // The client makes everybody pause for it, in steps that grow; a longer Retry-After is not believed here either.
  if (isPolytomicError(error, 'RateLimited')) {
    return { type: 'unread', delayMs: Math.min(error.retryAfterMs ?? 1_000, maxPauseMs) };
  }
  const pauseMs = history.recordFailure();
  const graceMs = isPolytomicError(error) && !error.gateway ? graceOf(error, history, { now, serverNow }) : undefined;
  if (!isPolytomicError(error) || graceMs === undefined) return { type: 'unread', delayMs: pauseMs };
  const isOfKey = error.code === 'Unauthorized';
  const leftMs = history.recordRefusal(error.code, (isOfKey && keyRefusedSince) || now) + graceMs - now;
  if (leftMs > 0) return { type: 'unread', delayMs: Math.min(pauseMs, leftMs) };
  return { type: isOfKey ? 'keyRefused' : 'unreadable' };
}

function graceOf(
  { code }: PolytomicError,
  { wasRead, createdAt, refusedSince }: ReadHistory,
  { now, serverNow }: BothClocks,
): number | undefined {
  // By what the refusal itself tells of Polytomic's time: before it, a worker may know only its own clock.
  const refusedForMs = refusedSince === null ? 0 : now - refusedSince;
  // One that Polytomic named longer ago is there, so whatever hides it is a refusal like others.
  const mayLag = !wasRead && serverNow - refusedForMs - createdAt <= lagMs;
  return code === 'NotFound' && mayLag ? lagMs : graces[code];
}
