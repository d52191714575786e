/** Keeps secrets out of what leaves the client: marked fields of answers, and texts that may quote a secret. */
import type { AnyOperation } from './operation';
import { formsOf } from './secret-forms';

/** What stands in a text in the place of a secret. */
export const redacted = '[redacted]';

/** Hiding every `a` would make a message unreadable. */
const minHiddenLength = 4;

/**
 * An answer without the fields that its row marks as secret. Absent fields are legal everywhere, so the type stays. The
 * original is not changed; parts without marked fields are shared with it.
 */
export function redact<T>(row: AnyOperation, value: T): T {
  const list = row.answer.kind === 'page' ? 'items.' : '';
  return (row.secrets.answer ?? []).reduce<unknown>(
    (rest, path) => without(rest, (list + path).split('.')),
    value,
  ) as T;
}

/** The texts in an input that its row keeps out of errors, and everything below a marked field. */
export function secretsIn({ secrets }: AnyOperation, input: unknown): string[] {
  const paths = [...(secrets.request ?? []), ...(secrets.mixed ?? []), ...(secrets.unquoted ?? [])];
  return paths.flatMap((path) => textsAt(input, path.split('.')));
}

/** Those of them that are secrets for certain. */
export function markedSecretsIn({ secrets }: AnyOperation, input: unknown): string[] {
  return (secrets.request ?? []).flatMap((path) => textsAt(input, path.split('.')));
}

/** Where they are, as far as they are written out. */
export function markedFieldsIn({ secrets }: AnyOperation, input: unknown): string[] {
  return (secrets.request ?? []).filter((path) => textsAt(input, path.split('.')).length > 0);
}

/**
 * A text with each of the hidden texts in it replaced, in every form in which servers write one, and with the query of
 * every URL dropped, since signatures travel there. Takes time in proportion to the text.
 */
export function redactText(text: string, hidden: readonly string[]): string {
  // No form is shorter than what it stands for.
  const fitting = hidden.filter(({ length }) => length >= minHiddenLength && length <= text.length);
  const forms = [...new Set(fitting.flatMap(formsOf))];
  const masked = forms
    .sort((one, other) => other.length - one.length)
    .reduce((rest, form) => (rest.includes(form) ? rest.replaceAll(form, redacted) : rest), text);
  return masked.replace(/\bhttps?:\/\/[^\s"'<>]+/gi, (url) => {
    const end = url.search(/[?#]/);
    return end < 0 ? url : `${url.slice(0, end)}?${redacted}`;
  });
}

/** The value with what stands at a path changed; lists on the way are walked through, and the original is not touched. */
export function changeAt(
  value: unknown,
  path: readonly string[],
  change: (found: unknown, parent: object) => unknown,
): unknown {
  if (Array.isArray(value)) return value.map((item) => changeAt(item, path, change));
  const [key = '', ...rest] = path;
  if (!isObject(value) || !(key in value)) return value;
  const changed = rest.length === 0 ? change(value[key], value) : changeAt(value[key], rest, change);
  return { ...value, [key]: changed };
}

function without(value: unknown, [key = '', ...rest]: string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, [key, ...rest]));
  if (!isObject(value) || !(key in value)) return value;
  const { [key]: found, ...others } = value;
  return rest.length === 0 ? others : { ...others, [key]: without(found, rest) };
}

function textsAt(value: unknown, path: string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textsAt(item, path));
  const [key, ...rest] = path;
  if (key !== undefined) return isObject(value) ? textsAt(value[key], rest) : [];
  if (isObject(value)) return Object.values(value).flatMap((item) => textsAt(item, path));
  return typeof value === 'string' ? [value] : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
