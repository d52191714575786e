/** Tells whether a run stands still: two reads that show the same counts. */
import type { Execution } from '../contracts/execution';

/** Statuses in which a run is being ended, or is about to be believed to have: its counts say nothing any more. */
const endingStatuses: readonly string[] = ['canceling', 'completed'];

/**
 * A number that changes with every count of a run and with the status of each of its schemas, for comparing two reads.
 * Null where standing still would mean nothing: the run waits, has no counts yet, is being cancelled, or has ended.
 */
export function countsFingerprint({ phase, status, records, schemas = [], schemaCounts }: Execution): number | null {
  if (phase !== 'running' || endingStatuses.includes(status)) return null;
  const { total, inserted, updated, upserted, deleted, errors, warnings } = records;
  const whole = [total, inserted, updated, upserted, deleted, errors, warnings];
  const counts = [...whole, ...schemas.flatMap((schema) => [schema.records, schema.errors])];
  if (!counts.some((count) => (count ?? 0) > 0)) return null;
  const parts = schemas.map((one) => JSON.stringify([one.schema, one.status, one.records, one.errors, one.warnings]));
  // The API promises no order of the schemas.
  return hashOf(JSON.stringify([status, whole, schemaCounts, parts.toSorted()]));
}

/** FNV-1a, 32 bits: that two different reads seem the same is one chance in four billion. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
