/** Takes out of answers what may be secret: marked fields are dropped, secret fields of configurations masked. */
import { looksLikeSecret } from '../polytomic/looks-like-secret';
import type { AnyOperation } from '../polytomic/operation';
import { changeAt, redact, redacted } from '../polytomic/redact';
import type { ConnectionSchemas } from './connection-schemas';
import { isSecretPlace, type SecretPlaces } from './secret-places';

/** What is known of a configuration: its secret fields, nothing, or that it could not be found out just now. */
type Known = SecretPlaces | undefined | 'unavailable';

/** Redacts answers. Never throws: the call that was answered has happened. */
export type RedactAnswer = (row: AnyOperation, answer: unknown) => Promise<unknown>;

/** Redacts the answers of one organization. */
export function createAnswerRedactor(schemas: ConnectionSchemas): RedactAnswer {
  return async (row, answer) => {
    const list = row.answer.kind === 'page' ? 'items.' : '';
    const paths = (row.secrets.mixedAnswer ?? []).map((path) => (list + path).split('.'));
    const dropped = redact<unknown>(row, answer);
    const known = await readSchemas(
      schemas,
      paths.flatMap((path) => typesAt(dropped, path)),
    );
    return paths.reduce((rest, path) => changeAt(rest, path, (found, parent) => maskBy(known, found, parent)), dropped);
  };
}

function maskBy(known: ReadonlyMap<string, Known>, found: unknown, parent: object): unknown {
  const type = typeIn(parent);
  const places = type === undefined ? undefined : known.get(type);
  return places === 'unavailable' ? redacted : maskConfiguration(found, places);
}

/** A configuration whose secret fields are masked: those that its schema tells, else those that look like one. */
export function maskConfiguration(
  value: unknown,
  places: SecretPlaces | undefined,
  names: readonly string[] = [],
): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => maskConfiguration(item, places, names));
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([name, inner]) => [name, maskConfiguration(inner, places, [...names, name])] as const,
    );
    return Object.fromEntries(entries);
  }
  const isSecret = places
    ? isSecretPlace(places, names)
    : typeof value === 'string' && looksLikeSecret(names.at(-1) ?? '', value);
  return isSecret && value !== '' ? redacted : value;
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
