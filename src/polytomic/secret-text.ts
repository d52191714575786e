/** Which texts of a server may be shown, when a request carried secrets that it may quote. */
import { perList } from './per-list';
import { createSecretFinder } from './secret-finder';
import { partsOf } from './secret-forms';
import { maskShapes } from './looks-like-secret';
import { redacted, redactText } from './redact';

/** Secrets of one call. */
export interface CallSecrets {
  /** Secrets of the request. A text that may quote a part of one, in whatever form, is withheld. */
  readonly secrets: readonly string[];
  /** The credential. It is masked. */
  readonly credential?: readonly string[];
  /** Other texts of the request, masked where they are quoted. */
  readonly others?: readonly string[];
}

/** Longest text that is looked at. What is shown is shorter by more than any form of a window. */
const maxTextLength = 2_048;

/** Of requests with more texts than this nothing is shown that they might stand in: each is searched in every form. */
const maxOthers = 1_000;

/** Whoever knows that a text quotes a secret so short has nearly guessed it. */
const minSecretLength = 6;

/** Answers the text as it may be shown; undefined where it is withheld. Longer texts are cut. */
export type TextGuard = (text: string) => string | undefined;

/** Makes the guard of one call. */
export function createTextGuard({ secrets, credential = [], others = [] }: CallSecrets): TextGuard {
  const given = secrets.filter((secret) => secret !== '');
  const tooShort = given.some((secret) => secret.length < minSecretLength);
  const quotesRequest = given.length > 0 ? createSecretFinder(given.flatMap(partsOf)) : () => false;
  const masked = [...credential, ...others];
  return (text) => {
    const read = text.slice(0, maxTextLength);
    if (read.trim() === '') return '';
    if (tooShort || others.length > maxOthers || quotesRequest(read)) return undefined;
    const shown = maskShapes(redactText(read, masked), redacted);
    return finderOf(credential)(shown) ? undefined : shown;
  };
}

/** The same, made for the first text: most answers show none. */
export function createLazyTextGuard(secretsOf: () => CallSecrets): TextGuard {
  let guard: TextGuard | undefined;
  return (text) => (guard ??= createTextGuard(secretsOf()))(text);
}

const finderOf = perList((credential) => createSecretFinder(credential, Number.MAX_SAFE_INTEGER));
