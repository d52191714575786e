/** Calls that were made to the system behind a connection in the last 24 hours. */
import { systemOf } from './connected-system';
import { toTimestamp } from './clock';
import { typeOfConnection, type ConnectionTypes } from './connection-types';
import { usesOf } from './connection-use';
import type { Fields } from './fields';
import type { Sync } from './sync';
import type { Organization } from './emulator-state';

const dayMs = 24 * 3_600_000;

/**
 * What the system reports: nothing, the total, or calls by sync too. Every run counts as one call, every call through
 * the proxy as one. A total that the seed gives holds as it is.
 */
export function usageOf(
  organization: Organization,
  { connection, types, now }: { connection: Fields; types: ConnectionTypes; now: number },
): Fields {
  const id = String(connection.id);
  const reports = typeOfConnection(types, connection)?.reportsUsage ?? false;
  const syncs = reports ? usesOf(organization, { connectionId: id, now }).syncs : [];
  const bySync = syncs.map((sync) => usageBySync(sync, now));
  const proxied = systemOf(organization, id).proxy.calls.filter(({ at }) => at > now - dayMs).length;
  const counted = bySync.reduce((sum, { totalCalls }) => sum + Number(totalCalls), proxied);
  return {
    connectionId: id,
    callsLast24h: connection.api_calls_last_24_hours ?? (reports ? counted : null),
    reportsSyncStats: reports,
    bySync,
  };
}

function usageBySync({ id, kind, fields, executions }: Sync, now: number): Fields {
  const last = executions.at(-1)?.createdAt;
  const totalCalls = executions.filter(({ createdAt }) => createdAt > now - dayMs).length;
  return {
    syncId: id,
    syncName: fields.name,
    syncType: kind,
    lastRunAt: last === undefined ? null : toTimestamp(last),
    totalCalls,
    categories: [{ key: 'runs', label: 'Runs', calls: totalCalls }],
  };
}
