/** Room that a text takes on a terminal: Chinese letters and emoji take two columns, colors and combining signs none. */
import stringWidth from 'string-width';

const plainAscii = /^[ -~]*$/;

/** Columns that it takes. */
export function widthOf(text: string): number {
  return plainAscii.test(text) ? text.length : stringWidth(text);
}

/** With blanks behind it, up to a width. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Cut to a width, between two letters as a person sees them, with an ellipsis where something is missing. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let room = Math.max(1, width) - 1;
  let kept = '';
  for (const letter of lettersOf(text)) {
    room -= widthOf(letter);
    if (room < 0) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** Letters as a person sees them, signs that combine with them included. */
export function lettersOf(text: string): string[] {
  if (plainAscii.test(text)) return [...text];
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
