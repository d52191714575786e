/**
 * One POST that must take effect once, however often it has to be tried. Each call makes at most one try, never sleeps,
 * and says what comes next; what it has learnt is in the state.
 */
import type { ItemFailure } from '../../contracts/item-failure';
import { failureTypes } from '../../contracts/failure-types';
import { classifyPost, failureRuleOf, toItemFailure, type PostClass } from '../../executions/error-classes';
import { isPolytomicError, type PolytomicError } from '../../polytomic/errors';
import { keyAt, nextKey, recordAnswer, type PostState } from './post-state';

/** What is posted, and how to find out afterwards whether it took effect. */
export interface JobPost<T> {
  /** Used in order; the first outcome of each is recorded by the API for at least a day, errors too. */
  readonly keys: readonly string[];
  /** One try. @throws PolytomicError */
  post(key: string): Promise<T>;
  /** Lists all that an attempt of ours may have made. @throws PolytomicError */
  findAdoptable(): Promise<readonly T[]>;
  /** Which of these to take for ours, when no key tells. */
  selectCandidate(found: readonly T[]): T | undefined;
  /** Local clock, milliseconds. */
  now(): number;
  /** Told before each try (as if it would go unanswered), and again of its answer before that is acted on. */
  onChange(state: PostState): void;
}

/** Call again with this state after the delay. */
export interface Retry {
  state: PostState;
  delayMs: number;
  cause: ItemFailure;
}

/** What a call came to. */
export type PostStep<T> =
  { type: 'done'; value: T } | { type: 'failed'; failure: ItemFailure } | ({ type: 'retry' } & Retry);

/** How long after the last try its effect may take to show, and a key may stay in flight. */
const visibilityWindowMs = 30_000;
/** Between two reconciliations. */
const reconcileEveryMs = 3_000;
const maxDelayMs = 30_000;
const maxConflictDelayMs = 8_000;
/** Outcomes are kept for at least 24 hours; after that the same key would start anew. */
const keyLifetimeMs = 23 * 3_600_000;
/** Same key after a 409 that nothing explains, before it is given up. */
const conflictRepeats = 3;
const conflictKeys = 2;

/** A refusal ends the work at once, whoever it came from: the next run of the activity has the same key. */
function verdictOf(error: PolytomicError): PostClass {
  const refused = error.status !== undefined && failureRuleOf(error).nonRetryable;
  return refused ? 'refused' : classifyPost(error);
}

/** A try that was answered, or was not: its error, and the state that knows of it. */
interface Answered {
  state: PostState;
  error: PolytomicError;
}

/** Makes the next step. Errors that are not the client's pass. */
export async function postJob<T>(posting: JobPost<T>, state: PostState): Promise<PostStep<T>> {
  if (state.reconcileUntil !== undefined) return reconcile(posting, { state });
  const isStale = state.last !== null && posting.now() - state.keySince > keyLifetimeMs;
  if (!isStale) return tryKey(posting, state);
  return reconcile(posting, { state: { ...state, reconcileUntil: state.lastTry + visibilityWindowMs } });
}

async function tryKey<T>(posting: JobPost<T>, state: PostState): Promise<PostStep<T>> {
  const seen = await reconcileFirst(posting, state);
  if (seen) return seen;
  const now = posting.now();
  posting.onChange(recordAnswer(state, { answer: 'none', mayHaveTakenEffect: true, now }));
  try {
    return { type: 'done', value: await posting.post(keyAt(posting.keys, state.key)) };
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    const verdict = verdictOf(error);
    const mayHaveTakenEffect = verdict === 'noResponse' || verdict === 'ambiguous';
    const answer = error.answered ? String(error.status ?? error.code) : 'none';
    const next = recordAnswer(state, { answer, mayHaveTakenEffect, now: posting.now() });
    posting.onChange(next);
    return afterError(posting, { state: next, error });
  }
}

/**
 * An answer such as 504 may hide an effect that the key does not replay; trying it again would then do everything twice.
 * So one reconciliation comes before that attempt. What it finds is taken if it is alone; among several the key may decide.
 */
async function reconcileFirst<T>(posting: JobPost<T>, state: PostState): Promise<PostStep<T> | undefined> {
  if (!state.mayHaveTakenEffect || state.last === null || state.last === 'none' || state.last === '409')
    return undefined;
  return tryRead({ posting, state }, async () => {
    const [value, ...others] = await posting.findAdoptable();
    return value && others.length === 0 ? { type: 'done', value } : undefined;
  });
}

