/**
 * One try of a POST that must take effect once: a look for what earlier tries made, then at most one post. It never sleeps
 * and never repeats; the workflow alone does, as it alone knows of all tries.
 */
import type { ItemFailure } from '../contracts/item-failure';
import { failureTypes } from '../contracts/failure-types';
import type { OnceOutcome, OncePost } from '../contracts/starts';
import type { ErrorText } from '../contracts/waits';
import { UnusableKeyError } from '../polytomic/auth';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError, type PolytomicError } from '../polytomic/errors';
import { classifyPost, isSecretError, mayBeWorking, toItemFailure } from './error-classes';

/** What the tries of all items of one activity attempt share. */
export interface PostAttempt {
  readonly client: PolytomicClient;
  readonly errorText: ErrorText;
  /** Ends reads that come before a post: the attempt was cancelled, its worker stops, or its time for reads is over. */
  readonly beforePost: AbortSignal;
  /** Ends reads that come after a post, when the attempt's time is almost over. */
  readonly afterPost: AbortSignal;
  /** Why no post may begin any more; undefined while it may. */
  whyNotPost(): string | undefined;
  /** Reads something for the sake of the `Date` of its answer; tries that need it at the same moment share one read. */
  readTime(read: (signal: AbortSignal) => Promise<unknown>): Promise<unknown>;
}

/** One item's place in an attempt. */
export interface ItemAttempt extends PostAttempt {
  /** Is told right before the post leaves what a lost attempt must know. */
  onPost(posted: PostedAt): void;
}

/** When a post began, by Polytomic's clock, and the fingerprint of the secret that its key was made with. */
export interface PostedAt {
  at: number;
  keyFingerprint: string;
}

/** What is posted, and how to find out what earlier tries made. */
export interface IdempotentPost<O> {
  readonly item: OncePost;
  /** Looks for what uncertain tries made; undefined: there is nothing. @throws PolytomicError */
  readonly look: (signal: AbortSignal) => Promise<O | undefined>;
  /** @throws PolytomicError */
  readonly post: (key: string) => Promise<O>;
  /** Any cheap read, for its `Date`. @throws PolytomicError */
  readonly readForTime: (signal: AbortSignal) => Promise<unknown>;
  /** The outcome of an error where the table alone does not tell it; undefined: as the table says. */
  readonly explain: (error: PolytomicError, posted: PostedAt & { failure: ItemFailure }) => Promise<O | undefined>;
}

/** How old the last `Date` of Polytomic's may be that tells when a post begins. */
const maxTimeAgeMs = 60_000;

/** Makes the try. Polytomic's trouble is an outcome, never thrown. */
export async function postIdempotently<O>(attempt: ItemAttempt, post: IdempotentPost<O>): Promise<O | OnceOutcome> {
  const { key, lookFirst, windows } = post.item;
  if ((lookFirst || key === null) && windows.length > 0) {
    try {
      const found = await post.look(attempt.beforePost);
      if (found) return found;
    } catch (error) {
      return lookFailed(attempt, error);
    }
  }
  if (key === null) return { type: 'absent' };
  const ready = await getReady(attempt, post);
  return 'type' in ready ? ready : postNow(attempt, { ...post, key, posted: ready });
}

/** Everything that must be known and allowed before the post leaves. */
async function getReady<O>(attempt: ItemAttempt, post: IdempotentPost<O>): Promise<OnceOutcome | PostedAt> {
  const { client } = attempt;
  const keyFingerprint = await client.keyFingerprint().catch(noKey);
  if (typeof keyFingerprint !== 'string') return keyFingerprint;
  try {
    if (client.serverClock.ageMs > maxTimeAgeMs) await attempt.readTime((signal) => post.readForTime(signal));
  } catch (error) {
    // A refusal carries the time, too. The post itself shows whether it is refused.
    if (!isPolytomicError(error) || classifyPost(error) !== 'refused') return notPosted(attempt, error);
  }
  const before = post.item.keyFingerprint;
  if (before !== undefined && before !== keyFingerprint) return { type: 'otherSecret', failure: otherSecret };
  return notAllowedNow(attempt) ?? { at: Math.floor(client.serverClock.now()), keyFingerprint };
}

