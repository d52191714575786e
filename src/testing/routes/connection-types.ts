/** Kinds of connections: their list, the schemas of their configurations, values to choose from. */
import { ApiFailure, notFound } from '../http/api-failure';
import { systemOf } from '../state/connected-system';
import { fieldsOfSchema } from '../state/configuration-schema';
import { data, param, type ApiRequest, type Handlers } from '../http/api-request';
import type { SystemType } from '../state/system-type';
import { toConnectionType, typeOfConnection, valuesFor } from '../state/connection-types';
import type { Fields } from '../state/fields';
import { connectionOf } from './connections';

/** Handlers of `connections.getTypes`, `getConnectionTypeSchema`, `getTypeParameterValues`, `getParameterValues`. */
export const connectionTypeRoutes: Handlers = {
  'connections.getTypes': ({ emulator }) => data([...emulator.types.values()].map(toConnectionType)),
  /** Not in an envelope. */
  'connections.getConnectionTypeSchema': (call) => ({ body: typeOf(call, 'id').schema }),
  'connections.getTypeParameterValues': (call) => data(valuesBeforehand(call)),
  'connections.getParameterValues': (call) => {
    const connection = connectionOf(call);
    const names = Object.keys(typeOfConnection(call.emulator.types, connection)?.schema.properties ?? {});
    const given = Object.keys(systemOf(call.organization, String(connection.id)).controls.parameterValues ?? {});
    const answers = [...new Set([...names, ...given])].map(
      (name) => [name, valuesOf(call, { connection, name })] as const,
    );
    return data(Object.fromEntries(answers.filter(([, { values }]) => values.length > 0)));
  },
};

function typeOf(call: ApiRequest, name: string): SystemType {
  const id = param(call, name);
  const type = call.emulator.types.get(id);
  if (type === undefined) throw notFound('connection type', id);
  return type;
}

interface ValuesRequest {
  readonly field: string;
  readonly parameters: Fields;
  readonly query?: string;
  readonly connection_id?: string;
}

/** Where an owner has to agree first there are no values before a connection has that consent. */
function valuesBeforehand(call: ApiRequest): Fields {
  const type = typeOf(call, 'type');
  const { field, query, connection_id: id, parameters } = call.body as unknown as ValuesRequest;
  if (fieldsOfSchema(type.schema)[field] === undefined)
    throw new ApiFailure(400, `body.field: ${type.id} has no field ${field}`);
  const connection = id === undefined ? {} : call.organization.connections.get(id);
  if (connection === undefined) throw notFound('connection', id ?? '');
  const consented = id !== undefined || parameters.oauth_refresh_token !== undefined;
  if (type.oauth === true && !consented) throw new ApiFailure(400, `${type.id}: its owner has to authorize it first`);
  const { values, ...rest } = valuesOf(call, { connection: { ...connection, type: { id: type.id } }, name: field });
  const wanted = query?.toLowerCase() ?? '';
  return { [field]: { ...rest, values: values.filter(({ label }) => label.toLowerCase().includes(wanted)) } };
}

interface Values {
  readonly allows_creation: boolean;
  readonly values: readonly { readonly label: string; readonly value: unknown }[];
}

function valuesOf(
  { emulator, organization }: ApiRequest,
  { connection, name }: { connection: Fields; name: string },
): Values {
  const { id } = connection;
  const given = typeof id === 'string' ? systemOf(organization, id).controls.parameterValues?.[name] : undefined;
  const type = typeOfConnection(emulator.types, connection);
  const values = given ?? (type === undefined ? [] : valuesFor(type, name));
  return { allows_creation: false, values: values.map((value) => ({ label: String(value), value })) };
}
