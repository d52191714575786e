/** Puts secrets into requests at the last moment, from the environment or files that this worker's owner allowed. */
import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';

/** A request refers to a secret that the owner of this worker did not allow. Names the reference, never a value. */
export class SecretNotAllowedError extends Error {
  override readonly name = 'SecretNotAllowedError';
}

/** A secret that is allowed is not there. Names the reference, never a value. */
export class SecretMissingError extends Error {
  override readonly name = 'SecretMissingError';
}

/** Where secrets may come from. */
export interface SecretSources {
  /** Names of environment variables that requests may refer to. */
  readonly secretEnv: readonly string[];
  /** Reads one environment variable. */
  readonly env: (name: string) => string | undefined;
  /** The folder whose files requests may refer to, by paths relative to it. Default: none. */
  readonly secretsDir?: string;
}

/** Replaces every `{ $env: NAME }` and `{ $file: PATH }` inside a request; the request itself stays as it is. */
export type ResolveSecrets = (request: Record<string, unknown>) => Promise<Record<string, unknown>>;

type Reference = { kind: '$env' | '$file'; name: string };

/** The returned function throws a {@link SecretNotAllowedError} or a {@link SecretMissingError}. */
export function createSecretResolver(sources: SecretSources): ResolveSecrets {
  const resolveIn = async (value: unknown): Promise<unknown> => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return Promise.all(value.map(resolveIn));
    const reference = toReference(value);
    if (reference)
      return reference.kind === '$env' ? fromEnv(sources, reference.name) : fromFile(sources, reference.name);
    const entries = Object.entries(value).map(async ([key, inner]) => [key, await resolveIn(inner)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  return async (request) => (await resolveIn(request)) as Record<string, unknown>;
}

/** Undefined for any other object. @throws SecretNotAllowedError for a reference with something beside it. */
function toReference(value: object): Reference | undefined {
  const [key = '', ...others] = Object.keys(value).sort();
  if (key !== '$env' && key !== '$file') return undefined;
  const name: unknown = (value as Record<string, unknown>)[key];
  if (others.length > 0 || typeof name !== 'string' || name === '') {
    throw new SecretNotAllowedError(`A secret reference must be { ${key}: a name } with nothing beside it`);
  }
  return { kind: key, name };
}

function fromEnv({ secretEnv, env }: SecretSources, name: string): string {
  if (!secretEnv.includes(name)) {
    throw new SecretNotAllowedError(
      `The owner of this worker does not allow the secret { $env: ${quote(name)} } (POLYTOMIC_SECRET_ENV)`,
    );
  }
  const value = env(name);
  if (value) return value;
  throw new SecretMissingError(`The secret { $env: ${quote(name)} } is not set on this worker`);
}

/** Compares real paths, so that neither `..` nor a link leads out of the folder. */
async function fromFile({ secretsDir }: SecretSources, path: string): Promise<string> {
  const refused = new SecretNotAllowedError(
    `The owner of this worker does not allow the secret { $file: ${quote(path)} } (POLYTOMIC_SECRETS_DIR)`,
  );
  if (secretsDir === undefined || isAbsolute(path) || path.includes('\0')) throw refused;
  const isBelow = (folder: string, file: string): boolean =>
    file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  if (!isBelow(resolve(secretsDir), resolve(secretsDir, path))) throw refused;
  try {
    const file = await realpath(resolve(secretsDir, path));
    if (!isBelow(await realpath(secretsDir), file)) throw refused;
    return withoutLastLineBreak(await readFile(file, 'utf8'));
  } catch (error) {
    if (error === refused) throw error;
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new SecretMissingError(`The secret { $file: ${quote(path)} } cannot be read on this worker (${code})`);
  }
}

/** Editors end files with a line break that is no part of the secret. */
function withoutLastLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** A name as given by a caller: cut, and with control characters escaped. */
function quote(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
