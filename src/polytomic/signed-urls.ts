/** Takes signatures out of texts that Polytomic wrote, since a signed URL opens what it names to whoever reads it. */
import { redactText } from './redact';

/** A parameter whose name says that it signs a URL. That it is a parameter is checked first, so that each name is read twice at most. */
const signing = /[?&;#](?!page_token=)(?=[^=&?;#\s]*=)[^=&?;#\s]*?(?:sig|token|credential|secret|key)/i;

/** The text with the query of its URLs dropped, if one of them is signed. Takes time in proportion to the text. */
export function cutSignedUrls(text: string): string {
  return text.includes('://') && signing.test(text) ? redactText(text, []) : text;
}

/** The value with signed URLs cut in all of its texts; names of fields stay. */
export function cutSignedUrlsIn<T>(value: T): T {
  return walk(value) as T;
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return cutSignedUrls(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(walk);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
}
