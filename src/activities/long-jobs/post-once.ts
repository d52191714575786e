/**
 * One POST that must take effect once, however often it has to be tried. Each call makes at most one try, never sleeps,
 * and says what comes next; what it has learnt is in the note.
 */
import type { ItemFailure } from '../../contracts/composite-activities';
import { failureTypes } from '../../contracts/failure-types';
import { classifyPost, failureRuleOf, toItemFailure, type PostClass } from '../../executions/error-classes';
import { isPolytomicError, type PolytomicError } from '../../polytomic/errors';
import { keyAt, nextKey, noteAnswer, type TryNote } from './try-note';

/** What is posted, and how to find out afterwards whether it took effect. */
export interface Posting<T> {
  /** Used in order; the first outcome of each is recorded by the API for at least a day, errors too. */
  readonly keys: readonly string[];
  /** One try. @throws PolytomicError */
  post(key: string): Promise<T>;
  /** One look for all that a try of ours may have made. @throws PolytomicError */
  findOurs(): Promise<readonly T[]>;
  /** Which of these to take for ours, when no key tells. */
  pick(found: readonly T[]): T | undefined;
  /** Local clock, milliseconds. */
  now(): number;
  /** Told before each try (as if it would go unanswered), and again of its answer before that is acted on. */
  onNote(note: TryNote): void;
}

/** Call again with this note after the delay. */
export interface Again {
  note: TryNote;
  delayMs: number;
  cause: ItemFailure;
}

/** What a call came to. */
export type PostStep<T> =
  { state: 'done'; value: T } | { state: 'failed'; failure: ItemFailure } | ({ state: 'again' } & Again);

/** How long after the last try its effect may take to show, and a key may stay in flight. */
const patienceMs = 30_000;
/** Between two looks. */
const lookEveryMs = 3_000;
const longestDelayMs = 30_000;
const longestConflictDelayMs = 8_000;
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

/** A try that was answered, or was not: its error, and the note that knows of it. */
interface Answered {
  note: TryNote;
  error: PolytomicError;
}

/** Makes the next step. Errors that are not the client's pass. */
export async function postOnce<T>(posting: Posting<T>, note: TryNote): Promise<PostStep<T>> {
  if (note.lookUntil !== undefined) return look(posting, { note });
  const isStale = note.last !== null && posting.now() - note.keySince > keyLifetimeMs;
  if (!isStale) return tryKey(posting, note);
  return look(posting, { note: { ...note, lookUntil: note.lastTry + patienceMs } });
}

async function tryKey<T>(posting: Posting<T>, note: TryNote): Promise<PostStep<T>> {
  const seen = await lookAfterTrouble(posting, note);
  if (seen) return seen;
  const now = posting.now();
  posting.onNote(noteAnswer(note, { answer: 'none', unsure: true, now }));
  try {
    return { state: 'done', value: await posting.post(keyAt(posting.keys, note.key)) };
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    const verdict = verdictOf(error);
    const unsure = verdict === 'noResponse' || verdict === 'ambiguous';
    const answer = error.answered ? String(error.status ?? error.code) : 'none';
    const noted = noteAnswer(note, { answer, unsure, now: posting.now() });
    posting.onNote(noted);
    return afterError(posting, { note: noted, error });
  }
}

/**
 * An answer such as 504 may hide an effect that the key does not replay; trying it again would then do everything twice.
 * So one look comes before that try. What it finds is taken if it is alone; among several the key may still tell.
 */
async function lookAfterTrouble<T>(posting: Posting<T>, note: TryNote): Promise<PostStep<T> | undefined> {
  if (!note.unsure || note.last === null || note.last === 'none' || note.last === '409') return undefined;
  return reading({ posting, note }, async () => {
    const [value, ...others] = await posting.findOurs();
    return value && others.length === 0 ? { state: 'done', value } : undefined;
  });
}

