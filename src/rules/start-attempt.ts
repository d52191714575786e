/** What follows from each outcome of a try to start or create something once; nothing here is drawn or read. */
import type { ItemFailure } from '../contracts/item-failure';
import type { SyncSnapshot } from '../contracts/sync-snapshot';
import { failureTypes } from '../contracts/failure-types';
import type { CreateOutcome, StartOutcome } from '../contracts/starts';
import {
  giveUpKey,
  mayHaveTakenEffect,
  openWindow,
  retryLater,
  takeKey,
  type AttemptContext,
  type AttemptState,
} from './attempt-state';

/** What to do after an outcome. `conflict`: somebody else's run stands in the way. */
export type AttemptDecision<Done> =
  | { type: 'retry' }
  | { type: 'done'; outcome: Done }
  | { type: 'conflict'; snapshot: SyncSnapshot }
  | { type: 'failed'; failure: ItemFailure; mayHaveStarted: boolean };

type Done = Extract<StartOutcome | CreateOutcome, { type: 'started' | 'created' }>;
type Outcome = StartOutcome | CreateOutcome;
type Undone = Exclude<Outcome, Done>;

const minuteMs = 60_000;
/** A post is answered at most so long after its try was scheduled: a worker takes it within five minutes, and has three. */
const latestAnswerMs = 8 * minuteMs;
/** Polytomic may be working on a try that a gateway answered for it. */
const workingWindowMs = 15 * minuteMs;
/** What the API itself answered shows its effect soon; doubled with each key of this intent. */
const answeredWindowMs = 30_000;
/** The same answer as often as this is a replay: the key will not get another one. A gateway's is not recorded. */
const maxAnswered = 2;
const maxGateway = 7;
const maxThrottles = 2;
const maxConflicts = { keys: 5, forMs: 5 * minuteMs };
/** Keys are rotated: a refused look is no answer yet. */
const refusedLooksMs = 10 * minuteMs;
const notReadyMs = 15 * minuteMs;
const maxNotReadyPauseMs = 30_000;
const maxActivationConflicts = 5;

/** Takes an outcome in, changing `attempt`, and says what follows. */
export function noteOutcome<O extends Outcome>(
  attempt: AttemptState,
  outcome: O,
  context: AttemptContext,
): AttemptDecision<Extract<O, Done>> {
  if (outcome.type === 'started' || outcome.type === 'created') {
    return { type: 'done', outcome: outcome as Extract<O, Done> };
  }
  return noteUndone(attempt, outcome, context);
}

function noteUndone(attempt: AttemptState, outcome: Undone, context: AttemptContext): AttemptDecision<never> {
  const { now, scheduledAt } = context;
  if ('at' in outcome) {
    // A post may take minutes: what it made was made before its answer, and shows within a window that begins with that.
    const offsetMs = (outcome.answeredAt ?? outcome.at) - Math.min(now, scheduledAt + latestAnswerMs);
    attempt.clockOffsetMs = Math.max(attempt.clockOffsetMs, offsetMs);
    if (outcome.keyFingerprint !== undefined) attempt.keyFingerprint = outcome.keyFingerprint;
  }
  // What was not sent says nothing of looks: another worker may have them refused again.
  if (outcome.type !== 'lookFailed' && outcome.type !== 'unsent') attempt.looksRefusedSince = null;
  switch (outcome.type) {
    case 'absent':
      return noteAbsent(attempt, context);
    case 'lookFailed':
      return noteFailedLook(attempt, outcome, context);
    case 'unsent':
      return retry(attempt, outcome, context);
    case 'notActivated':
      return noteNotActivated(attempt, outcome, context);
    case 'otherSecret':
      // The key cannot be sent again: what was posted under it must be waited out.
      if (attempt.since === null) takeKey(attempt, context);
      else attempt.mode = 'look';
      return retry(attempt, outcome, context);
    case 'throttled':
      return noteThrottled(attempt, outcome, context);
    case 'noResponse':
      openWindow(attempt, { ...outcome, windowMs: workingWindowMs }, context.now);
      // What a lost worker was answered may be an error that the API has not recorded for the key.
      attempt.mode = outcome.wasAttemptLost ? 'lookThenPost' : 'post';
      attempt.repeated = { status: null, count: 0 };
      return retry(attempt, outcome, context);
    case 'ambiguous':
      return noteAmbiguous(attempt, outcome, context);
    case 'conflict':
      return noteConflict(attempt, outcome, context);
    case 'notReady':
      return noteNotReady(attempt, outcome, context);
    case 'refused':
      return refuse(attempt, outcome, context);
  }
}

/** Final, unless an earlier try may have taken effect: only looks follow then, until none can show any more. */
function refuse(
  attempt: AttemptState,
  outcome: { failure: ItemFailure; retryAfterMs?: number },
  context: AttemptContext,
): AttemptDecision<never> {
  const { failure } = outcome;
  if (!mayHaveTakenEffect(attempt)) return { type: 'failed', failure, mayHaveStarted: false };
  // Refused again, by a look or after one that found nothing: later ones show no more.
  const isFinal = attempt.refusal !== null && context.now >= attempt.visibleUntil;
  if (isFinal) return { type: 'failed', failure, mayHaveStarted: true };
  attempt.refusal = failure;
  attempt.mode = 'look';
  return retry(attempt, outcome, context);
}

