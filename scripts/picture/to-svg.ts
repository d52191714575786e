/** A screen with its colors as a picture. Pure. */

const colors: Readonly<Record<string, string>> = {
  '31': '#f47067',
  '32': '#57ab5a',
  '33': '#c69026',
  '34': '#539bf5',
  '36': '#39c5cf',
};
const plain = '#cdd9e5';
const cell = { width: 8.4, height: 18 };
const margin = 14;

/** What a screen is like. */
export interface ScreenSize {
  columns: number;
  rows: number;
}

interface Style {
  color: string;
  bold: boolean;
  dim: boolean;
}

const escape = '\u001b';
const styledText = new RegExp(`${escape}\\[([0-9;]*)m|[^${escape}]+`, 'g');

/** The screen as tmux captures it with `-e`: SGR sequences and text. Every run of letters of one style is placed by itself. */
export function toSvg(screen: string, { columns, rows }: ScreenSize): string {
  const lines = screen.trimEnd().split('\n').slice(0, rows);
  const size = { width: columns * cell.width + 2 * margin, height: lines.length * cell.height + 2 * margin };
  let style: Style = { color: plain, bold: false, dim: false };
  const texts = lines.flatMap((line, row) => {
    let column = 0;
    return [...line.matchAll(styledText)].flatMap(([text, codes]) => {
      if (codes !== undefined) {
        style = codes.split(';').reduce(afterCode, style);
        return [];
      }
      const at = column;
      column += [...text].length;
      return text.trim() === '' ? [] : [toText(text, { at, row, style })];
    });
  });
  const family = 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width.toFixed(1)} ${size.height}" role="img" font-family="${family}" font-size="14">`,
    '<title>The live table of temporal-polytomic run-all</title>',
    '<rect width="100%" height="100%" rx="8" fill="#22272e"/>',
    ...texts,
    '</svg>\n',
  ].join('\n');
}

function afterCode(style: Style, code: string): Style {
  if (code === '' || code === '0') return { color: plain, bold: false, dim: false };
  if (code === '1') return { ...style, bold: true };
  if (code === '2') return { ...style, dim: true };
  if (code === '22') return { ...style, bold: false, dim: false };
  return { ...style, color: colors[code] ?? plain };
}

function toText(text: string, { at, row, style }: { at: number; row: number; style: Style }): string {
  const start = text.length - text.trimStart().length;
  const shown = text.trim();
  const x = (margin + (at + start) * cell.width).toFixed(1);
  const y = margin + row * cell.height + 13;
  // The length is given, so that columns stand under each other in any font.
  const length = ([...shown].length * cell.width).toFixed(1);
  const look = `${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.6"' : ''}`;
  return `<text x="${x}" y="${y}" textLength="${length}" xml:space="preserve" fill="${style.color}"${look}>${escapeXml(shown)}</text>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
