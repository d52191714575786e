/** What one read of an execution by its id means for those who wait for it. */
import type { ItemFailure } from '../../contracts/composite-activities';
import type { Execution } from '../../contracts/execution';
import { failureTypes, type FailureType } from '../../contracts/failure-types';
import { isPolytomicError, type PolytomicError, type PolytomicErrorCode } from '../../polytomic/errors';
import { isUncertain, withGrace } from '../uncertain-end';
import type { WatchedExecution } from './watched-execution';

/**
 * `ended`: decided. `running`: look again in time. `unread`: nothing was learnt of the run, try again in `afterMs`.
 * `lost`: it cannot be read any more.
 */
export type ReadVerdict =
  | { kind: 'ended'; execution: Execution }
  | { kind: 'running'; execution: Execution }
  | { kind: 'unread'; afterMs: number }
  | { kind: 'lost'; failure: ItemFailure };

/** How reads went lately; what the next error means depends on it. */
export type ReadHistory = Pick<WatchedExecution, 'beganAt' | 'failures' | 'refusals' | 'missing' | 'deniedSince'>;

/** A run may not be found for so long after its start, or after it was last found. */
const missingGraceMs = 30_000;
const missingReads = 3;
const missingAgainMs = 9_000;
/** Keys are rotated, so a refused credential says nothing of the run until it has been refused for so long. */
export const denialGraceMs = 600_000;
/** A refusal that the same request will meet again is believed when it came so many times in a row. */
const believedRefusals = 3;
const longestFailureMs = 30_000;

/** An answer: the run has ended, or goes on. */
export function judgeAnswer(watched: WatchedExecution, read: Execution, now: number): ReadVerdict {
  watched.failures = watched.refusals = 0;
  watched.missing = watched.deniedSince = null;
  watched.uncertainSince = isUncertain(read) ? (watched.uncertainSince ?? now) : null;
  const execution = withGrace(read, watched.uncertainSince, now);
  return { kind: execution.phase === 'ended' ? 'ended' : 'running', execution };
}

/** No answer: whatever it was, it says nothing of the run itself, unless it stays that way. */
export function judgeError(watched: ReadHistory, error: unknown, now: number): ReadVerdict {
  watched.failures += 1;
  const again: ReadVerdict = { kind: 'unread', afterMs: Math.min(longestFailureMs, 1000 * 2 ** watched.failures) };
  if (!isPolytomicError(error)) return again;
  switch (error.code) {
    case 'NotFound':
      return judgeMissing(watched, error, now);
    case 'Unauthorized':
    case 'Forbidden':
      watched.deniedSince ??= now;
      return now - watched.deniedSince < denialGraceMs ? again : lost(error);
    case 'RateLimited':
      return { kind: 'unread', afterMs: 0 };
    case 'Conflict':
    case 'Unavailable':
    case 'Network':
    case 'UnexpectedResponse':
      return again;
    case 'InvalidRequest':
    case 'NotSupported':
    case 'Rejected':
    case 'TooLarge':
      watched.refusals += 1;
      return watched.refusals < believedRefusals ? again : lost(error);
  }
}

function judgeMissing(watched: ReadHistory, error: PolytomicError, now: number): ReadVerdict {
  const missing = (watched.missing ??= { since: now, reads: 0 });
  missing.reads += 1;
  const over = now >= Math.max(missing.since, watched.beganAt) + missingGraceMs;
  return over && missing.reads >= missingReads ? lost(error) : { kind: 'unread', afterMs: missingAgainMs };
}

const lost = (error: PolytomicError): ReadVerdict => ({ kind: 'lost', failure: failureOf(error) });

/** The failure that a wait ends with when the credential was refused for too long. */
export function failureOf(error: PolytomicError): ItemFailure {
  return { type: failureTypeOf[error.code], message: error.message, nonRetryable: true };
}

const failureTypeOf: Readonly<Record<PolytomicErrorCode, FailureType>> = {
  InvalidRequest: failureTypes.InvalidInput,
  NotSupported: failureTypes.Rejected,
  Unauthorized: failureTypes.Unauthorized,
  Forbidden: failureTypes.Forbidden,
  NotFound: failureTypes.NotFound,
  Conflict: failureTypes.Conflict,
  Rejected: failureTypes.Rejected,
  RateLimited: failureTypes.RateLimited,
  Unavailable: failureTypes.Unavailable,
  Network: failureTypes.Network,
  UnexpectedResponse: failureTypes.UnexpectedResponse,
  TooLarge: failureTypes.PayloadTooLarge,
};
