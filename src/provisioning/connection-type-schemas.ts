/** What a connection's type says of its fields: which are secret, and which only the server writes. */
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError } from '../polytomic/errors';
import { secretPlacesOf } from '../secrets/secret-places';
import { isFields } from '../rules/provision/values';
import type { ReadOptions } from './resource-kind';

/** Paths of a type's configuration fields, joined with dots; lists on the way are walked through. */
export interface ConnectionFields {
  /** Marked as `sensitive`, whatever they are called. */
  secret: string[];
  /** Written by the server alone. */
  readOnly: string[];
  /** All that the schema has; of others, which some types require, only the name tells. */
  described: string[];
}

const nothingKnown: ConnectionFields = { secret: [], readOnly: [], described: [] };

/** Types change with releases of Polytomic only; kept for one activity. */
export class ConnectionTypeSchemas {
  readonly #known = new Map<string, Promise<ConnectionFields>>();

  constructor(
    readonly client: PolytomicClient,
    readonly options: ReadOptions = {},
  ) {}

  /** @throws PolytomicError */
  fieldsOf(type: string | null): Promise<ConnectionFields> {
    if (type === null) return Promise.resolve(nothingKnown);
    const known = this.#known.get(type) ?? this.#read(type);
    this.#known.set(type, known);
    return known;
  }

  async #read(type: string): Promise<ConnectionFields> {
    try {
      return readConnectionFields(
        type,
        await this.client.connections.getConnectionTypeSchema({ id: type }, this.options),
      );
    } catch (error) {
      if (isPolytomicError(error, 'NotFound', 'NotSupported')) return nothingKnown;
      throw error;
    }
  }
}

/** Reads a type's JSON Schema. A form may have variants: a field that any of them marks is marked. */
export function readConnectionFields(type: string, schema: unknown): ConnectionFields {
  const found = {
    secret: new Set<string>(secretPlacesOf(type, schema)),
    readOnly: new Set<string>(),
    described: new Set<string>(),
  };
  collect(schema, found, []);
  return { secret: [...found.secret], readOnly: [...found.readOnly], described: [...found.described] };
}

const variants = ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'items'];
/** Deeper than any form is. */
const maxDepth = 12;

function collect(
  schema: unknown,
  found: Readonly<Record<keyof ConnectionFields, Set<string>>>,
  path: readonly string[],
  depth = 0,
): void {
  if (depth > maxDepth) return;
  if (Array.isArray(schema)) return schema.forEach((part) => collect(part, found, path, depth + 1));
  if (!isFields(schema)) return;
  for (const [name, field] of Object.entries(isFields(schema.properties) ? schema.properties : {})) {
    if (!isFields(field)) continue;
    const at = [...path, name];
    found.described.add(at.join('.'));
    if (field.sensitive === true || field.writeOnly === true || field.format === 'password')
      found.secret.add(at.join('.'));
    if (field.readOnly === true || field.readonly === true) found.readOnly.add(at.join('.'));
    collect(field, found, at, depth + 1);
  }
  for (const variant of variants) collect(schema[variant], found, path, depth + 1);
}
