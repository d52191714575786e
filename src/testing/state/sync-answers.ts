/** Syncs as the API answers them, version by version. */
import { toTimestamp } from './clock';
import { stateOf, type Execution } from './execution';
import { toBulkExecution, toModelExecution, type Look } from './execution-answers';
import { toIngestionStatus } from './ingestion';
import { mergeOverrides } from './model-sync-write';
import type { Fields } from './fields';
import type { Sync } from './sync';
import type { ApiVersion } from '../http/versions';

/** A model sync in full. */
export function toModelSync({ fields }: Sync, version: ApiVersion): Fields {
  return version === '2025-09-18' ? fields : mergeOverrides(fields);
}

const listedFields = [
  'id',
  'name',
  'active',
  'mode',
  'schedule',
  'model_ids',
  'only_enrich_updates',
  'skip_initial_backfill',
  'sync_all_records',
  'organization_id',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
];

/** A model sync in a list: a light item in the newest version, in full before. */
export function toModelSyncItem(sync: Sync, version: ApiVersion): Fields {
  if (version !== '2025-09-18') return toModelSync(sync, version);
  const target = (sync.fields.target ?? {}) as Fields;
  const light = listedFields.filter((name) => name in sync.fields).map((name) => [name, sync.fields[name]] as const);
  return {
    ...Object.fromEntries(light),
    target_connection_id: target.connection_id,
    ...(target.object === undefined ? {} : { target_object: target.object }),
  };
}

/** A bulk sync. Up to 2024-02-08 it has one `schedule` where the newest version has a default and additional ones. */
export function toBulkSync({ fields }: Sync, version: ApiVersion): Fields {
  if (version === '2025-09-18') return without(fields, ['schedule', 'discover', 'multi']);
  const { frequency, minute, hour, day_of_week, day_of_month, month } = (fields.default_schedule ?? {}) as Fields;
  const { multi } = fields;
  const schedule = {
    frequency,
    minute,
    hour,
    day_of_week,
    day_of_month,
    month,
    ...(multi === undefined ? {} : { multi }),
  };
  return { schedule, discover: false, ...without(fields, ['default_schedule', 'additional_schedules', 'multi']) };
}

/**
 * What a sync is doing. The documentation leaves open what the two runs are; here the current one is the newest whose
 * status is no end, and the last one the newest with `completed_at`.
 */
export function toStatus(sync: Sync, look: Look): Fields {
  const present = sync.kind === 'model' ? toModelExecution : toBulkExecution;
  const current = sync.executions.findLast((execution) => isInProgress(execution, look.now));
  const last = sync.executions.findLast((execution) => stateOf(execution, look.now).completedAt !== undefined);
  const nextRun = sync.nextExecutionTime ?? (sync.nextDueAt === undefined ? undefined : toTimestamp(sync.nextDueAt));
  return {
    ...(current === undefined ? {} : { current_execution: present(current, look) }),
    ...(last === undefined ? {} : { last_execution: present(last, look) }),
    ...(sync.ingestion === undefined ? {} : { ingestion_status: toIngestionStatus(sync.ingestion, look.now) }),
    ...(nextRun === undefined ? {} : { next_execution_time: nextRun }),
  };
}

const ends = new Set(['completed', 'canceled', 'failed', 'errors', 'interrupted']);
const isInProgress = (execution: Execution, now: number): boolean => {
  const { status, completedAt } = stateOf(execution, now);
  return completedAt === undefined || !ends.has(status);
};

const without = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
