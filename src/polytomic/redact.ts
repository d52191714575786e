/** Keeps secrets out of what leaves the client: marked fields of answers, and texts that may quote a secret. */
import type { AnyOperation } from './operation';
import { withoutUrlQueries } from './url-queries';

/** What stands in a text in the place of a secret. */
export const redacted = '[redacted]';

/** Shorter texts are no secrets worth hiding, and hiding every `a` would make a message unreadable. */
const shortestSecret = 4;

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

/**
 * A text with every secret in it replaced, also where it was quoted in its percent-encoded or JSON form, and with the
 * query of every URL dropped, since signatures travel there.
 */
export function redactText(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '')),
      JSON.stringify(secret).slice(1, -1),
    ])
    .sort((one, other) => other.length - one.length);
  const hidden = forms.reduce((rest, form) => rest.replaceAll(form, redacted), text);
  return withoutUrlQueries(hidden, redacted);
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
