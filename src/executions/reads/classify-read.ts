/** What one read means for those who wait for its result, and how the reads of one thing went so far. */
import type { Execution } from '../../contracts/execution';
import { maxPauseMs } from '../../polytomic/api-pause';
import { isPolytomicError, type PolytomicError, type PolytomicErrorCode } from '../../polytomic/errors';
import { endGraceMsOf, isUncertain, unendedSchemasGraceMs, withGrace } from '../uncertain-end';
import type { BothClocks } from './moment';
import { RefusedTime } from './refused-time';
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
  /** For how long every read has been refused. */
  readonly refused = new RefusedTime();
  /** With what; null where the last read was not. */
  refusedAs: PolytomicErrorCode | null = null;
  /** Since when the run shows an end that may or may not be one. */
  uncertainSince: number | null = null;
  /** How long that must last; null before a read of this worker. */
  private endGraceMs: number | null = null;
  /** When it was last read so. */
  private uncertainAt = -Infinity;
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
    this.refused.clear();
    this.refusedAs = null;
  }

  /** A read failed. Returns how long to pause. */
  recordFailure(): number {
    this.failures += 1;
    return backoffMs(this.failures);
  }

  /** The failure was a refusal. Another than before has a grace of its own. Returns for how long it is refused so. */
  recordRefusal(refusedAs: PolytomicErrorCode, now: number): number {
    if (this.refusedAs !== null && this.refusedAs !== refusedAs) this.refused.clear();
    this.refusedAs = refusedAs;
    return this.refused.record(now);
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
 * @param keyRefusedForMs how long the key has been refused for everything; null: it is not
 */
export function classifyReadError(
  history: ReadHistory,
  error: unknown,
  { now, serverNow, keyRefusedForMs }: BothClocks & { keyRefusedForMs: number | null },
): ReadFailure {
  // The client makes everybody pause for it, in steps that grow; a longer Retry-After is not believed here either.
  if (isPolytomicError(error, 'RateLimited')) {
    history.refused.interrupt();
    return { type: 'unread', delayMs: Math.min(error.retryAfterMs ?? 1_000, maxPauseMs) };
  }
  const pauseMs = history.recordFailure();
  const graceMs = isPolytomicError(error) && !error.gateway ? graceOf(error, history, { now, serverNow }) : undefined;
  if (!isPolytomicError(error) || graceMs === undefined) {
    history.refused.interrupt();
    return { type: 'unread', delayMs: pauseMs };
  }
  const isOfKey = error.code === 'Unauthorized';
  const ownMs = history.recordRefusal(error.code, now);
  const leftMs = graceMs - (isOfKey ? Math.max(ownMs, keyRefusedForMs ?? 0) : ownMs);
  if (leftMs > 0) return { type: 'unread', delayMs: Math.min(pauseMs, leftMs) };
  return { type: isOfKey ? 'keyRefused' : 'unreadable' };
}

function graceOf(
  { code }: PolytomicError,
  { wasRead, createdAt, refused }: ReadHistory,
  { now, serverNow }: BothClocks,
): number | undefined {
  // By what the refusal itself tells of Polytomic's time: before it, a worker may know only its own clock.
  // One that Polytomic named longer ago is there, so whatever hides it is a refusal like others.
  const mayLag = !wasRead && serverNow - (refused.forMs(now) ?? 0) - createdAt <= lagMs;
  return code === 'NotFound' && mayLag ? lagMs : graces[code];
}
