/** Texts of others as messages and lines show them. */

/** Messages quote no more of an input, so that an input cannot fill a history with itself. */
export const maxQuotedLength = 200;

/** The text, cut where it is too long to be quoted. */
export function shorten(text: string, maxLength: number = maxQuotedLength): string {
  return text.length <= maxLength ? text : `${truncateText(text, maxLength - 1)}…`;
}

/** The beginning of the text, cut between characters: half of a surrogate pair is no valid Unicode. */
export function truncateText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '');
}

/** What breaks a line, steers a terminal or turns the direction of a text. */
const steering = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Where lines and columns of a text end; neither steers a terminal. */
const layout = /(\r?\n|\t)/;

/** The text with nothing in it that steers a terminal, on as many lines as it has. */
export function escapeControlsInLines(text: string): string {
  return text
    .split(layout)
    .map((part, index) => (index % 2 === 0 ? escapeControls(part) : part))
    .join('');
}

/** The text on one line, with nothing in it that steers a terminal; JSON stays the same JSON. */
export function escapeControls(text: string): string {
  return text.replace(steering, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
