/** What may stand for a secret in a text: its parts, and the ways in which servers write it. */

/** Shorter parts say nothing. */
const minPartLength = 4;

/** Parts of parts are as far as a key in a service account file in a variable goes. */
const maxDepth = 3;

/**
 * The pieces that tell a secret: each line of it, each text in a JSON file, user, password, host, path and query of a
 * URL, each value of `key=value;…`. Those shorter than four characters are left out.
 */
export function partsOf(secret: string): string[] {
  const found = new Set<string>();
  collectParts(secret, { found, depth: 0 });
  return [...found].filter((part) => part.length >= minPartLength);
}

function collectParts(text: string, { found, depth }: { found: Set<string>; depth: number }): void {
  const pieces = depth < maxDepth ? split(text) : [];
  if (pieces.length === 0) found.add(text.trim());
  for (const piece of pieces) collectParts(piece, { found, depth: depth + 1 });
}

/** Undivided texts answer no pieces. */
function split(text: string): string[] {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return leavesOf(text) ?? (lines.length > 1 ? lines : (partsOfUrl(text) ?? valuesOf(text)));
}

function leavesOf(text: string): string[] | undefined {
  if (!/^\s{0,9}[{[]/.test(text)) return undefined;
  try {
    return textsIn(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function partsOfUrl(text: string): string[] | undefined {
  if (!text.includes('://') || !URL.canParse(text)) return undefined;
  const { username, password, host, pathname, searchParams, hash } = new URL(text);
  const path = pathname.split('/');
  const parts = [username, password, host, ...path, hash.slice(1), ...searchParams.values()];
  return parts.map(decodeLoosely).filter((part) => part !== '');
}

function valuesOf(text: string): string[] {
  const pairs = text.split(/[;&]/).filter((pair) => pair.includes('='));
  return pairs.length > 1 ? pairs.map((pair) => pair.slice(pair.indexOf('=') + 1).trim()) : [];
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const htmlEntities: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };

/** A secret as servers write it: as it is, percent- and form-encoded, inside JSON and HTML, in base64. Longest first. */
export function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, ''));
  const lowerCase = percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const json = JSON.stringify(secret).slice(1, -1);
  const goJson = json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  const html = secret.replace(/[&<>"']/g, (sign) => `&${htmlEntities[sign]};`);
  const forms = [secret, percent, lowerCase, percent.replaceAll('%20', '+'), lowerCase.replaceAll('%20', '+')];
  const all = [
    ...forms,
    json,
    goJson,
    JSON.stringify(json).slice(1, -1),
    html,
    html.replaceAll('&quot;', '&#34;'),
    ...base64FormsOf(secret),
  ];
  return [...new Set(all)].sort((one, other) => other.length - one.length);
}

/** Below this length the letters that do not depend on what stands around are too few to tell anything. */
const minBase64Length = 6;

/** What base64 makes of a secret in the midst of a longer text, in each of the three places in which it can begin. */
function base64FormsOf(secret: string): string[] {
  if (secret.length < minBase64Length) return [];
  const bytes = Buffer.from(secret);
  const cores = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const whole = (offset + bytes.length) % 3 === 0 ? text : text.slice(0, -1);
    return offset === 0 ? whole : whole.slice(offset + 1);
  });
  return cores.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]);
}
