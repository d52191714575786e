/** Puts secrets into requests: references may stand at secret places alone, and secrets nowhere else. */
import { expectedReference, type SecretReference } from '../inputs/secret-references';
import { secretMessages } from '../inputs/secret-fields';
import type { RequestIssue } from '../polytomic/errors';
import { isSecretName, looksLikeSecret } from '../polytomic/looks-like-secret';
import type { AnyOperation, SecretFields } from '../polytomic/operation';
import { InputMismatch } from '../polytomic/request';
import type { OpenedRequest, RequestSecrets } from '../polytomic/request-secrets';
import type { ConnectionSchemas } from './connection-schemas';
import { leavesOf, putValues, referenceKey, type Leaf } from './references';
import type { SecretResolver } from './resolver';
import { isSecretPlace, type SecretPlaces } from './secret-places';

/** More would be a way to fill the memory. */
const maxReferences = 100;
const maxResolvedLength = 262_144;
const maxIssues = 100;

/** What opening requests of one organization needs. */
export interface RequestSecretsSetup {
  readonly organization: string;
  readonly schemas: ConnectionSchemas;
  readonly resolve: SecretResolver;
}

/** What is known of the connection that a request configures. */
interface Configured {
  /** As the request or the API tells it. */
  readonly type?: string;
  readonly places?: SecretPlaces;
}

/** Opens requests of one organization. */
export function createRequestSecrets(setup: RequestSecretsSetup): RequestSecrets {
  return {
    open: async (row, input) => {
      const leaves = leavesOf(input);
      const references = leaves.filter(({ type }) => type === 'reference');
      if (references.length > maxReferences) {
        throw new InputMismatch([
          { field: 'input', message: `expected at most ${maxReferences} references to secrets` },
        ]);
      }
      // What is wrong whatever the schema says is told before the schema is asked for.
      const isTyped = row.secrets.typed !== undefined;
      refuse(issuesOf(leaves, { marks: row.secrets, isRead: !isTyped }));
      const configured = await readConfigured(setup.schemas, { row, input, leaves });
      if (isTyped) refuse(issuesOf(leaves, { marks: row.secrets, places: configured.places, isRead: true }));
      return references.length === 0
        ? { input, secrets: [], fields: [] }
        : put(setup, { row, input, references, configured });
    },
  };
}

/** @throws InputMismatch where there are any */
function refuse(issues: readonly RequestIssue[]): void {
  if (issues.length > 0) throw new InputMismatch(issues);
}

/** The first hundred. */
function issuesOf(leaves: readonly Leaf[], known: KnownPlaces): RequestIssue[] {
  const issues: RequestIssue[] = [];
  for (const leaf of leaves) {
    issues.push(...issueOf(leaf, known));
    if (issues.length >= maxIssues) break;
  }
  return issues;
}

async function put(
  { organization, resolve }: RequestSecretsSetup,
  request: { row: AnyOperation; input: unknown; references: readonly Leaf[]; configured: Configured },
): Promise<OpenedRequest> {
  const { row, input, references, configured } = request;
  const connectionType = configured.type === undefined ? {} : { connectionType: configured.type };
  const values = new Map<string, string>();
  let length = 0;
  for (const { field, path, value } of references) {
    const reference = value as SecretReference;
    const inConfiguration = isWithin(row.secrets.mixed, path);
    const context = { organization, operation: row.name, field, ...(inConfiguration && connectionType) };
    // Each use is checked, as a secret may be for one kind of connection alone.
    const resolved = await resolve(reference, context);
    values.set(referenceKey(reference), resolved);
    length += resolved.length;
    if (length > maxResolvedLength) throw new InputMismatch([{ field, message: 'its secrets are too large together' }]);
  }
  const fields = references.map(({ field }) => field);
  return { input: putValues(input, values), secrets: [...new Set(values.values())], fields };
}

/** Reads schemas only for requests that hold a configuration. */
async function readConfigured(
  schemas: ConnectionSchemas,
  { row: { secrets }, input, leaves }: { row: AnyOperation; input: unknown; leaves: readonly Leaf[] },
): Promise<Configured> {
  const { typed, mixed } = secrets;
  if (!typed || !leaves.some(({ path }) => isWithin(mixed, path))) return {};
  const connection = typed.connection === undefined ? undefined : textAt(input, typed.connection);
  const type = (connection && (await schemas.typeOf(connection))) ?? textAt(input, typed.type);
  return type === undefined ? {} : { type, places: await schemas.placesOf(type) };
}

/** What is known of secret places; unless `isRead`, a configuration of a known type may hold anything yet. */
interface KnownPlaces {
  readonly marks: SecretFields;
  readonly places?: SecretPlaces;
  readonly isRead: boolean;
}

/** What is wrong with one place of a request. */
function issueOf(leaf: Leaf, { marks, places, isRead }: KnownPlaces): RequestIssue[] {
  const { type, field, names, path: at, value } = leaf;
  if (type === 'malformed') return [{ field, message: secretMessages.malformed }];
  const name = names.at(-1) ?? '';
  const isMarked = isWithin(marks.request, at) || name === 'encryption_passphrase';
  const mark = marks.mixed?.find((path) => isAtOrBelow(path, at));
  const inside = mark === undefined ? [] : names.slice(mark.split('.').length);
  const isKnown = mark !== undefined && marks.typed !== undefined && places !== undefined;
  const isNamed = isWithin(marks.named, at);
  if (type === 'reference') {
    const mayStand =
      isWithin(marks.request, at) ||
      (mark !== undefined && (!isKnown || isSecretPlace(places, inside))) ||
      (isNamed && isSecretName(name));
    return mayStand ? [] : [{ field, message: `a secret (${expectedReference}) may not stand here` }];
  }
  if (mark !== undefined && !isRead) return [];
  const isSecret =
    isMarked ||
    (isKnown ? isSecretPlace(places, inside) : (mark !== undefined || isNamed) && looksLikeSecret(name, textOf(value)));
  return isSecret && isWrittenOut(value, isMarked) ? [{ field, message: secretMessages.literal }] : [];
}

/** In configurations flags and empty texts are none. */
function isWrittenOut(value: unknown, isMarked: boolean): boolean {
  return isMarked || (value !== '' && typeof value !== 'boolean');
}

/** By names alone numbers and flags tell nothing. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isWithin(paths: readonly string[] | undefined, at: string): boolean {
  return paths?.some((path) => isAtOrBelow(path, at)) ?? false;
}

function isAtOrBelow(path: string, at: string): boolean {
  return at.startsWith(path) && (at.length === path.length || at[path.length] === '.');
}

function textAt(input: unknown, path: string): string | undefined {
  const found = path
    .split('.')
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], input);
  return typeof found === 'string' ? found : undefined;
}
