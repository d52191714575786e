/** Finds secrets in texts, in whatever encoding a server wrote them. */

/** A stretch of a secret of this length tells it. */
const windowLength = 8;

/**
 * Tells whether a text, decoded up to twice, holds one of the pieces, or a stretch of `window` characters of one. Case
 * does not count. Takes time in proportion to the text.
 */
export function createSecretFinder(pieces: readonly string[], window = windowLength): (text: string) => boolean {
  const windows = new Map<number, Set<string>>();
  for (const piece of pieces.map((text) => text.toLowerCase()).filter((text) => text !== '')) {
    const length = Math.min(window, piece.length);
    const known = windows.get(length) ?? new Set();
    windows.set(length, known);
    for (let at = 0; at + length <= piece.length; at += 1) known.add(piece.slice(at, at + length));
  }
  const holds = (text: string): boolean =>
    [...windows].some(([length, known]) => {
      for (let at = 0; at + length <= text.length; at += 1) if (known.has(text.slice(at, at + length))) return true;
      return false;
    });
  return (text) => windows.size > 0 && readings(text).some((reading) => holds(reading.toLowerCase()));
}

/** A text, what it decodes to, and what that decodes to. */
function readings(text: string): string[] {
  const once = decodings(text);
  return [...new Set([text, ...once, ...once.flatMap(decodings)])];
}

function decodings(text: string): string[] {
  const decoded = [fromPercent(text), fromPercent(text.replaceAll('+', ' ')), fromJson(text), fromHtml(text)];
  return [...decoded, fromBase64(text), fromHex(text)].filter((other) => other !== text && other !== '');
}

function fromPercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString());
}

function fromJson(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_all, code: string | undefined, sign: string | undefined) =>
    code === undefined ? (controlSigns[sign ?? ''] ?? sign ?? '') : String.fromCharCode(parseInt(code, 16)),
  );
}

const controlSigns: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromHtml(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,4}));/gi, (all, decimal, hex, name: string) => {
    const code = decimal ? Number(decimal) : parseInt(String(hex), 16);
    return Number.isNaN(code) ? (entities[name.toLowerCase()] ?? all) : String.fromCodePoint(code);
  });
}

/** A token may begin in the midst of a word: each of the four places in which its letters can begin is tried. */
function fromBase64(text: string): string {
  const tokens = [...text.matchAll(/[A-Za-z0-9+/_-]{6,}/g)].map(([token]) => token);
  return tokens
    .flatMap((token) => [0, 1, 2, 3].map((at) => Buffer.from(token.slice(at), 'base64').toString()))
    .join('\n');
}

function fromHex(text: string): string {
  const tokens = [...text.matchAll(/[0-9a-f]{8,}/gi)].map(([token]) => token);
  return tokens.flatMap((token) => [0, 1].map((at) => Buffer.from(token.slice(at), 'hex').toString())).join('\n');
}
