/** Texts of an input as messages quote them. */

/** Messages quote no more of an input, so that an input cannot fill a history with itself. */
export const maxQuotedLength = 200;

/** The text, cut where it is too long to be quoted. */
export function shorten(text: string, maxLength: number = maxQuotedLength): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
