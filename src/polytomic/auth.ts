/** Credentials: where the key comes from and which Authorization header it makes. */
import { readFileSync } from 'node:fs';

/** Where the key comes from. Exactly one of `apiKey`, `apiKeyFile` and `deploymentKey`. */
export interface AuthOptions {
  /** The key, or a function that is asked for it before each call. */
  readonly apiKey?: (string | (() => string | Promise<string>)) | undefined;
  /** A file that holds the key. It is read again at a 401, so a key can be rotated while a worker runs. */
  readonly apiKeyFile?: string | undefined;
  /** With a key of any kind: acts inside this organization, by basic authentication. */
  readonly organizationId?: string | undefined;
  /** Key of an on-premises deployment. Without `organizationId` it is sent in the legacy form. */
  readonly deploymentKey?: string | undefined;
}

/** A credential in use. */
export interface Credential {
  /** @throws Error when the key cannot be had just now, {@link UnusableKeyError} when it cannot be a key. */
  readonly authorize: () => Promise<Authorization>;
  /** Tells that the server refused the key: the next call reads it anew. */
  readonly refused: () => void;
}

/** The header of one call, and the texts in it that must never be shown: the same object as long as the key stays the same. */
export interface Authorization {
  readonly header: string;
  readonly secrets: readonly string[];
}

/** What was found in the place of a key is no key. */
export class UnusableKeyError extends Error {
  override readonly name = 'UnusableKeyError';
}

/** @throws Error that names the option when none, several, or an unusable one is given, or the file cannot be read. */
export function createCredential(options: AuthOptions): Credential {
  const source = keySource(options);
  const header = headerFor(options);
  let last: { key: string; authorization: Authorization } | undefined;
  return {
    authorize: async () => {
      const key = await source.read();
      if (last?.key !== key) {
        const value = header(key);
        last = { key, authorization: { header: value, secrets: [key, value.slice(value.indexOf(' ') + 1)] } };
      }
      return last.authorization;
    },
    refused: source.forget,
  };
}

interface KeySource {
  readonly read: () => string | Promise<string>;
  readonly forget: () => void;
}

function keySource({ apiKey, apiKeyFile, organizationId, deploymentKey }: AuthOptions): KeySource {
  const given = Object.entries({ apiKey, apiKeyFile, deploymentKey }).filter(([, value]) => value !== undefined);
  const [first, ...more] = given.map(([name]) => name);
  if (more.length > 0) throw new Error(`${first}: give only one of ${[first, ...more].join(' and ')}`);
  if (organizationId !== undefined) checkKey('organizationId', organizationId);
  if (typeof apiKey === 'function') {
    return { read: async () => checkKey('apiKey', await apiKey()), forget: () => undefined };
  }
  if (apiKeyFile !== undefined) return fromFile(apiKeyFile);
  const [name, value] = apiKey === undefined ? ['deploymentKey', deploymentKey] : ['apiKey', apiKey];
  if (value === undefined)
    throw new Error('apiKey: expected a key (or apiKeyFile, or organizationId and deploymentKey)');
  const key = checkKey(name, value);
  return { read: () => key, forget: () => undefined };
}

/** Reads once when made, so that a wrong path is told at once. */
function fromFile(path: string): KeySource {
  const load = (): string => {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (cause) {
      throw new Error(`apiKeyFile: cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
    }
    return checkKey('apiKeyFile', text.trim());
  };
  let key: string | undefined = load();
  return { read: () => (key ??= load()), forget: () => (key = undefined) };
}

/** A header would carry a line break into the request, and no key holds a space. */
function checkKey(option: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw new UnusableKeyError(`${option}: expected printable characters without spaces or line breaks`);
}

/** Bearer carries the key as it is; basic is user and password, joined by a colon and encoded. */
function headerFor({ organizationId, deploymentKey }: AuthOptions): (key: string) => string {
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  if (organizationId !== undefined) return (key) => basic(`${organizationId}:${key}`);
  if (deploymentKey !== undefined) return (key) => basic(`${key}:`);
  return (key) => `Bearer ${key}`;
}