async function postNow<O>(
  attempt: ItemAttempt,
  { key, posted, post, explain }: IdempotentPost<O> & { key: string; posted: PostedAt },
): Promise<O | OnceOutcome> {
  attempt.onPost(posted);
  try {
    return await post(key);
  } catch (error) {
    if (isSecretError(error)) return { type: 'unsent', failure: noSecret(error) };
    if (!isPolytomicError(error)) return { type: 'noResponse', failure: unexpected(error), ...posted };
    const answeredAt = Math.max(posted.at, Math.floor(attempt.client.serverClock.now()));
    const tried = { ...posted, answeredAt, ...triedOf(attempt, error) };
    return (await explain(error, tried)) ?? outcomeOf(error, tried);
  }
}

type Tried = Extract<OnceOutcome, { type: 'unsent' }>;
type Posted = Omit<Extract<OnceOutcome, { type: 'noResponse' }>, 'type'>;

function outcomeOf(error: PolytomicError, posted: Posted): OnceOutcome {
  const type = classifyPost(error);
  const { failure, retryAfterMs } = posted;
  const tried = { failure, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  switch (type) {
    case 'unsent':
    case 'refused':
      return { type, ...tried };
    case 'throttled':
    case 'noResponse':
      return { type, ...posted };
    case 'conflict':
    case 'ambiguous':
      return { type: 'ambiguous', status: error.status ?? null, mayBeWorking: mayBeWorking(error), ...posted };
  }
}

/** The failure of an error, and how long Polytomic asks to wait. */
export function triedOf({ errorText }: Pick<PostAttempt, 'errorText'>, error: PolytomicError): Omit<Tried, 'type'> {
  const { retryAfterMs } = error;
  return { failure: toItemFailure(error, errorText), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** The outcome of a look that failed. */
export function lookFailed(attempt: PostAttempt, error: unknown): OnceOutcome {
  return { ...notPosted(attempt, error), type: 'lookFailed' };
}

/** The outcome of trouble before the post. */
export function notPosted(attempt: PostAttempt, error: unknown): Tried {
  if (isPolytomicError(error)) {
    const { failure, ...tried } = triedOf(attempt, error);
    return { type: 'unsent', failure: { ...failure, nonRetryable: false }, ...tried };
  }
  const stopped = attempt.beforePost.aborted ? (attempt.whyNotPost() ?? 'the time for reads is over') : undefined;
  return { type: 'unsent', failure: stopped === undefined ? unexpected(error) : notNow(stopped) };
}

/** `unsent` while the organization's API asks for a pause, or once nothing may be posted any more. */
function notAllowedNow(attempt: PostAttempt): Tried | undefined {
  const reason = attempt.whyNotPost();
  return pausedNow(attempt) ?? (reason === undefined ? undefined : { type: 'unsent', failure: notNow(reason) });
}

function pausedNow({ client }: PostAttempt): Tried | undefined {
  const retryAfterMs = client.pause.pausedForMs();
  if (retryAfterMs <= 0) return undefined;
  const message = 'was not sent: Polytomic asks to slow down';
  return { type: 'unsent', failure: { type: failureTypes.RateLimited, message, nonRetryable: false }, retryAfterMs };
}

/** Asked before anything is read for an item: during a pause nothing is, and nothing for a post that may not begin. */
export function refuseEarly(attempt: PostAttempt, { key }: OncePost): OnceOutcome | undefined {
  if (key !== null) return notAllowedNow(attempt);
  const paused = pausedNow(attempt);
  return paused && { ...paused, type: 'lookFailed' };
}

/** Something that is no key ends the start, as a refused one does; one that cannot be had just now does not. */
function noKey(error: unknown): OnceOutcome {
  if (!(error instanceof UnusableKeyError)) return { type: 'unsent', failure: notNow('the key could not be fetched') };
  const failure = { type: failureTypes.Unauthorized, message: `was not sent: ${error.message}`, nonRetryable: true };
  return { type: 'refused', failure };
}

function notNow(reason: string): ItemFailure {
  return { type: failureTypes.Unavailable, message: `was not sent: ${reason}`, nonRetryable: false };
}

/** This worker cannot make the request; another one may. The message names the reference alone. */
function noSecret({ message }: Error): ItemFailure {
  return { type: failureTypes.NotAllowed, message: `was not sent: ${message}`, nonRetryable: false };
}

const otherSecret: ItemFailure = {
  type: failureTypes.Conflict,
  message: 'was not sent: the key was posted under another secret before',
  nonRetryable: false,
};

/** Defects of ours, and errors of what the user gave us; their messages may hold anything. */
function unexpected(error: unknown): ItemFailure {
  const name = error instanceof Error ? error.name : 'unknown error';
  return { type: failureTypes.UnexpectedResponse, message: `failed unexpectedly (${name})`, nonRetryable: false };
}