/** A look found nothing: a key whose window has passed had no effect. */
function noteAbsent(attempt: AttemptState, context: AttemptContext): AttemptDecision<never> {
  const { now } = context;
  if (now < attempt.visibleUntil) return retry(attempt, {}, context);
  if (attempt.refusal) return { type: 'failed', failure: attempt.refusal, mayHaveStarted: true };
  attempt.isCleared = true;
  giveUpKey(attempt, context);
  attempt.mode = 'post';
  attempt.notBefore = now;
  return { type: 'retry' };
}

/** Looks that fail with these are refused: by the credential's rights, or as there is nothing to look at. */
const refusals: readonly string[] = [failureTypes.Unauthorized, failureTypes.Forbidden, failureTypes.NotFound];

/** A look that fails decides nothing, unless it has been refused for long. */
function noteFailedLook(
  attempt: AttemptState,
  outcome: Extract<Undone, { type: 'lookFailed' }>,
  context: AttemptContext,
): AttemptDecision<never> {
  const { failure } = outcome;
  if (!refusals.includes(failure.type)) {
    attempt.looksRefusedSince = null;
    return retry(attempt, outcome, context);
  }
  attempt.looksRefusedSince ??= context.now;
  if (context.now - attempt.looksRefusedSince < refusedLooksMs) return retry(attempt, outcome, context);
  return { type: 'failed', failure: attempt.refusal ?? failure, mayHaveStarted: mayHaveTakenEffect(attempt) };
}

function noteNotActivated(
  attempt: AttemptState,
  outcome: Extract<Undone, { type: 'notActivated' }>,
  context: AttemptContext,
): AttemptDecision<never> {
  attempt.activationConflicts += outcome.failure.type === failureTypes.Conflict ? 1 : 0;
  if (attempt.activationConflicts < maxActivationConflicts) return retry(attempt, outcome, context);
  return refuse(attempt, outcome, context);
}

function noteThrottled(
  attempt: AttemptState,
  outcome: Extract<Undone, { type: 'throttled' }>,
  context: AttemptContext,
): AttemptDecision<never> {
  attempt.throttles += 1;
  if (attempt.throttles >= maxThrottles) {
    // The first 429 may be replayed for a day.
    if (attempt.since === null) takeKey(attempt, context);
    else attempt.mode = 'look';
  }
  return retry(attempt, outcome, context);
}

function noteAmbiguous(
  attempt: AttemptState,
  outcome: Extract<Undone, { type: 'ambiguous' }>,
  context: AttemptContext,
): AttemptDecision<never> {
  const { status, mayBeWorking } = outcome;
  const windowMs = mayBeWorking ? workingWindowMs : answeredWindowMs * 2 ** Math.min(attempt.windows.length, 5);
  openWindow(attempt, { ...outcome, windowMs }, context.now);
  const count = attempt.repeated.status === status ? attempt.repeated.count + 1 : 1;
  attempt.repeated = { status, count };
  attempt.mode = count >= (mayBeWorking ? maxGateway : maxAnswered) ? 'look' : 'lookThenPost';
  return retry(attempt, outcome, context);
}

function noteConflict(
  attempt: AttemptState,
  outcome: Extract<Undone, { type: 'conflict' }>,
  context: AttemptContext,
): AttemptDecision<never> {
  const { now } = context;
  const explanation = 'explanation' in outcome ? outcome.explanation : null;
  if (explanation) {
    // The 409 may be recorded for this key.
    giveUpKey(attempt, context);
    attempt.mode = attempt.windows.length > 0 ? 'lookThenPost' : 'post';
    attempt.notBefore = now;
    return { type: 'conflict', snapshot: explanation };
  }
  if (attempt.since !== null) {
    attempt.inFlightSince ??= now;
    const isOver = now - attempt.inFlightSince >= workingWindowMs && now >= attempt.visibleUntil;
    attempt.mode = isOver ? 'look' : 'post';
    return retry(attempt, outcome, context);
  }
  const conflicts = { keys: (attempt.conflicts?.keys ?? 0) + 1, since: attempt.conflicts?.since ?? now };
  attempt.conflicts = conflicts;
  const isEnough = conflicts.keys >= maxConflicts.keys && now - conflicts.since >= maxConflicts.forMs;
  if (isEnough) return refuse(attempt, outcome, context);
  takeKey(attempt, context);
  return retry(attempt, outcome, context);
}

/** Refused for now, and recorded for this key. */
function noteNotReady(
  attempt: AttemptState,
  outcome: Extract<Undone, { type: 'notReady' }>,
  context: AttemptContext,
): AttemptDecision<never> {
  const { now } = context;
  attempt.notReadySince ??= now;
  if (now - attempt.notReadySince >= notReadyMs) return refuse(attempt, outcome, context);
  giveUpKey(attempt, context);
  attempt.mode = attempt.windows.length > 0 ? 'lookThenPost' : 'post';
  return retry(attempt, outcome, context, maxNotReadyPauseMs);
}

function retry(
  attempt: AttemptState,
  outcome: { retryAfterMs?: number },
  { now }: AttemptContext,
  maxMs?: number,
): { type: 'retry' } {
  retryLater(attempt, { now, retryAfterMs: outcome.retryAfterMs ?? 0, ...(maxMs !== undefined && { maxMs }) });
  return { type: 'retry' };
}
