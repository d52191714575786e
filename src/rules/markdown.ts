/** Texts of others in what the Temporal UI renders as Markdown: they are shown as text, and are nothing else. */
import { jsonBytes } from './json-bytes';
import { truncateText } from './quoted';

/** Of one name. */
const maxNameLength = 100;

/**
 * Temporal takes 400 bytes of a summary and 20,000 of details, as JSON; a codec that encrypts them adds to that.
 */
const maxSummaryBytes = 300;
const maxDetailsBytes = 12_000;

/** What breaks a line, steers a terminal or turns the direction of a text. */
const steering = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** What Markdown takes for its own wherever it stands. */
const markup = /[`*<>[\]\\~|]/g;
/** Within a word an underscore is no emphasis. */
const ofWord = /[\p{L}\p{N}]/u;

/** Text of others, such as a name: on one line, without what Markdown would take for its own, and short. */
export function toMarkdownText(text: string, maxLength: number = maxNameLength): string {
  const spaced = firstPart(text).replace(steering, ' ').replace(markup, ' ');
  return cut(dropEmphasis(spaced).replace(/\s+/g, ' ').trim(), maxLength);
}

/** `public_users` stays what it is. */
function dropEmphasis(text: string): string {
  const isOfWord = (sign = ''): boolean => ofWord.test(sign);
  return text.replace(/_+/g, (line, at: number) =>
    isOfWord(text[at - 1]) && isOfWord(text[at + line.length]) ? line : ' ',
  );
}

/** An id of others, short, where it may stand as it is and inside of code: what ids consist of is kept, so that it can be copied. */
export function toPlainId(id: string): string {
  const plain = firstPart(id)
    .replace(steering, ' ')
    .replace(/[`*<>[\]]/g, ' ');
  return cut(plain.trim(), maxNameLength);
}

/** The same as code in Markdown; nothing where nothing of it is left. */
export function toMarkdownCode(id: string): string {
  const inside = toPlainId(id);
  return inside === '' ? '' : `\`${inside}\``;
}

/** A time as people read it, such as "2026-11-27 15:37:12 UTC". */
export function toShownTime(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return 'an unknown time';
  return at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

/** Summary of a workflow that a client starts: one line, cut where Temporal would refuse it. */
export function toSummary(text: string): string {
  return cutBytes(text, maxSummaryBytes);
}

/** Details of a workflow that a client starts: a heading and a list, cut where Temporal would refuse them. */
export function toDetails(heading: string, rows: readonly string[]): string {
  return cutBytes([heading, '', ...rows.map((row) => `- ${row}`)].join('\n'), maxDetailsBytes);
}

/** Megabytes of a name are not searched. */
function firstPart(text: string): string {
  return truncateText(text, 10 * maxNameLength);
}

/** Cuts between characters, never inside of one. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${truncateText(text, maxLength - 1).trimEnd()}…`;
}

function cutBytes(text: string, maxBytes: number): string {
  let length = text.length;
  while (jsonBytes(cut(text, length)) > maxBytes) length -= Math.ceil((jsonBytes(cut(text, length)) - maxBytes) / 6);
  return cut(text, length);
}
