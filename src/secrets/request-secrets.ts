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
      refuse(leaves.flatMap((leaf) => issueOf(leaf, { marks: row.secrets, isRead: row.secrets.typed === undefined })));
      const configured = await readConfigured(setup.schemas, { row, input, leaves });
      refuse(leaves.flatMap((leaf) => issueOf(leaf, { marks: row.secrets, places: configured.places, isRead: true })));
      return references.length === 0
        ? { input, secrets: [], fields: [] }
        : put(setup, { row, input, references, configured });
    },
  };
}

/** @throws InputMismatch where there are any */
function refuse(issues: readonly RequestIssue[]): void {
  if (issues.length > 0) throw new InputMismatch(issues.slice(0, maxIssues));
}

async function put(
  { organization, resolve }: RequestSecretsSetup,
  request: { row: AnyOperation; input: unknown; references: readonly Leaf[]; configured: Configured },
): Promise<OpenedRequest> {
  const { row, input, references, configured } = request;
  const connectionType = configured.type === undefined ? {} : { connectionType: configured.type };
  const values = new Map<string, string>();
  let length = 0;
  for (const { field, names, value } of references) {
    const reference = value as SecretReference;
    const inConfiguration = isWithin(row.secrets.mixed, names);
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
  if (!typed || !leaves.some(({ names }) => isWithin(mixed, names))) return {};
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
  const { type, field, names, value } = leaf;
  if (type === 'malformed') return [{ field, message: secretMessages.malformed }];
  const name = names.at(-1) ?? '';
  const isMarked = isWithin(marks.request, names) || name === 'encryption_passphrase';
  const mark = marks.mixed?.find((path) => isWithin([path], names));
  const inside = mark === undefined ? [] : names.slice(mark.split('.').length);
  const isKnown = mark !== undefined && marks.typed !== undefined && places !== undefined;
  const isNamed = isWithin(marks.named, names);
  if (type === 'reference') {
    const mayStand =
      isWithin(marks.request, names) ||
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

function isWithin(paths: readonly string[] | undefined, names: readonly string[]): boolean {
  const at = names.join('.');
  return paths?.some((path) => at === path || at.startsWith(`${path}.`)) ?? false;
}

function textAt(input: unknown, path: string): string | undefined {
  const found = path
    .split('.')
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], input);
  return typeof found === 'string' ? found : undefined;
}
