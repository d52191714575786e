/** Runs as the API answers them. */
import { schemaStatesOf, type SchemaState } from './bulk-schema-state';
import { toOutputName } from './bulk-schema';
import { toTimestamp } from './clock';
import { stateOf, type Execution, type ExecutionState } from './execution';
import type { Fields } from './fields';

/** Answered as the release that ran it. */
const release = 'emulator';
const noCounts = { delete: 0, error: 0, insert: 0, total: 0, update: 0, upserts: 0, warnings: 0 };
const usualCounts = { ...noCounts, total: 10, insert: 10 };

/** The record counts of a model sync's run; zeros where it reports none. */
export function countsOf({ status, step }: ExecutionState): typeof noCounts {
  if (step.counts !== undefined) return { ...noCounts, ...step.counts };
  return status === 'completed' ? usualCounts : noCounts;
}

/** When a run is looked at. */
export interface Look {
  readonly now: number;
}

/** A run of a model sync. */
export function toModelExecution(execution: Execution, { now }: Look): Fields {
  if (execution.verbatim !== undefined) return { ...execution.verbatim, id: execution.id };
  const state = stateOf(execution, now);
  return {
    id: execution.id,
    type: execution.type,
    status: state.status,
    created_at: toTimestamp(execution.createdAt),
    started_at: toNullable(state.startedAt),
    completed_at: toNullable(state.completedAt),
    counts: state.step.counts === null ? null : countsOf(state),
    errors: state.step.errors ?? [],
    version: release,
  };
}

/** A run of a bulk sync with its schemas. */
export function toBulkExecution(execution: Execution, { now }: Look): Fields {
  if (execution.verbatim !== undefined) return { ...execution.verbatim, id: execution.id };
  const state = stateOf(execution, now);
  const schemas = schemaStatesOf(execution, { state, now });
  return {
    id: execution.id,
    type: execution.type,
    status: state.status,
    status_message: state.step.message ?? '',
    created_at: toTimestamp(execution.createdAt),
    started_at: toNullable(state.startedAt),
    completed_at: toNullable(state.completedAt),
    updated_at: toTimestamp(state.since),
    record_count: state.step.recordCount ?? sumOf(schemas, 'records'),
    error_count: state.step.errorCount ?? sumOf(schemas, 'errors'),
    warning_count: state.step.warningCount ?? sumOf(schemas, 'warnings'),
    ...shapeOf(execution.options),
    schemas: schemas.length === 0 ? null : schemas.map((schema) => toSchemaExecution(schema, execution)),
    version: release,
  };
}

const dispositions: Readonly<Record<string, string>> = { refetch: 'retain', resync: 'truncate', rebuild: 'rebuild' };

/** How a bulk run was asked for, by the start's options. `resync` is the old name of `resync_mode: rebuild`. */
function shapeOf(options: Readonly<Record<string, unknown>>): Fields {
  const mode = options.resync === true ? 'rebuild' : options.resync_mode;
  return {
    is_partial: Array.isArray(options.schemas) && options.schemas.length > 0,
    is_resync: typeof mode === 'string',
    is_test: options.test === true,
    output_disposition: typeof mode === 'string' ? (dispositions[mode] ?? 'retain') : 'retain',
    fetch_mode: options.fetch_mode ?? 'none',
  };
}

function toSchemaExecution(schema: SchemaState, execution: Execution): Fields {
  return {
    schema: schema.schema,
    output_name: toOutputName(schema.schema),
    status: schema.status,
    status_message: schema.message ?? '',
    created_at: toTimestamp(execution.createdAt),
    started_at: toNullable(schema.startedAt),
    completed_at: toNullable(schema.completedAt),
    updated_at: toTimestamp(schema.completedAt ?? schema.startedAt ?? execution.createdAt),
    record_count: schema.records,
    error_count: schema.errors,
    warning_count: schema.warnings,
    version: release,
  };
}

/** A time, or the null that the API answers for none. */
export const toNullable = (at: number | undefined): string | null => (at === undefined ? null : toTimestamp(at));

const sumOf = (schemas: readonly SchemaState[], field: 'records' | 'errors' | 'warnings'): number =>
  schemas.reduce((sum, schema) => sum + schema[field], 0);
