/** A bulk sync's run, from the wire to the one model. */
import type { Execution, ExecutionShape, RecordCounts, SchemaExecution } from '../contracts/execution';
import type { ExecutionRef } from '../contracts/sync-kind';
import { fits, fitting, type ListLimit } from './fitting';
import { readStatus, type StatusReading, type StatusTable } from './execution-status';
import { noCounts } from '../rules/no-counts';
import { cutMessage, cutMessages, cutStatus, toReportedTime } from './wire-values';

/** Fields that are read of a run; all may be missing. */
export interface WireBulkExecution {
  status?: string | null;
  status_message?: string | null;
  created_at?: string | null;
  started_at?: string | null;
  completed_at?: string | null;
  record_count?: number | null;
  error_count?: number | null;
  warning_count?: number | null;
  is_test?: boolean | null;
  is_resync?: boolean | null;
  is_partial?: boolean | null;
  fetch_mode?: string | null;
  schemas?: WireSchemaExecution[] | null;
}

interface WireSchemaExecution {
  schema?: string | null;
  status?: string | null;
  status_message?: string | null;
  completed_at?: string | null;
  record_count?: number | null;
  error_count?: number | null;
  warning_count?: number | null;
}

/** A run with thousands of schemas must still fit into a history: those told in full, and those told by id alone. */
const toldSchemas: ListLimit = { most: 100, bytes: 80 * 1024 };
const toldSchemaIds: ListLimit = { most: 1_000, bytes: 64 * 1024 };

/** Only `completed`, `canceled` and `failed` are documented as final; the others are known by their names. */
export const bulkStatuses: StatusTable = {
  created: 'waiting',
  scheduled: 'waiting',
  running: 'running',
  processing: 'running',
  exporting: 'running',
  canceling: 'running',
  completed: { ended: 'completed' },
  canceled: { ended: 'canceled' },
  failed: { ended: 'failed' },
};

/** A schema that was interrupted did not succeed, whatever becomes of the run. */
export const bulkSchemaStatuses: StatusTable = { ...bulkStatuses, interrupted: { ended: 'failed' } };

/** The run with its schemas cut to what a history may hold; counts are exact. */
export function toBulkExecution(
  { syncId, executionId }: Omit<ExecutionRef, 'kind'>,
  wire: WireBulkExecution,
): Execution {
  const status = cutStatus(wire.status ?? 'unknown');
  const completedAt = toReportedTime(wire.completed_at);
  const reading = readStatus(bulkStatuses, status, completedAt);
  // A message beside a success or a run in progress is information, not an error.
  const failed = reading.ending !== undefined && reading.ending !== 'completed';
  return {
    kind: 'bulk',
    syncId,
    executionId,
    status,
    ...reading,
    createdAt: toReportedTime(wire.created_at),
    startedAt: toReportedTime(wire.started_at),
    completedAt,
    records: toCounts(wire),
    errors: failed ? cutMessages([wire.status_message]) : [],
    ...schemasOf(wire, reading),
  };
}

/** Ids of all schemas that failed, uncut. */
export function failedSchemasOf({ status, completed_at: completedAt, schemas }: WireBulkExecution): string[] {
  const run = readStatus(bulkStatuses, cutStatus(status ?? 'unknown'), toReportedTime(completedAt));
  return namesOf((schemas ?? []).map((schema) => toSchema(schema, run)).filter(({ failed }) => failed));
}

/** A schema without a name cannot be asked for: an empty one is none. */
function namesOf(schemas: readonly SchemaExecution[]): string[] {
  return schemas.flatMap(({ schema }) => schema || []);
}

type Schemas = Pick<Execution, 'schemas' | 'schemaCounts' | 'unendedSchemas' | 'failedSchemas' | 'failedRecords'>;

