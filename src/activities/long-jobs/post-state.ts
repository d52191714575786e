/** What is remembered between the attempts of one POST that must take effect once; small, as it travels in heartbeats. */

/** Times are milliseconds since the epoch, by the local clock. */
export interface PostState {
  /** Version of this form; states of another one are not understood. */
  v: 1;
  /** Position of the key in use; beyond the given keys, derived ones follow. */
  key: number;
  /** First try of this key. */
  keySince: number;
  /** Last try of any key. */
  lastTry: number;
  /** Tries of all keys. */
  tries: number;
  /** Some try may have taken effect: it went unanswered, or got a 5xx. */
  mayHaveTakenEffect: boolean;
  /** Last answer to this key: an HTTP status, `none`; null before the first. */
  last: string | null;
  /** How many times in a row this key got it, and since when. */
  same: number;
  since: number;
  /** Keys given up on account of a 409 that nothing explained. */
  conflicts: number;
  /** While set, what was made is looked for and nothing is posted; a reconciliation at or after this time is the last. */
  reconcileUntil?: number;
}

function isPostState(value: unknown): value is PostState {
  if (typeof value !== 'object' || value === null) return false;
  const { v, key, keySince, lastTry, tries, mayHaveTakenEffect, same, since, conflicts } = value as Partial<PostState>;
  const numbers = [key, keySince, lastTry, tries, same, since, conflicts];
  return v === 1 && typeof mayHaveTakenEffect === 'boolean' && numbers.every((number) => Number.isFinite(number));
}

/**
 * The state to go on from. `isAttemptLost`: the previous attempt ended without a word, so that its try may have taken
 * effect. So it is with a state that another version of this code left and this one cannot read.
 */
export function resumePostState(
  state: unknown,
  { isAttemptLost, now }: { isAttemptLost: boolean; now: number },
): PostState {
  if (isPostState(state)) return isAttemptLost ? { ...state, mayHaveTakenEffect: true } : state;
  const fresh: PostState = {
    v: 1,
    key: 0,
    keySince: now,
    lastTry: now,
    tries: 0,
    mayHaveTakenEffect: false,
    last: null,
    same: 0,
    since: now,
    conflicts: 0,
  };
  const mayHaveTried = isAttemptLost || state !== null;
  return mayHaveTried ? recordAnswer(fresh, { answer: 'none', mayHaveTakenEffect: true, now }) : fresh;
}

/** The state after an answer, or its absence, to the key in use. */
export function recordAnswer(
  state: PostState,
  { answer, mayHaveTakenEffect, now }: { answer: string; mayHaveTakenEffect: boolean; now: number },
): PostState {
  const repeated = state.last === answer;
  return {
    ...state,
    keySince: state.last === null ? now : state.keySince,
    lastTry: now,
    tries: state.tries + 1,
    mayHaveTakenEffect: state.mayHaveTakenEffect || mayHaveTakenEffect,
    last: answer,
    same: repeated ? state.same + 1 : 1,
    since: repeated ? state.since : now,
  };
}

/** The state with the next key, which nothing has been tried with. */
export function nextKey({ reconcileUntil: _done, ...state }: PostState, now: number): PostState {
  return { ...state, key: state.key + 1, keySince: now, last: null, same: 0, since: now };
}

/**
 * The key at a position. A storm can use up all that were drawn; further ones are derived from the last, the same in
 * every attempt. Keys are at most 255 characters.
 */
export function keyAt(keys: readonly string[], position: number): string {
  const given = keys[position];
  if (given !== undefined) return given;
  const last = keys.at(-1);
  if (last === undefined) throw new Error('keys: expected at least one idempotency key');
  return `${last.slice(0, 240)}-${position - keys.length + 2}`;
}
