/** Answers the secret that a reference names, from the environment, from files or from the operator's own function. */
import type { SecretReference } from '../inputs/secret-references';
import { SecretUnavailableError } from '../polytomic/request-secrets';
import { truncateText } from '../rules/quoted';
import { SecretMissingError, SecretNotAllowedError } from './errors';
import { FileRefused, isHeldByOwn, maxSecretBytes, readSecretFile } from './secret-file';

/** Where and for what a secret is wanted. */
export interface SecretContext {
  /** Name of the organization on this worker. */
  readonly organization: string;
  /** Name of the operation (`connections.create`). */
  readonly operation: string;
  /** Field of the request, parts joined with dots (`configuration.password`). */
  readonly field: string;
  /** Type of the connection that gets it (`postgresql`); absent where it is not known, or where there is none. */
  readonly connectionType?: string;
}

/** Fetches a secret from wherever the operator keeps it. What it throws is not shown; the call is tried again. */
export type ResolveSecret = (
  reference: { readonly $secret: string; readonly version?: string | number },
  context: SecretContext,
) => string | Promise<string>;

/** Limits the use of one secret, by the name that its reference gives; of a file, by any path that leads to it. */
export interface SecretBinding {
  /** Names of organizations. Default: all. */
  readonly organizations?: readonly string[];
  /** Types of connections. Default: all, and uses that are for no connection. */
  readonly connectionTypes?: readonly string[];
}

/** What the worker uses itself: no reference may name it. */
export interface ReservedSecrets {
  readonly isVariable: (name: string) => boolean;
  /** Keys and addresses in use, for those that come from elsewhere. */
  readonly values: readonly string[];
  /** Files, and folders with all below them. */
  readonly files: readonly string[];
}

/** Where secrets may come from. */
export interface SecretSources {
  /** Names of environment variables that requests may refer to. */
  readonly secretEnv: readonly string[];
  /** Reads one environment variable. */
  readonly env: (name: string) => string | undefined;
  /** The folder whose files requests may refer to, by paths relative to it. Default: none. */
  readonly secretsDir?: string;
  /** Answers `{ $secret }`. Default: none may be used. */
  readonly resolveSecret?: ResolveSecret;
  readonly bindings?: Readonly<Record<string, SecretBinding>>;
  readonly reserved: ReservedSecrets;
}

/** @throws SecretNotAllowedError, SecretMissingError, SecretUnavailableError */
export type SecretResolver = (reference: SecretReference, context: SecretContext) => Promise<string>;

/** Resolves by these sources. */
export function createSecretResolver(sources: SecretSources): SecretResolver {
  return async (reference, context) => {
    const [kind, name] = nameOf(reference);
    const told = `{ ${kind}: ${quote(name)} }`;
    checkBinding(sources.bindings?.[name], { told, context });
    const value = await valueOf(sources, { reference, context, told });
    if (value === '') throw new SecretMissingError(`The secret ${told} is empty on this worker`);
    const { values, files } = sources.reserved;
    if (values.includes(value.trim()) || (await isHeldByOwn(files, value))) {
      throw new SecretNotAllowedError(`The secret ${told} is one that this worker uses itself`);
    }
    return value;
  };
}

interface Wanted {
  readonly reference: SecretReference;
  readonly context: SecretContext;
  /** The reference as messages show it. */
  readonly told: string;
}

async function valueOf(sources: SecretSources, wanted: Wanted): Promise<string> {
  if ('$env' in wanted.reference) return fromEnv(sources, wanted.reference.$env, wanted.told);
  if ('$file' in wanted.reference) return fromFile(sources, wanted.reference.$file, wanted);
  return fromHook(sources, wanted.reference, wanted);
}

function nameOf(reference: SecretReference): [string, string] {
  if ('$env' in reference) return ['$env', reference.$env];
  return '$file' in reference ? ['$file', reference.$file] : ['$secret', reference.$secret];
}

function checkBinding(
  { organizations, connectionTypes }: SecretBinding = {},
  { told, context: { organization, connectionType } }: Pick<Wanted, 'told' | 'context'>,
): void {
  if (organizations && !organizations.includes(organization)) {
    throw new SecretNotAllowedError(`The secret ${told} is not for organization "${organization}" (secrets)`);
  }
  if (connectionTypes && (connectionType === undefined || !connectionTypes.includes(connectionType))) {
    throw new SecretNotAllowedError(
      `The secret ${told} is only for connections of type ${connectionTypes.join(', ')} (secrets)`,
    );
  }
}

function fromEnv({ secretEnv, env, reserved }: SecretSources, name: string, told: string): string {
  if (!secretEnv.includes(name) || reserved.isVariable(name)) {
    throw new SecretNotAllowedError(`The operator does not allow the secret ${told} (POLYTOMIC_SECRET_ENV)`);
  }
  const value = env(name);
  if (value) return value;
  throw new SecretMissingError(`The secret ${told} is not set on this worker`);
}

async function fromFile(sources: SecretSources, path: string, wanted: Wanted): Promise<string> {
  const { secretsDir: folder, reserved, bindings = {} } = sources;
  const refused = `The operator does not allow the secret ${wanted.told} (POLYTOMIC_SECRETS_DIR)`;
  if (folder === undefined) throw new SecretNotAllowedError(refused);
  const files = { folder, reserved: reserved.files, ruled: Object.keys(bindings) };
  const { text, ruledAs } = await readSecretFile(files, path).catch((error: unknown) => {
    if (error instanceof FileRefused) throw new SecretNotAllowedError(`${refused}: ${error.message}`);
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new SecretMissingError(`The secret ${wanted.told} cannot be read on this worker (${code})`);
  });
  for (const name of ruledAs) checkBinding(bindings[name], wanted);
  return text;
}

async function fromHook(
  { resolveSecret }: SecretSources,
  reference: Parameters<ResolveSecret>[0],
  { context, told }: Wanted,
): Promise<string> {
  if (resolveSecret === undefined) {
    throw new SecretNotAllowedError(`The operator does not allow the secret ${told} (resolveSecret)`);
  }
  let value: unknown;
  try {
    value = await resolveSecret(reference, context);
  } catch {
    throw new SecretUnavailableError(`The secret ${told} could not be fetched just now`);
  }
  if (typeof value === 'string' && Buffer.byteLength(value) <= maxSecretBytes) return value;
  throw new SecretMissingError(`The secret ${told} is no text of at most ${maxSecretBytes} bytes`);
}

/** A name as given by a caller: cut, and with control characters escaped. */
function quote(name: string): string {
  return JSON.stringify(truncateText(name, 100));
}
