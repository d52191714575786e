/** The secret that makes idempotency keys, from the options or from a file. */
import { readFileSync } from 'node:fs';
import type { PolytomicPluginOptions } from './plugin-options';

/** Shorter ones could be guessed from a key. */
const minLength = 16;

/** Neither: it is derived from the credential. */
export interface IdempotencySecret {
  readonly secret?: string;
  /** Begins with the option's name; never holds the secret. */
  readonly problem?: string;
}

/** Never throws. */
export function readIdempotencySecret(options: PolytomicPluginOptions): IdempotencySecret {
  const { idempotencySecret, idempotencySecretFile: path } = options;
  if (path === undefined) return idempotencySecret === undefined ? {} : check('idempotencySecret', idempotencySecret);
  if (idempotencySecret !== undefined) {
    return { problem: 'give only one of idempotencySecret and idempotencySecretFile' };
  }
  try {
    return check('idempotencySecretFile', readFileSync(path, 'utf8').trim());
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    return { problem: `idempotencySecretFile: cannot be read (${code})` };
  }
}

function check(option: string, secret: string): IdempotencySecret {
  return secret.length >= minLength ? { secret } : { problem: `${option}: expected at least ${minLength} characters` };
}
