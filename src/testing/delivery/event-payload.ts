/** What an event tells of the run that made it. */
import { schemaStatesOf } from '../state/bulk-schema-state';
import type { Execution, ExecutionState } from '../state/execution';
import { countsOf } from '../state/execution-answers';
import { signedUrl } from '../http/signed-url';
import type { Fields } from '../state/fields';
import type { Sync } from '../state/sync';

/** Something that happened to a run. */
export interface Happening {
  readonly type: string;
  readonly at: number;
  readonly details: Fields;
}

/** A run that has ended. */
export interface Ended {
  readonly execution: Execution;
  readonly sync: Sync;
  readonly state: ExecutionState;
  readonly at: number;
}

/** A run begins. */
export const beginOf = (sync: Sync, at: number): Happening => ({
  type: `${prefixOf(sync)}.running`,
  at,
  details: connectionsOf(sync),
});

/** A run ends; undefined where that makes no event. */
export function endOf(ended: Ended): Happening | undefined {
  const { execution, sync, state, at } = ended;
  const type = endTypeOf(execution, state);
  if (type === undefined) return undefined;
  const details = execution.kind === 'bulk' ? bulkDetails(ended, type) : modelDetails(ended, type);
  return { type, at, details: { ...connectionsOf(sync), ...details } };
}

const prefixOf = ({ kind }: { kind: Sync['kind'] }): string => (kind === 'model' ? 'sync' : 'bulk_sync');

function connectionsOf({ kind, fields }: Sync): Fields {
  if (kind === 'model') return { target_connection_id: (fields.target as Fields | undefined)?.connection_id };
  const { source_connection_id, destination_connection_id } = fields;
  return { source_connection_id, destination_connection_id };
}

/** The type of the event that a run's end makes, or undefined where there is none. */
function endTypeOf(execution: Execution, state: ExecutionState): string | undefined {
  const prefix = prefixOf(execution);
  switch (state.status) {
    case 'completed':
      return hasErrors(execution, state) ? withErrorsType[execution.kind] : `${prefix}.completed`;
    case 'errors':
      return withErrorsType[execution.kind];
    case 'failed':
    case 'canceled':
      return `${prefix}.${state.status}`;
    default:
      return undefined;
  }
}

/** The one is spelt in the plural, the other in the singular. */
const withErrorsType = { model: 'sync.completed_with_errors', bulk: 'bulk_sync.completed_with_error' } as const;

function hasErrors(execution: Execution, state: ExecutionState): boolean {
  if (execution.kind === 'model') return countsOf(state).error > 0;
  const schemas = schemaStatesOf(execution, { state, now: state.completedAt ?? state.since });
  return schemas.some(({ status }) => status === 'failed');
}

const errorOf = ({ step }: ExecutionState): string =>
  step.errors?.[0] ?? step.message ?? 'some records were not synced';

function bulkDetails({ execution, sync, state }: Ended, type: string): Fields {
  if (type === 'bulk_sync.canceled') return {};
  const details = { trigger_source: execution.type, ...scheduleOf(execution, sync) };
  return type === 'bulk_sync.failed' ? { ...details, error: errorOf(state) } : details;
}

function modelDetails({ execution, sync, state }: Ended, type: string): Fields {
  const counts = countsOf(state);
  if (type === 'sync.canceled') return { status: state.status };
  if (type === 'sync.failed') return { error: errorOf(state) };
  if (type === 'sync.completed_with_errors') {
    return { error: errorOf(state), number_of_errors: counts.error, number_of_warnings: counts.warnings };
  }
  return {
    status: state.status,
    trigger: execution.type,
    ...scheduleOf(execution, sync),
    record_count: counts.total,
    inserted_count: counts.insert,
    updated_count: counts.update,
    upserted_count: counts.upserts,
    error_count: counts.error,
    warning_count: counts.warnings,
    ...logsOf(execution, counts),
  };
}

/** The schedule behind a run; a run that somebody started has none. */
function scheduleOf({ startedBy, kind }: Execution, { fields }: Sync): Fields {
  if (startedBy !== 'schedule') return {};
  const { id, frequency } = (kind === 'model' ? fields.schedule : fields.default_schedule) as Fields;
  return { schedule: kind === 'model' ? { frequency } : { id, frequency } };
}

/** URLs of the record logs, none where nothing of the kind was logged. `logs_url` is the path of their index. */
function logsOf({ id, syncId }: Execution, counts: ReturnType<typeof countsOf>): Fields {
  const log = (type: string, count: number): string[] => (count === 0 ? [] : [signedUrl(id, `${type}.csv`)]);
  return {
    logs_url: `/api/syncs/${syncId}/executions/${id}/logs`,
    total_records: log('records', counts.total),
    inserted_records: log('inserts', counts.insert),
    updated_records: log('updates', counts.update),
    deleted_records: log('deletes', counts.delete),
    errored_records: log('errors', counts.error),
    warnings: log('warnings', counts.warnings),
  };
}