async function afterError<T>(posting: JobPost<T>, answered: Answered): Promise<PostStep<T>> {
  const { state, error } = answered;
  switch (verdictOf(error)) {
    case 'unsent':
    case 'noResponse':
      return retry(state, error);
    case 'ambiguous':
    case 'throttled':
      if (state.same < 2) return retry(state, error);
      return reconcile(posting, {
        state: { ...state, reconcileUntil: state.lastTry + (state.mayHaveTakenEffect ? visibilityWindowMs : 0) },
        error,
      });
    case 'conflict':
      return afterConflict(posting, answered);
    case 'refused':
      return afterRefusal(posting, answered);
  }
}

/**
 * A reconciliation in the place of an attempt. After clean answers (429) one is enough: nothing of ours can appear late, and
 * whatever it finds belongs to another user. A key for which nothing was found had no effect, so the next key may be used.
 */
async function reconcile<T>(
  posting: JobPost<T>,
  { state, error }: Pick<Answered, 'state'> & Partial<Answered>,
): Promise<PostStep<T>> {
  const now = posting.now();
  const found = await tryRead({ posting, state }, async () => (state.mayHaveTakenEffect ? ours(posting) : undefined));
  if (found) return found;
  if (now < (state.reconcileUntil ?? now))
    return { type: 'retry', state, delayMs: reconcileEveryMs, cause: stillReconciling };
  const next = nextKey(state, now);
  return error ? retry(next, error) : tryKey(posting, next);
}

/**
 * 409 says either that the key is in flight or that a run is in progress. Where an earlier try may have taken effect the
 * same key comes to an answer at last, and a replayed id is proof; only after that the activity looks for a run. It adopts
 * what it finds, to start nothing twice; it cannot know whether the 409 was recorded because another user's run came first.
 * After a clean 409 a run that is found belongs to another user.
 */
async function afterConflict<T>(posting: JobPost<T>, { state, error }: Answered): Promise<PostStep<T>> {
  const delayMs = Math.min(maxConflictDelayMs, 1_000 * 2 ** (state.same - 1));
  const repeat: PostStep<T> = { type: 'retry', state, delayMs, cause: toItemFailure(error) };
  if (state.mayHaveTakenEffect && state.lastTry - state.since < visibilityWindowMs) return repeat;
  const found = await tryRead({ posting, state }, async () => (state.mayHaveTakenEffect ? ours(posting) : undefined));
  if (found) return found;
  if (!state.mayHaveTakenEffect && state.same <= conflictRepeats) return repeat;
  const conflicts = state.conflicts + 1;
  if (conflicts >= conflictKeys) return { type: 'failed', failure: toItemFailure(error) };
  return retry({ ...nextKey(state, posting.now()), conflicts }, error);
}

/** A refusal of this try says nothing about an earlier one that may have taken effect. */
async function afterRefusal<T>(posting: JobPost<T>, { state, error }: Answered): Promise<PostStep<T>> {
  const found = state.mayHaveTakenEffect ? await tryRead({ posting, state }, () => ours(posting)) : undefined;
  return found?.type === 'done' ? found : { type: 'failed', failure: toItemFailure(error) };
}

async function ours<T>(posting: JobPost<T>): Promise<PostStep<T> | undefined> {
  const value = posting.selectCandidate(await posting.findAdoptable());
  return value && { type: 'done', value };
}

/** A read that fails decides nothing, unless it will fail for ever. */
async function tryRead<T>(
  { posting, state }: { posting: JobPost<T>; state: PostState },
  read: () => Promise<PostStep<T> | undefined>,
): Promise<PostStep<T> | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    if (failureRuleOf(error).nonRetryable) return { type: 'failed', failure: toItemFailure(error) };
    const delayMs = Math.min(maxDelayMs, Math.max(reconcileEveryMs, (posting.now() - state.lastTry) / 4));
    return { type: 'retry', state, delayMs: error.retryAfterMs ?? delayMs, cause: toItemFailure(error) };
  }
}

function retry<T>(state: PostState, error: PolytomicError): PostStep<T> {
  return { type: 'retry', state, delayMs: retryDelayMs(error, state.tries), cause: toItemFailure(error) };
}

/** As long as the API asks; else from half a second, twice as long after each try, at most 30 s. */
function retryDelayMs(error: PolytomicError, tries: number): number {
  return error.retryAfterMs ?? Math.min(maxDelayMs, 500 * 2 ** Math.min(tries - 1, 10));
}

const stillReconciling: ItemFailure = {
  type: failureTypes.Unavailable,
  message: 'looking for what a try without a clear answer may have made',
  nonRetryable: false,
};
