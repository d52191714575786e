/** Finds secrets that are written out where only references may stand. */
import { looksLikeSecret } from './looks-like-secret';

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

/** Where the secrets of a request are, as paths joined with dots; lists on the way are walked through. */
export interface SecretMarks {
  /** Fields that are secrets. */
  readonly request?: readonly string[];
  /** Objects that hold secrets among other things, told by the names of their fields. */
  readonly mixed?: readonly string[];
}

interface Place {
  readonly path: PropertyKey[];
  readonly marks: SecretMarks;
}

/**
 * Every secret field with a literal value and every malformed reference inside a request. Absent and null are fine.
 * Passphrases are secrets wherever they stand, marked or not.
 */
export function findLiteralSecrets(value: unknown, marks: SecretMarks = {}): SecretProblem[] {
  return find(value, { path: [], marks });
}

function find(value: unknown, place: Place): SecretProblem[] {
  const { path } = place;
  if (value === null || value === undefined || isReference(value)) return [];
  const inside = typeof value === 'object' ? findInside(value, place) : [];
  return inside.length === 0 && isSecret(value, place) ? [{ path, problem: 'literal' }] : inside;
}

function findInside(value: object, { path, marks }: Place): SecretProblem[] {
  if (referenceKeys.some((key) => key in value)) return [{ path, problem: 'malformed' }];
  return Object.entries(value).flatMap(([key, inner]) =>
    find(inner, { path: [...path, Array.isArray(value) ? Number(key) : key], marks }),
  );
}

function isSecret(value: unknown, { path, marks: { request = [], mixed = [] } }: Place): boolean {
  const names = path.filter((part) => typeof part === 'string');
  const [name, at] = [names.at(-1) ?? '', names.join('.')];
  if (typeof path.at(-1) === 'string' && (name === 'encryption_passphrase' || request.includes(at))) return true;
  const within = mixed.some((mark) => at === mark || at.startsWith(`${mark}.`));
  return within && typeof value === 'string' && looksLikeSecret(name, value);
}

function isReference(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const [[key, name] = [], ...others] = Object.entries(value) as [string, unknown][];
  return others.length === 0 && referenceKeys.includes(key ?? '') && typeof name === 'string' && name !== '';
}
