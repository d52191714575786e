/** Reads the schemas of connection types, each once a day and process. */
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError, type PolytomicErrorCode } from '../polytomic/errors';
import { secretPlacesOf, type SecretPlaces } from './secret-places';

/** What is known of the connections of one organization. */
export interface ConnectionSchemas {
  /** The secret fields of a type; undefined where its schema cannot be read. @throws PolytomicError where it cannot just now */
  placesOf(type: string): Promise<SecretPlaces | undefined>;
  /** The type of an existing connection; undefined where it cannot be read. @throws PolytomicError where it cannot just now */
  typeOf(connectionId: string): Promise<string | undefined>;
}

const keptMs = 24 * 3_600_000;

/** There are some 230 types; names that somebody makes up must not fill the memory. */
const maxTypes = 1_000;

/** There is no schema to be had: an older version, no right to read it, a type that nobody knows. */
const unreadable: readonly PolytomicErrorCode[] = [
  ...(['NotFound', 'Forbidden', 'NotSupported', 'Rejected', 'InvalidRequest'] as const),
  ...(['UnexpectedResponse', 'TooLarge'] as const),
];

/** `now`: milliseconds, local clock. */
export function createConnectionSchemas(client: PolytomicClient, now: () => number = Date.now): ConnectionSchemas {
  const { getConnectionTypeSchema, get } = client.connections;
  const known = new Map<string, { until: number; places: Promise<SecretPlaces | undefined> }>();
  return {
    placesOf: async (type) => {
      const kept = known.get(type);
      if (kept && now() < kept.until) return kept.places;
      if (known.size >= maxTypes) known.clear();
      const places = readable(getConnectionTypeSchema({ id: type }).then((schema) => secretPlacesOf(type, schema)));
      known.set(type, { until: now() + keptMs, places });
      return places.catch((error: unknown) => {
        known.delete(type);
        throw error;
      });
    },
    typeOf: async (id) => readable(get({ id }).then(({ type }) => type?.id ?? undefined)),
  };
}

function readable<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    if (isPolytomicError(error, ...unreadable)) return undefined;
    throw error;
  });
}
