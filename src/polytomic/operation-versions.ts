/** What an operation looks like in each version of the API. */
import type { AnyOperation, HttpMethod } from './operation';
import type { ObjectShape } from './shapes';
import type { ApiVersion } from './versions';

/** Whether the version has the operation. */
export function hasOperation(row: AnyOperation, version: ApiVersion): boolean {
  return (row.since ?? version) <= version && version <= (row.until ?? version);
}

/** Why a version does not know a field that newer ones know; undefined where it does. */
export function unknownField(row: AnyOperation, version: ApiVersion, field: string): string | undefined {
  const since = row.fieldsSince?.[field];
  return since && version < since ? `unknown field before version ${since}` : undefined;
}

/** The verb and body an operation has in a version: updates were `PATCH` with what changes, and became `PUT` of the whole. */
export function formAt(row: AnyOperation, version: ApiVersion): { method: HttpMethod; body?: ObjectShape } {
  const older = row.older && version <= row.older.until ? row.older : undefined;
  return { method: older?.method ?? row.method, body: older?.body ?? row.body };
}
