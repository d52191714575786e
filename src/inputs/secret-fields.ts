/** Finds secrets that are written out where only references may stand, in inputs of workflows. */
import { looksLikeSecret } from '../polytomic/looks-like-secret';
import { expectedReference, isMeantAsReference, isReference } from './secret-references';

/** A secret written out, or a reference that cannot be one; `path` leads to it. */
export interface SecretProblem {
  path: PropertyKey[];
  problem: 'literal' | 'malformed';
}

/** What to say of each problem. It is too late to refuse a literal quietly: it was recorded before any code of ours ran. */
export const secretMessages: Readonly<Record<SecretProblem['problem'], string>> = {
  literal:
    `a secret must be a reference, ${expectedReference}. The value given here is already in this ` +
    "workflow's history: rotate it, and encrypt histories with a payload codec",
  malformed: `expected a reference, ${expectedReference}, with nothing beside it but a version`,
};

/** Configurations of syncs: their fields depend on the connection, so that names must tell which are secrets. */
const configuration = /(^|\.)(source_configuration|destination_configuration|target\.configuration)(\.|$)/;

/** Every secret with a literal value and every malformed reference in the create request of a sync. Absent and null are fine. */
export function findLiteralSecrets(value: unknown, path: PropertyKey[] = []): SecretProblem[] {
  if (value === null || value === undefined || isReference(value)) return [];
  const inside = typeof value === 'object' ? findInside(value, path) : [];
  return inside.length === 0 && isSecret(value, path) ? [{ path, problem: 'literal' }] : inside;
}

function findInside(value: object, path: PropertyKey[]): SecretProblem[] {
  if (isMeantAsReference(value)) return [{ path, problem: 'malformed' }];
  return Object.entries(value).flatMap(([key, inner]) =>
    findLiteralSecrets(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function isSecret(value: unknown, path: PropertyKey[]): boolean {
  if (path.at(-1) === 'encryption_passphrase') return true;
  const names = path.filter((part) => typeof part === 'string');
  return typeof value === 'string' && configuration.test(names.join('.')) && looksLikeSecret(names.at(-1) ?? '', value);
}
