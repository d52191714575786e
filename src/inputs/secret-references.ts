/** References to secrets, as workflows write them. */

/** A secret by the place where the worker finds it. */
export type SecretReference = (EnvReference | FileReference | NamedReference) & Versioned;

interface EnvReference {
  /** Name of an environment variable of the worker, one of its `secretEnv`. */
  $env: string;
}

interface FileReference {
  /** Path of a file in the worker's `secretsDir`, relative to it. */
  $file: string;
}

interface NamedReference {
  /** Name that the worker's own `resolveSecret` knows. */
  $secret: string;
}

interface Versioned {
  /** Which version of the secret is meant. Another one than before has provisioning write the secret again. Default: none. */
  version?: string | number;
}

/** Names that make an object a reference. */
export const referenceKeys = ['$env', '$file', '$secret'] as const;

/** How a reference is written; for messages. */
export const expectedReference = '{ $env: NAME }, { $file: PATH } or { $secret: NAME }';

/** Whether an object is meant as a reference, right or wrong. */
export function isMeantAsReference(value: object): boolean {
  return referenceKeys.some((key) => Object.hasOwn(value, key));
}

/** Whether a value is a reference: one of the three names with a text, and perhaps `version`. */
export function isReference(value: unknown): value is SecretReference {
  // First what is cheap: most of what is asked about is none.
  if (typeof value !== 'object' || value === null || !isMeantAsReference(value)) return false;
  const { version, ...rest } = value as Record<string, unknown>;
  const [[key, name] = [], ...others] = Object.entries(rest);
  if (version !== undefined && typeof version !== 'string' && typeof version !== 'number') return false;
  return others.length === 0 && referenceKeys.some((known) => known === key) && typeof name === 'string' && name !== '';
}