function schemasOf(wire: WireBulkExecution, run: StatusReading): Schemas {
  if (!wire.schemas) return {};
  const schemas = wire.schemas
    .map((schema) => toSchema(schema, run))
    .toSorted((one, other) => badness(other) - badness(one));
  const unended = wire.schemas.filter((schema) => isUnended(schema, run)).length;
  const failed = schemas.filter((schema) => schema.failed);
  const failedSchemas = namesOf(failed);
  const sum = (count: 'records' | 'errors' | 'warnings'): number =>
    failed.reduce((total, schema) => total + schema[count], 0);
  return {
    schemas: fitting(schemas, toldSchemas),
    schemaCounts: { total: schemas.length, failed: failed.length },
    ...(unended > 0 && { unendedSchemas: unended }),
    // All or none: a re-run of only some of them would leave the others behind unseen.
    ...(fits(failedSchemas, toldSchemaIds) && { failedSchemas }),
    failedRecords: { total: sum('records'), errors: sum('errors'), warnings: sum('warnings') },
  };
}

function toSchema(wire: WireSchemaExecution, run: StatusReading): SchemaExecution {
  const failed = hasFailed(wire, run);
  return {
    schema: wire.schema ?? '',
    status: cutStatus(wire.status ?? 'unknown'),
    ...(failed !== undefined && { failed }),
    records: wire.record_count ?? 0,
    errors: wire.error_count ?? 0,
    warnings: wire.warning_count ?? 0,
    message: wire.status_message ? cutMessage(wire.status_message) : null,
  };
}

/** Undefined: it is in progress. In a completed run, a schema without a status completed, and one in progress did not. */
function hasFailed(wire: WireSchemaExecution, run: StatusReading): boolean | undefined {
  const hasStatus = typeof wire.status === 'string';
  if (!hasStatus && run.ending === 'completed') return false;
  if (isUnended(wire, run)) return true;
  const status = cutStatus(wire.status ?? 'unknown');
  const { phase, ending } = readStatus(bulkSchemaStatuses, status, toReportedTime(wire.completed_at));
  return phase === 'ended' ? ending !== 'completed' : undefined;
}

/** It is surely in progress, though its run has completed. A status that nobody knows proves nothing. */
function isUnended({ status }: WireSchemaExecution, run: StatusReading): boolean {
  if (run.ending !== 'completed' || typeof status !== 'string') return false;
  return Object.hasOwn(bulkSchemaStatuses, status) && typeof bulkSchemaStatuses[status] === 'string';
}

/** Failed schemas come first, then those with errors or warnings. */
function badness({ failed, errors, warnings }: SchemaExecution): number {
  if (failed) return 3;
  if (errors > 0) return 2;
  return warnings > 0 ? 1 : 0;
}

/**
 * The total is summed over the schemas where the run itself does not report it. Of errors and warnings the greater number
 * counts, as a run may report none beside schemas that have some. Null where neither reports any.
 */
function toCounts(wire: WireBulkExecution): RecordCounts {
  const sumOf = (name: 'record_count' | 'error_count' | 'warning_count'): number | null => {
    const reported = (wire.schemas ?? []).flatMap((schema) => schema[name] ?? []);
    return reported.length > 0 ? reported.reduce((sum, count) => sum + count) : null;
  };
  const greaterOf = (name: 'error_count' | 'warning_count'): number | null => {
    const [own, sum] = [wire[name] ?? null, sumOf(name)];
    return own === null || sum === null ? (own ?? sum) : Math.max(own, sum);
  };
  return {
    ...noCounts,
    total: wire.record_count ?? sumOf('record_count'),
    errors: greaterOf('error_count'),
    warnings: greaterOf('warning_count'),
  };
}

/** How the run was started. Only a partial run is told apart by its schemas; a list too long to cross is left out. */
export function shapeOf(wire: WireBulkExecution): { shape?: ExecutionShape } {
  const told = [wire.is_test, wire.is_resync, wire.is_partial].some((flag) => typeof flag === 'boolean');
  if (!told) return {};
  const shape = {
    isTest: wire.is_test ?? false,
    isResync: wire.is_resync ?? false,
    isPartial: wire.is_partial ?? false,
    ...(wire.fetch_mode && { fetchMode: cutStatus(wire.fetch_mode) }),
  };
  const schemas = (wire.schemas ?? []).flatMap(({ schema }) => schema ?? []);
  const tellSchemas = shape.isPartial && schemas.length > 0 && fits(schemas, toldSchemaIds);
  return { shape: tellSchemas ? { ...shape, schemas } : shape };
}
