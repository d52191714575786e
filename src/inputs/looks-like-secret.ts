/** Tells secrets from options in configurations whose fields depend on the kind of connection. */

/** A word of these in a field's name tells of a secret. */
const secretWords =
  /^(password|passwd|pwd|passphrase|secret|token|key|apikey|credential|private|auth|authorization|cookie|pat|signature|bearer)s?$/;

/** Behind a secret's name these tell of something about it: its address, its kind, its name. */
const aboutWords = /^(url|uri|endpoint|id|ids|type|name|method|mode|expiry)$/;

/** Keys of tables rather than of doors. */
const tableKeys =
  /^(primary|partition|sort|foreign|unique|distribution|dist|cluster|clustering|record|row|object|join)$/;

/** No field of a configuration is called longer; what is, is not worth being read word by word. */
const maxNameLength = 255;

/** Keys and connection strings tell themselves, whatever their field is called. */
const secretTexts = /PRIVATE KEY-----|"private_key"|:\/\/[^\s/@:]*:[^\s/@]+@/;

/**
 * Whether a text in such a configuration is to be kept secret. Wrong in doubt: a harmless option that is called a
 * secret has to be given as a reference, while a secret that is not would stay in a history.
 */
export function looksLikeSecret(name: string, text: string): boolean {
  if (text === '') return false;
  if (name.length > maxNameLength) return true;
  if (secretTexts.test(text)) return true;
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (words.length > 1 && aboutWords.test(last)) return false;
  if (/^keys?$/.test(last) && tableKeys.test(words.at(-2) ?? '')) return false;
  return words.some((word) => secretWords.test(word));
}

/** Words of a name in snake, kebab or camel case, lower case. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
