/** Connections: how one is made, and how it is answered. */
import { toTimestamp } from './clock';
import { isControl, type ConnectionControls } from '../controls/connection-controls';
import { maskSecrets } from './configuration-schema';
import { toTypeOfConnection, typeOfConnection, type ConnectionTypes } from './connection-types';
import { toMs } from './execution';
import type { ConnectionSeed } from '../controls/options';
import { actor, type Fields } from './fields';

/** The two connections that are there unless the seed brings its own. */
export const usualConnections = {
  warehouse: {
    id: '00000000-0000-4000-8000-000000000011',
    name: 'Warehouse',
    type: { id: 'postgresql', name: 'PostgreSQL', operations: ['source', 'destination'] },
  },
  crm: {
    id: '00000000-0000-4000-8000-000000000012',
    name: 'CRM',
    type: { id: 'hubspot', name: 'HubSpot', operations: ['source', 'destination'] },
  },
} as const;

/** A connection with the usual values for what the seed leaves out, and what the seed says of the system behind it. */
export function makeConnection(
  seed: ConnectionSeed,
  {
    newId,
    types,
    now,
    organizationId,
  }: { newId: () => string; types: ConnectionTypes; now: number; organizationId: string },
): { fields: Fields; controls: ConnectionControls } {
  const at = toTimestamp(now);
  const { organization: _organization, ...all } = seed;
  const { fields, controls } = splitControls(all, types);
  const usual = {
    id: newId(),
    name: 'Connection',
    type: usualConnections.warehouse.type,
    configuration: {},
    organization_id: organizationId,
    policies: [],
    saved: true,
    status: 'healthy',
    created_at: at,
    created_by: actor,
    updated_at: at,
    updated_by: actor,
  };
  return { fields: { ...usual, ...fields }, controls };
}

/** The API's fields and the emulator's own settings, apart; a type's id stands for the type. */
export function splitControls(
  seed: Readonly<Fields>,
  types: ConnectionTypes,
): { fields: Fields; controls: ConnectionControls } {
  const entries = Object.entries(seed).filter(([, value]) => value !== undefined);
  const fields = Object.fromEntries(entries.filter(([name]) => !isControl(name)));
  const controls = Object.fromEntries(entries.filter(([name]) => isControl(name))) as ConnectionControls;
  if (typeof fields.type === 'string') fields.type = typeById(fields.type, types);
  return { fields, controls };
}

function typeById(id: string, types: ConnectionTypes): Fields {
  const type = types.get(id);
  return type === undefined ? { id, name: id, operations: ['source', 'destination'] } : toTypeOfConnection(type);
}

/** A connection as it is read: secrets masked, and the limit that was seen for as long as it holds. */
export function toConnection(
  { healthcheck_interval: _interval, ...fields }: Fields,
  { types, now }: { types: ConnectionTypes; now: number },
): Fields {
  return { ...withoutSecrets(fields, types), rate_limit: toRateLimit(fields.rate_limit, now) };
}

/** Nothing is a secret but what the schema of the connection's type marks. */
function withoutSecrets(fields: Fields, types: ConnectionTypes): Fields {
  if (fields.configuration === undefined) return fields;
  return { ...fields, configuration: maskSecrets(fields.configuration, typeOfConnection(types, fields)?.schema) };
}

/** Null: nothing is known of a limit. One that ended says so, which promises nothing. */
function toRateLimit(limit: unknown, now: number): Fields | null {
  if (typeof limit !== 'object' || limit === null) return null;
  const until = toMs((limit as Fields).expires_at);
  if (until === undefined || until > now) return limit as Fields;
  return { currently_limited: false, limited_since: null, expires_at: null };
}

const writtenFields = [
  'id',
  'name',
  'type',
  'configuration',
  'healthcheck_interval',
  'organization_id',
  'policies',
  'saved',
  'status',
  'status_error',
] as const;

/** A connection as writes answer it: fewer fields, the same masks. */
export function toWrittenConnection(fields: Fields, types: ConnectionTypes): Fields {
  const shown = withoutSecrets(fields, types);
  return Object.fromEntries(writtenFields.filter((name) => name in shown).map((name) => [name, shown[name]]));
}
