/** What one read means for those who wait for its result, and how the reads of one thing went so far. */
import type { ItemFailure } from '../../contracts/composite-activities';
import type { Execution } from '../../contracts/execution';
import { isPolytomicError, type PolytomicError } from '../../polytomic/errors';
import { toItemFailure } from '../error-classes';
import { isUncertain, withGrace } from '../uncertain-end';
import { maxIntervalMs, missingGraceMs, patienceMs } from './tuning';

/**
 * `ended`: decided. `running`: read again in time. `unread`: nothing was learnt, try again after `delayMs`. `unreadable`: it
 * will not be read any more. `keyRefused`: the same, if the key is refused for other things too.
 */
export type ReadResult =
  | { type: 'ended'; execution: Execution }
  | { type: 'running'; execution: Execution }
  | { type: 'unread'; delayMs: number }
  | { type: 'unreadable'; failure: ItemFailure }
  | { type: 'keyRefused'; failure: ItemFailure };

/** Graces that have begun; a next worker goes on with them. Times are of the monotonic clock, milliseconds. */
export class ReadHistory {
  /** Whether a read ever found it. */
  wasRead = false;
  /** Reads that failed one after the other. */
  failures = 0;
  /** Since when every read is refused; null when the last was not. */
  refusedSince: number | null = null;
  private refusedAs: string | null = null;
  /** Since when the run shows a status that may or may not be final. */
  uncertainSince: number | null = null;

  /** An answer came: whatever had gone wrong is over. */
  recordAnswer(): void {
    this.wasRead = true;
    this.failures = 0;
    this.refusedSince = this.refusedAs = null;
  }

  /** A read failed. */
  recordError(): void {
    this.failures += 1;
  }

  /** It was refused. Returns for how long it has been refused in this way; trouble in between changes nothing. */
  recordRefusal(refusedAs: string, now: number): number {
    if (this.refusedAs !== null && this.refusedAs !== refusedAs) this.refusedSince = now;
    this.refusedAs = refusedAs;
    this.refusedSince ??= now;
    return now - this.refusedSince;
  }

  /** The key has been refused for everything since then. */
  recordKeyRefused(since: number): void {
    if (this.refusedAs === null || this.refusedAs === 'Unauthorized') {
      this.refusedSince = Math.min(this.refusedSince ?? since, since);
    }
  }

  /** Doubles from two seconds to the longest interval. */
  get retryDelayMs(): number {
    return Math.min(maxIntervalMs, 1_000 * 2 ** Math.min(this.failures, 10));
  }
}

/** An answer: the run has ended, or goes on. */
export function classifyRead(history: ReadHistory, read: Execution, now: number): ReadResult {
  history.recordAnswer();
  history.uncertainSince = isUncertain(read) ? (history.uncertainSince ?? now) : null;
  const execution = withGrace(read, history.uncertainSince, now);
  return { type: execution.phase === 'ended' ? 'ended' : 'running', execution };
}

/** An error: whatever it was, it says nothing of the run itself, unless it stays that way. */
export function classifyReadError(history: ReadHistory, error: unknown, now: number): ReadResult {
  // The client makes everybody pause for it, in steps that grow.
  if (isPolytomicError(error, 'RateLimited')) return { type: 'unread', delayMs: error.retryAfterMs ?? 1_000 };
  history.recordError();
  const graceMs = isPolytomicError(error) ? graceOf(error, history) : Infinity;
  if (!isPolytomicError(error) || graceMs === Infinity) return { type: 'unread', delayMs: history.retryDelayMs };
  const leftMs = graceMs - history.recordRefusal(error.code, now);
  if (leftMs > 0) return { type: 'unread', delayMs: Math.min(history.retryDelayMs, leftMs) };
  const failure = { ...toItemFailure(error), nonRetryable: true };
  return { type: error.code === 'Unauthorized' ? 'keyRefused' : 'unreadable', failure };
}

/** How long such a refusal must last until it is believed; without end where it is no refusal, but trouble that passes. */
function graceOf(error: PolytomicError, { wasRead }: ReadHistory): number {
  if (error.gateway) return Infinity;
  switch (error.code) {
    case 'InvalidRequest':
    case 'NotSupported':
      return 0;
    case 'NotFound':
      return wasRead ? patienceMs : missingGraceMs;
    case 'Unauthorized':
    case 'Forbidden':
    case 'Rejected':
      return patienceMs;
    case 'Conflict':
    case 'RateLimited':
    case 'Unavailable':
    case 'Network':
    case 'UnexpectedResponse':
    case 'TooLarge':
      return Infinity;
  }
}
