/** Takes out of answers what may be secret: marked fields are dropped, secret fields of configurations masked. */
import { looksLikeSecret } from '../polytomic/looks-like-secret';
import type { AnyOperation } from '../polytomic/operation';
import { changeAt, redact, redacted } from '../polytomic/redact';
import type { ConnectionSchemas } from './connection-schemas';
import type { HoldsSecret, KnownSecrets } from './known-secrets';
import { isSecretPlace, type SecretPlaces } from './secret-places';

/** What is known of a configuration: its secret fields, nothing, or that it could not be found out just now. */
type Known = SecretPlaces | undefined | 'unavailable';

/** Redacts answers. Never throws: the call that was answered has happened. */
export type RedactAnswer = (row: AnyOperation, answer: unknown) => Promise<unknown>;

/** Redacts the answers of one organization. */
export function createAnswerRedactor(schemas: ConnectionSchemas, secrets: KnownSecrets): RedactAnswer {
  return async (row, answer) => {
    const list = row.answer.kind === 'page' ? 'items.' : '';
    const paths = (row.secrets.mixedAnswer ?? []).map((path) => (list + path).split('.'));
    const dropped = redact<unknown>(row, answer);
    if (paths.length === 0) return dropped;
    const holdsSecret = await secrets.finder();
    const known = await readSchemas(
      schemas,
      paths.flatMap((path) => typesAt(dropped, path)),
    );
    return paths.reduce(
      (rest, path) => changeAt(rest, path, (found, parent) => mask(found, parent, { known, holdsSecret })),
      dropped,
    );
  };
}

function mask(
  found: unknown,
  parent: object,
  { known, holdsSecret }: { known: ReadonlyMap<string, Known>; holdsSecret: HoldsSecret },
): unknown {
  const type = typeIn(parent);
  const places = type === undefined ? undefined : known.get(type);
  return places === 'unavailable' ? redacted : maskConfiguration(found, { places, holdsSecret });
}

/** What tells the secret fields of a configuration. */
export interface ConfigurationMasks {
  /** What the schema of its type tells. Default: none can be read, so that names and shapes tell. */
  readonly places?: SecretPlaces | undefined;
  /** Default: no value is known to be one. */
  readonly holdsSecret?: HoldsSecret;
}

/** A configuration, or the part of one at these names, whose secret fields are masked. */
export function maskConfiguration(value: unknown, masks: ConfigurationMasks, names: readonly string[] = []): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => maskConfiguration(item, masks, names));
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([name, inner]) => [name, maskConfiguration(inner, masks, [...names, name])] as const,
    );
    return Object.fromEntries(entries);
  }
  return value !== '' && isSecretLeaf(value, masks, names) ? redacted : value;
}

/** Whether the leaf of a configuration is a secret. */
export function isSecretLeaf(
  value: unknown,
  { places, holdsSecret }: ConfigurationMasks,
  names: readonly string[],
): boolean {
  if (typeof value === 'string' && holdsSecret?.(value)) return true;
  if (places) return isSecretPlace(places, names);
  return typeof value === 'string' && looksLikeSecret(names.at(-1) ?? '', value);
}

async function readSchemas(schemas: ConnectionSchemas, types: readonly string[]): Promise<Map<string, Known>> {
  const read = [...new Set(types)].map(async (type): Promise<[string, Known]> => [
    type,
    await schemas.placesOf(type).catch((): Known => 'unavailable'),
  ]);
  return new Map(await Promise.all(read));
}

/** Types of the connections whose configurations stand at a path. */
function typesAt(answer: unknown, path: readonly string[]): string[] {
  const types: string[] = [];
  changeAt(answer, path, (found, parent) => {
    const type = typeIn(parent);
    if (type !== undefined) types.push(type);
    return found;
  });
  return types;
}

/** Connections tell their type as an object; nothing else that holds a configuration tells one. */
function typeIn(parent: object): string | undefined {
  const { type } = parent as { type?: { id?: unknown } | null };
  return typeof type === 'object' && typeof type?.id === 'string' ? type.id : undefined;
}
