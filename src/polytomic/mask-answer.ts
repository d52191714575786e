/** Masks in an answer the secrets that its request carried. */
import { perList } from './per-list';
import { redacted } from './redact';
import { createSecretFinder } from './secret-finder';
import { formsOf, partsOf } from './secret-forms';

/** An id of the answer is a secret of the request, or holds one: nobody could use it, and it may not be shown. */
export class SecretInId extends Error {
  override readonly name = 'SecretInId';
}

/** Ids, statuses and times are never changed: workflows decide by them. */
const kept = /^(ids?|status|state)$|_(ids?|status|state|at)$|[a-z](Ids?|Status|State|At)$/;
const ids = /^ids?$|_ids?$|[a-z]Ids?$/;

/** Below these names everything is configuration or what another system said: nothing there decides anything. */
const free = /configuration$|^(parameters|headers|body|results?|records)$/i;

/** Parts shorter than this (a host, a user's name) are harmless outside of errors. */
const minPartLength = 8;

/** How much text of an answer is also decoded, to find what no known form shows. */
const maxDecodedLength = 32_768;

/** Shorter secrets are not searched within texts: a text that holds one is masked whole. */
const minSecretLength = 4;

/**
 * The answer with each secret masked in its texts and in the names of its fields, in every form in which servers write one.
 *
 * @throws SecretInId
 */
export function maskAnswer<T>(answer: T, secrets: readonly string[]): T {
  const given = [...new Set(secrets)].filter((secret) => secret !== '');
  if (given.length === 0) return answer;
  const parts = given.flatMap((secret) => partsOf(secret).filter((part) => part.length >= minPartLength));
  const long = [...given.filter(({ length }) => length >= minSecretLength), ...parts];
  const forms = [...new Set(long.flatMap(formsOf))].sort((one, other) => other.length - one.length);
  const short = given.filter(({ length }) => length < minSecretLength);
  const maskForms = (text: string): string =>
    forms.reduce((rest, form) => (rest.includes(form) ? rest.replaceAll(form, redacted) : rest), text);
  const isQuoted = createSecretFinder(long, Number.MAX_SAFE_INTEGER);
  let decodedLength = 0;
  const maskText = (text: string): string => {
    if (short.some((secret) => text.includes(secret))) return redacted;
    const masked = maskForms(text);
    decodedLength += masked.length;
    return decodedLength <= maxDecodedLength && isQuoted(masked) ? redacted : masked;
  };
  return walk(answer, { maskForms, maskText, given, name: '', isFree: false }) as T;
}

/** Shorter credentials would be found everywhere; Polytomic's are longer. */
const minCredentialLength = 8;

/** The credentials that a body holds in some form, so that those which nobody repeats cost no walk through an answer. */
export function quotedIn(body: string, credentials: readonly string[]): string[] {
  const quoted = formsOfEach(credentials).filter(({ forms }) => forms.some((form) => body.includes(form)));
  return quoted.map(({ credential }) => credential);
}

const formsOfEach = perList((credentials) =>
  credentials
    .filter(({ length }) => length >= minCredentialLength)
    .map((credential) => ({ credential, forms: formsOf(credential) })),
);

interface Walk {
  readonly maskForms: (text: string) => string;
  readonly maskText: (text: string) => string;
  readonly given: readonly string[];
  readonly name: string;
  readonly isFree: boolean;
}

function walk(value: unknown, place: Walk): unknown {
  if (typeof value === 'string') return maskLeaf(value, place);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, place));
  const entries = Object.entries(value).map(([name, inner]) => {
    const isFree = place.isFree || free.test(name);
    return [place.maskForms(name), walk(inner, { ...place, name, isFree })] as const;
  });
  return Object.fromEntries(entries);
}

function maskLeaf(text: string, { maskForms, maskText, given, name, isFree }: Walk): string {
  if (isFree || !kept.test(name)) return maskText(text);
  if (ids.test(name) && (given.includes(text) || maskForms(text) !== text)) throw new SecretInId();
  return text;
}