async function afterError<T>(posting: Posting<T>, answered: Answered): Promise<PostStep<T>> {
  const { note, error } = answered;
  switch (verdictOf(error)) {
    case 'unsent':
    case 'noResponse':
      return again(note, error);
    case 'ambiguous':
    case 'throttled':
      if (note.same < 2) return again(note, error);
      return look(posting, { note: { ...note, lookUntil: note.lastTry + (note.unsure ? patienceMs : 0) }, error });
    case 'conflict':
      return afterConflict(posting, answered);
    case 'refused':
      return afterRefusal(posting, answered);
  }
}

/**
 * A look in the place of a try. After clean answers (429) one is enough, as nothing of ours can show late; what it finds
 * is somebody else's. A key whose looks found nothing has had no effect, so that the next one may be tried.
 */
async function look<T>(
  posting: Posting<T>,
  { note, error }: Pick<Answered, 'note'> & Partial<Answered>,
): Promise<PostStep<T>> {
  const now = posting.now();
  const found = await reading({ posting, note }, async () => (note.unsure ? ours(posting) : undefined));
  if (found) return found;
  if (now < (note.lookUntil ?? now)) return { state: 'again', note, delayMs: lookEveryMs, cause: stillLooking };
  const next = nextKey(note, now);
  return error ? again(next, error) : tryKey(posting, next);
}

/**
 * 409 says either that the key is in flight or that a run is in progress. Where an earlier try may have taken effect the
 * same key comes to an answer at last, and a replayed id is proof; only after that is a run looked for. What it finds is
 * taken for ours, to start nothing twice; nobody can know whether the 409 was recorded because somebody else's run came
 * first. After a clean 409 a run that is found is somebody else's.
 */
async function afterConflict<T>(posting: Posting<T>, { note, error }: Answered): Promise<PostStep<T>> {
  const delayMs = Math.min(longestConflictDelayMs, 1_000 * 2 ** (note.same - 1));
  const repeat: PostStep<T> = { state: 'again', note, delayMs, cause: toItemFailure(error) };
  if (note.unsure && note.lastTry - note.since < patienceMs) return repeat;
  const found = await reading({ posting, note }, async () => (note.unsure ? ours(posting) : undefined));
  if (found) return found;
  if (!note.unsure && note.same <= conflictRepeats) return repeat;
  const conflicts = note.conflicts + 1;
  if (conflicts >= conflictKeys) return { state: 'failed', failure: toItemFailure(error) };
  return again({ ...nextKey(note, posting.now()), conflicts }, error);
}

/** A refusal of this try says nothing about an earlier one that may have taken effect. */
async function afterRefusal<T>(posting: Posting<T>, { note, error }: Answered): Promise<PostStep<T>> {
  const found = note.unsure ? await reading({ posting, note }, () => ours(posting)) : undefined;
  return found?.state === 'done' ? found : { state: 'failed', failure: toItemFailure(error) };
}

async function ours<T>(posting: Posting<T>): Promise<PostStep<T> | undefined> {
  const value = posting.pick(await posting.findOurs());
  return value && { state: 'done', value };
}

/** A look that fails decides nothing, unless it will fail for ever. */
async function reading<T>(
  { posting, note }: { posting: Posting<T>; note: TryNote },
  read: () => Promise<PostStep<T> | undefined>,
): Promise<PostStep<T> | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    if (failureRuleOf(error).nonRetryable) return { state: 'failed', failure: toItemFailure(error) };
    const delayMs = Math.min(longestDelayMs, Math.max(lookEveryMs, (posting.now() - note.lastTry) / 4));
    return { state: 'again', note, delayMs: error.retryAfterMs ?? delayMs, cause: toItemFailure(error) };
  }
}

function again<T>(note: TryNote, error: PolytomicError): PostStep<T> {
  return { state: 'again', note, delayMs: retryDelayMs(error, note.tries), cause: toItemFailure(error) };
}

/** As long as the API asks; else from half a second, twice as long after each try, at most 30 s. */
function retryDelayMs(error: PolytomicError, tries: number): number {
  return error.retryAfterMs ?? Math.min(longestDelayMs, 500 * 2 ** Math.min(tries - 1, 10));
}

const stillLooking: ItemFailure = {
  type: failureTypes.Unavailable,
  message: 'looking for what a try without a clear answer may have made',
  nonRetryable: false,
};
