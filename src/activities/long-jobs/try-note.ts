/** What is remembered between the tries of one POST that must take effect once; small, as it travels in heartbeats. */

/** Times are milliseconds since the epoch, by the local clock. */
export interface TryNote {
  /** Version of this form; notes of another one are not understood. */
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
  unsure: boolean;
  /** Last answer to this key: an HTTP status, `none`; null before the first. */
  last: string | null;
  /** How many times in a row this key got it, and since when. */
  same: number;
  since: number;
  /** Keys given up on account of a 409 that nothing explained. */
  conflicts: number;
  /** Looking for what an unsure try may have made, instead of trying; a look at or after this time is the last. */
  lookUntil?: number;
}

function isTryNote(value: unknown): value is TryNote {
  if (typeof value !== 'object' || value === null) return false;
  const { v, key, keySince, lastTry, tries, unsure, same, since, conflicts } = value as Partial<TryNote>;
  const numbers = [key, keySince, lastTry, tries, same, since, conflicts];
  return v === 1 && typeof unsure === 'boolean' && numbers.every((number) => Number.isFinite(number));
}

/**
 * The note to go on from. `unansweredTry`: the previous attempt ended without a word, so that its try may have taken
 * effect. So it is with a note that another version of this code left and this one cannot read.
 */
export function resumeNote(note: unknown, { unansweredTry, now }: { unansweredTry: boolean; now: number }): TryNote {
  if (isTryNote(note)) return unansweredTry ? { ...note, unsure: true } : note;
  const fresh: TryNote = {
    v: 1,
    key: 0,
    keySince: now,
    lastTry: now,
    tries: 0,
    unsure: false,
    last: null,
    same: 0,
    since: now,
    conflicts: 0,
  };
  const mayHaveTried = unansweredTry || note !== null;
  return mayHaveTried ? noteAnswer(fresh, { answer: 'none', unsure: true, now }) : fresh;
}

/** The note after an answer, or its absence, to the key in use. */
export function noteAnswer(
  note: TryNote,
  { answer, unsure, now }: { answer: string; unsure: boolean; now: number },
): TryNote {
  const repeated = note.last === answer;
  return {
    ...note,
    keySince: note.last === null ? now : note.keySince,
    lastTry: now,
    tries: note.tries + 1,
    unsure: note.unsure || unsure,
    last: answer,
    same: repeated ? note.same + 1 : 1,
    since: repeated ? note.since : now,
  };
}

/** The note with the next key, which nothing has been tried with. */
export function nextKey({ lookUntil: _done, ...note }: TryNote, now: number): TryNote {
  return { ...note, key: note.key + 1, keySince: now, last: null, same: 0, since: now };
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
