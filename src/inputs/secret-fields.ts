/** Finds secrets that are written out where only references may stand. */

/** Fields of the API's create requests that hold secrets, wherever they stand. */
const secretFields: ReadonlySet<string> = new Set(['encryption_passphrase']);

const referenceKeys = ['$env', '$file'];

/** A secret written out, or a reference that cannot be one; `path` leads to it. */
export interface SecretProblem {
  path: PropertyKey[];
  problem: 'literal' | 'malformed';
}

/** What to say of each problem. It is too late to refuse a literal quietly: it was recorded before any code of ours ran. */
export const secretMessages: Readonly<Record<SecretProblem['problem'], string>> = {
  literal:
    'a secret must be a reference, { $env: NAME } or { $file: PATH }. The value given here is already in this ' +
    "workflow's history: rotate it, and encrypt histories with a payload codec",
  malformed: 'expected a reference, { $env: NAME } or { $file: PATH }, with nothing beside it',
};

/** Every secret field with a literal value and every malformed reference inside a request. Absent and null are fine. */
export function findLiteralSecrets(value: unknown, path: PropertyKey[] = []): SecretProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  if (referenceKeys.some((key) => key in value)) return isReference(value) ? [] : [{ path, problem: 'malformed' }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (!secretFields.has(key) || inner === null || inner === undefined) return findLiteralSecrets(inner, at);
    const inside = findLiteralSecrets(inner, at);
    return isReference(inner) || inside.length > 0 ? inside : [{ path: at, problem: 'literal' }];
  });
}

function isReference(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const [[key, name] = [], ...others] = Object.entries(value) as [string, unknown][];
  return others.length === 0 && referenceKeys.includes(key ?? '') && typeof name === 'string' && name !== '';
}
