/** What answers about bulk syncs hold. */
import { z } from 'zod';
import { lenient, listOf } from '../../lenient';
import { answer, type Read } from '../../shapes';
import { Actor } from '../shared-answers';

const Schedule = answer(() => ({
  /** The schedule endpoints name no ids: they are found here. */
  id: z.string(),
  frequency: z.string(),
  minute: z.string(),
  hour: z.string(),
  day_of_week: z.string(),
  day_of_month: z.string(),
  month: z.string(),
  /** Additional schedules alone have these three. */
  resync_mode: z.string(),
  schemas: z.array(z.string()),
  selective_mode: z.string(),
  created_at: z.string(),
  created_by: Actor(),
  updated_at: z.string(),
  updated_by: Actor(),
}));

/** A bulk sync. Its schemas are read on their own. */
export const BulkSync = answer(() => ({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  mode: z.string(),
  source_connection_id: z.string(),
  source_configuration: z.unknown(),
  destination_connection_id: z.string(),
  destination_configuration: z.unknown(),
  default_schedule: Schedule(),
  additional_schedules: z.array(Schedule()),
  /** In `2024-02-08` alone, in the place of the two above; so is `discover`. */
  schedule: Schedule(),
  discover: z.boolean(),
  automatically_add_new_fields: z.string(),
  automatically_add_new_objects: z.string(),
  concurrency_limit: z.number(),
  resync_concurrency_limit: z.number(),
  data_cutoff_timestamp: z.string(),
  disable_record_timestamps: z.boolean(),
  normalize_names: z.string(),
  policies: z.array(z.string()),
  organization_id: z.string(),
  created_at: z.string(),
  ...lenient({ created_by: Actor(), updated_at: z.string(), updated_by: Actor() }),
}));
export type BulkSync = Read<typeof BulkSync>;

/** One schema's part in a run. */
export const BulkSchemaExecution = answer(() => ({
  schema: z.string(),
  /** As a run's status, without `canceling` and `errors`. */
  status: z.string(),
  completed_at: z.string(),
  ...lenient({
    output_name: z.string(),
    status_message: z.string(),
    record_count: z.number(),
    error_count: z.number(),
    warning_count: z.number(),
    created_at: z.string(),
    started_at: z.string(),
    updated_at: z.string(),
    /** The release of Polytomic that ran it. */
    version: z.string(),
  }),
}));
export type BulkSchemaExecution = Read<typeof BulkSchemaExecution>;

/** One run of a bulk sync. A run that ended is made `failed` when ingestion lags too far behind. */
export const BulkSyncExecution = answer(() => ({
  id: z.string(),
  /**
   * In progress: created, scheduled, running, exporting, processing, canceling. Ended: completed, canceled, failed. Not
   * documented: errors, interrupted.
   */
  status: z.string(),
  created_at: z.string(),
  started_at: z.string(),
  completed_at: z.string(),
  /** How the run was asked for; compare before taking it for one's own. */
  fetch_mode: z.string(),
  is_partial: z.boolean(),
  is_resync: z.boolean(),
  is_test: z.boolean(),
  schemas: listOf(BulkSchemaExecution()),
  ...lenient({
    status_message: z.string(),
    type: z.string(),
    updated_at: z.string(),
    record_count: z.number(),
    error_count: z.number(),
    warning_count: z.number(),
    output_disposition: z.string(),
    version: z.string(),
  }),
}));
export type BulkSyncExecution = Read<typeof BulkSyncExecution>;

/** Change data capture, told beside the runs. */
const Ingestion = answer(() => ({
  enabled: z.boolean(),
  is_running: z.boolean(),
  status: z.string(),
  status_message: z.string(),
  highwater_mark: z.string(),
  position: z.string(),
  position_time: z.string(),
  updated_at: z.string(),
}));

/** Whether `current_execution` goes away at the end is not documented: match by id only. */
export const BulkSyncStatus = answer(() => ({
  current_execution: BulkSyncExecution(),
  last_execution: BulkSyncExecution(),
  ingestion_status: Ingestion(),
  next_execution_time: z.string(),
}));

const BulkSchemaStatus = answer(() => ({
  schema: z.string(),
  execution_id: z.string(),
  status: z.string(),
  started_at: z.string(),
  completed_at: z.string(),
  ...lenient({
    status_message: z.string(),
    record_count: z.number(),
    error_count: z.number(),
    warning_count: z.number(),
  }),
}));

/** One sync in the batch: each enabled schema with its newest run, so ids can differ between schemas. */
export const BulkSyncBatchStatus = answer(() => ({
  sync_id: z.string(),
  status: z.string(),
  schemas: listOf(BulkSchemaStatus()),
  ...lenient({ nextExecutionTime: z.string() }),
}));
export type BulkSyncBatchStatus = Read<typeof BulkSyncBatchStatus>;
