/** The kinds of system that the emulator can connect to. */
import type { SourceSchemaSeed } from '../controls/connection-controls';
import type { SystemType } from './system-type';
import { choicesOf, defaultsOf, fieldsOfSchema } from './configuration-schema';
import type { Fields } from './fields';
import { usualTypes } from './usual-connection-types';

/** A further kind of system, or another form of one that the emulator knows. */
export interface ConnectionTypeSeed {
  /** Id of the type, as in `postgresql`. */
  readonly id: string;
  /** Default: the id. */
  readonly name?: string;
  /** Whether such connections are made by OAuth. Default false. */
  readonly use_oauth?: boolean;
  /** Some of `source`, `destination`, `enrichment`. Default: source and destination. */
  readonly operations?: readonly string[];
  /** What `GET /api/connection_types/{id}` answers. Default: a schema without fields. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** What a connection of this type has that is made through the API. Default: `public.users` and two more. */
  readonly schemas?: readonly (string | SourceSchemaSeed)[];
}

/** All types and their schemas, as Polytomic's own tools dump them. */
export interface ConnectionTypeDump {
  /** The connection types. */
  readonly types: readonly { readonly id: string; readonly name?: string; readonly use_oauth?: boolean }[];
  /** Their JSON Schemas, by the id of the type. */
  readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Types by id, in the order of lists. */
export type ConnectionTypes = ReadonlyMap<string, SystemType>;

/** The usual types with the further ones; what a further one leaves out, a usual one of the same id keeps. */
export function collectTypes(
  further: readonly (readonly ConnectionTypeSeed[] | ConnectionTypeDump | undefined)[],
): ConnectionTypes {
  const types = new Map<string, SystemType>(usualTypes.map((type) => [type.id, type]));
  for (const seed of further.flatMap((some) => (some === undefined ? [] : toSeeds(some)))) {
    types.set(seed.id, toType(seed, types.get(seed.id)));
  }
  return types;
}

function toSeeds(types: readonly ConnectionTypeSeed[] | ConnectionTypeDump): readonly ConnectionTypeSeed[] {
  if (!('types' in types)) return types;
  return types.types.map((type) => ({ ...type, schema: types.schemas[type.id] }));
}

function toType(
  { id, name, use_oauth, operations, schema, schemas }: ConnectionTypeSeed,
  usual?: SystemType,
): SystemType {
  return {
    ...usual,
    id,
    name: name ?? usual?.name ?? id,
    oauth: use_oauth ?? usual?.oauth,
    operations: operations ?? usual?.operations ?? ['source', 'destination'],
    schema: schema ?? usual?.schema ?? { type: 'object', properties: {} },
    schemas: schemas ?? usual?.schemas,
  };
}

/** The type of a stored connection, or undefined for one that only the seed knows. */
export const typeOfConnection = (types: ConnectionTypes, { type }: Fields): SystemType | undefined =>
  types.get(String((type as Fields | undefined)?.id));

/** A type as connections show it. */
export const toTypeOfConnection = ({ id, name, operations }: SystemType): Fields => ({ id, name, operations });

/** Values to choose from for a field. */
export const valuesFor = ({ schema, values = {} }: SystemType, name: string): readonly string[] =>
  values[name] ?? choicesOf(fieldsOfSchema(schema)[name] ?? {}) ?? [];

/** A type as the list of types shows it. */
export function toConnectionType(type: SystemType): Fields {
  const able = (operation: string): boolean => type.operations.includes(operation);
  return {
    id: type.id,
    name: type.name,
    use_oauth: type.oauth ?? false,
    capabilities: {
      source: able('source'),
      destination: able('destination'),
      enrichment: able('enrichment'),
      logging: type.id === 's3',
      orchestration: false,
    },
    configurationForm: { jsonschema: type.schema, uischema: {} },
    initialConfiguration: defaultsOf(type.schema),
  };
}
