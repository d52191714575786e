/** Tells secrets from options in configurations whose connection type's schema is not known: by names, and by shapes. */

/** A word of these in a field's name tells of a secret. */
const secretWords =
  /^(password|passwd|passwort|pass|pwd|passphrase|passcode|pin|otp|secret|token|key|apikey|credential|cred|private|auth|authorization|cookie|pat|signature|bearer|jwt|pem|dsn|keytab|keyfile|certificate|cert|headers?|license|nonce|salt)s?$/;

/** The same, where a name joins its words without saying so (`dbpassword`, `SASToken`). */
const secretEndings =
  /(password|passwd|pwd|passphrase|secret|token|apikey|accesskey|secretkey|privatekey|sshkey|accountkey|sharedkey|masterkey|credential)s?$/;

/** Names of secrets that end like names of something about one. */
const wholeNames =
  /^(secret_?id|session_?id|jdbc_?ur[il]|webhook_?ur[il]|hook_?ur[il]|database_?ur[il]|connection_?(string|str|ur[il])|conn_?str(ing)?|sas_?ur[il]|signed_?ur[il]|service_?account(_?(key|json))?)$/i;

/** Behind a secret's name these tell of something about it: its address, its kind, its name. */
const aboutWords = /^(url|uri|endpoint|id|ids|type|name|method|mode|expiry|style|scheme|enabled|required)$/;

/** Keys of tables rather than of doors. */
const tableKeys =
  /^(primary|partition|sort|foreign|unique|distribution|dist|cluster|clustering|record|row|object|join)$/;

/** A page's token opens nothing. */
const pagingTokens = /^(next_|previous_)?(page_token|cursor)$/;

/** Keys, tokens and connection strings tell themselves, whatever their field is called. Each is matched in linear time. */
const keyShapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*/,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/,
  /(?<![\w-])(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})/,
  /(?<![\w-])xox[abeprs]-[\w-]{10,}/,
  /hooks\.slack\.com\/services\/[\w/]+/,
  /(?<![\w-])(?:sk|rk)_(?:live|test)_\w{10,}/,
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/,
  /(?<![\w-])AIza[\w-]{35}/,
];

/** Passwords in connection strings, and what stands before them. */
const passwords = [
  following(/:\/\/[^\s/@:]{0,200}:/, /[^\s/@]+(?=@)/),
  following(/(?:password|pwd|accountkey|sharedaccesskey)=/i, /[^;&\s"']+/),
];

const shapes = [...keyShapes, ...passwords.map(({ shape }) => shape)];

/** A shape behind another text, which is looked for first: looking back from every place is slow on long texts. */
function following(before: RegExp, value: RegExp): { before: RegExp; shape: RegExp } {
  return { before, shape: new RegExp(`(?<=${before.source})${value.source}`, before.flags) };
}

/** Texts of files that hold a key. */
const keyFiles = /"private_key"/;

/**
 * Whether a text in such a configuration is to be kept secret. Wrong in doubt: a harmless option that is called a
 * secret has to be given as a reference, while a secret that is not would stay in a history.
 */
export function looksLikeSecret(name: string, text: string): boolean {
  return text !== '' && (isSecretName(name) || hasShape(text));
}

/** No shape is shorter (`pwd=x`). */
const minShapeLength = 5;

function hasShape(text: string): boolean {
  if (text.length < minShapeLength) return false;
  return (
    keyFiles.test(text) ||
    keyShapes.some((shape) => shape.test(text)) ||
    passwords.some(({ before, shape }) => before.test(text) && shape.test(text))
  );
}

/** What names tell, as the same few come again and again. */
const knownNames = new Map<string, boolean>();
const maxKnownNames = 1_000;

/** Whether a field's name tells that it holds a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > maxNameLength) return true;
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const isSecret = tellsSecret(name);
  if (knownNames.size >= maxKnownNames) knownNames.clear();
  knownNames.set(name, isSecret);
  return isSecret;
}

function tellsSecret(name: string): boolean {
  if (pagingTokens.test(name)) return false;
  if (wholeNames.test(name)) return true;
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (words.length > 1 && aboutWords.test(last)) return false;
  if (/^keys?$/.test(last) && tableKeys.test(words.at(-2) ?? '')) return false;
  return words.some((word) => secretWords.test(word)) || secretEndings.test(words.join(''));
}

/** No field has a longer name. What does is taken for a secret unseen. */
const maxNameLength = 255;

/** The text with everything in it replaced that has the shape of a key or token. */
export function maskShapes(text: string, mask: string): string {
  return shapes.reduce((rest, { source, flags }) => rest.replace(new RegExp(source, `${flags}g`), mask), text);
}

/** Words of a name in snake, kebab or camel case, lower case. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
