/** Hashes that plans and records compare. */
import { createHash } from 'node:crypto';
import type { ProvisionObject } from '../../contracts/provision-spec';
import { canonicalJson } from '../../rules/provision/values';

/** SHA-256, as hex. */
export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Of everything that a spec says of an object. */
export function hashObject({ body, active, errorHandling, schemas }: ProvisionObject): string {
  return hashText(canonicalJson([body, active, errorHandling, schemas]));
}
