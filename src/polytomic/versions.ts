/** The API's versions, and what an operation looks like in each. Dates compare as text. */
import type { AnyOperation, HttpMethod } from './operation';
import type { ObjectShape } from './shapes';

/** Versions that this client speaks, oldest first. */
export const apiVersions = ['2022-12-12', '2023-04-25', '2024-02-08', '2025-09-18'] as const;

/** One of {@link apiVersions}. */
export type ApiVersion = (typeof apiVersions)[number];

/** The version sent unless another is asked for. */
export const defaultApiVersion: ApiVersion = '2025-09-18';

/** @throws Error that names `apiVersion` and the versions there are. */
export function parseApiVersion(version: string = defaultApiVersion): ApiVersion {
  const known = apiVersions.find((candidate) => candidate === version);
  if (!known) throw new Error(`apiVersion: expected one of ${apiVersions.join(', ')}, got ${JSON.stringify(version)}`);
  return known;
}

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
