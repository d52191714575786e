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

/** Fields that hold configurations of syncs: what is in them depends on the connection, so that names must tell which are secrets. */
const configurations = ['source_configuration', 'destination_configuration'];

/** More are not reported. */
const maxProblems = 100;

/** Secrets with a literal value and malformed references in the create request of a sync, the first hundred. Absent and null are fine. */
export function findLiteralSecrets(value: unknown): SecretProblem[] {
  const problems: SecretProblem[] = [];
  search(value, { path: [], name: '', isConfiguration: false }, problems);
  return problems;
}

/** Where a value stands. */
interface Place {
  /** Changed in place while the search goes on. */
  readonly path: PropertyKey[];
  /** The innermost name of a field; positions in lists have none. */
  readonly name: string;
  /** Whether it stands inside the configuration of a sync. */
  readonly isConfiguration: boolean;
}

function search(value: unknown, place: Place, problems: SecretProblem[]): void {
  if (value === null || value === undefined || isReference(value) || problems.length >= maxProblems) return;
  if (typeof value !== 'object') {
    if (isSecret(value, place)) problems.push(problemAt(place, 'literal'));
  } else if (isMeantAsReference(value)) {
    problems.push(problemAt(place, 'malformed'));
  } else {
    const before = problems.length;
    searchInside(value, place, problems);
    if (problems.length === before && place.path.at(-1) === passphrase) problems.push(problemAt(place, 'literal'));
  }
}

const problemAt = ({ path }: Place, problem: SecretProblem['problem']): SecretProblem => ({ path: [...path], problem });

function searchInside(value: object, { path, name, isConfiguration }: Place, problems: SecretProblem[]): void {
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const begins = configurations.includes(key) || (key === 'configuration' && name === 'target');
    const inner = isList ? { name, isConfiguration } : { name: key, isConfiguration: isConfiguration || begins };
    path.push(isList ? Number(key) : key);
    search((value as Record<string, unknown>)[key], { path, ...inner }, problems);
    path.pop();
  }
}

const passphrase = 'encryption_passphrase';

function isSecret(value: unknown, { path, name, isConfiguration }: Place): boolean {
  if (path.at(-1) === passphrase) return true;
  return typeof value === 'string' && isConfiguration && looksLikeSecret(name, value);
}
