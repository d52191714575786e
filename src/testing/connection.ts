/** Connections: enough of them for syncs to refer to. */
import { toTimestamp } from './clock';
import { newId } from './ids';
import type { ConnectionSeed } from './options';
import { actor, type Fields } from './sync';

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

/** A connection with the usual values for what the seed leaves out. */
export function makeConnection(
  seed: ConnectionSeed,
  { now, organizationId }: { now: number; organizationId: string },
): Fields {
  const at = toTimestamp(now);
  const { organization: _organization, ...given } = seed;
  return {
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
    ...given,
  };
}
