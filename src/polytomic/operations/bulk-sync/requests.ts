/** What requests about bulk syncs hold. */
import { z } from 'zod';
import { shape } from '../../shapes';
import {
  BulkDiscover,
  BulkFetchMode,
  BulkNormalizeNames,
  BulkResyncMode,
  BulkScheduleSyncMode,
  BulkSelectiveMode,
  BulkSyncMode,
  FilterFunction,
  ScheduleFrequency,
} from '../enums';
import { Configuration } from '../shared-requests';

/** Which bulk syncs to list. The two paging parameters are promised in prose only. */
export const ListBulkSyncs = shape(() =>
  z.strictObject({
    active: z.boolean().optional(),
    page_token: z.string().optional(),
    limit: z.int().optional(),
  }),
);

/** Whether to read the source's schemas anew first. */
export const RefreshSchemas = shape(() => z.strictObject({ refresh_schemas: z.boolean().optional() }));

/** When the whole sync runs. */
const DefaultSchedule = shape(() =>
  z.strictObject({
    frequency: ScheduleFrequency(),
    id: z.string().optional(),
    minute: z.string().optional(),
    hour: z.string().optional(),
    day_of_week: z.string().optional(),
    day_of_month: z.string().optional(),
    month: z.string().optional(),
  }),
);

/** When a part of it runs besides. */
const AdditionalSchedule = shape(() =>
  DefaultSchedule().extend({
    resync_mode: BulkScheduleSyncMode().optional(),
    schemas: z.array(z.string()).optional(),
    selective_mode: BulkSelectiveMode().optional(),
  }),
);

/** A condition on a schema's rows. */
export const BulkFilter = shape(() =>
  z.strictObject({ function: FilterFunction(), field_id: z.string().optional(), value: z.unknown().optional() }),
);

/** A field as create and update take it: `obfuscate` here, `obfuscated` where schemas are read or patched. */
const FieldConfiguration = shape(() =>
  z.strictObject({
    id: z.string().optional(),
    enabled: z.boolean().optional(),
    obfuscate: z.boolean().optional(),
    user_output_name: z.string().optional(),
  }),
);

/** What every request may say of a schema, its fields apart. */
export const SchemaSettings = shape(() =>
  z.strictObject({
    enabled: z.boolean().optional(),
    filters: z.array(BulkFilter()).optional(),
    data_cutoff_timestamp: z.string().optional(),
    disable_data_cutoff: z.boolean().optional(),
    /** A table of the history beside the schema's own. Omitted: unchanged. */
    history_enabled: z.boolean().optional(),
    partition_key: z.string().optional(),
    tracking_field: z.string().optional(),
    /** Omitted: unchanged; empty: cleared. */
    user_output_name: z.string().optional(),
  }),
);

const SchemaConfiguration = shape(() =>
  SchemaSettings().extend({
    id: z.string().optional(),
    fields: z.array(z.union([z.string(), FieldConfiguration()])).optional(),
  }),
);

/** A whole bulk sync, for creating and replacing. */
export const BulkSyncBody = shape(() =>
  z.strictObject({
    name: z.string(),
    mode: BulkSyncMode(),
    source_connection_id: z.string(),
    destination_connection_id: z.string(),
    destination_configuration: Configuration(),
    default_schedule: DefaultSchedule(),
    additional_schedules: z.array(AdditionalSchedule()).optional(),
    source_configuration: Configuration().optional(),
    /** Created without: all schemas. Updated with: the new selection, everything unlisted is disabled. */
    schemas: z.array(z.union([z.string(), SchemaConfiguration()])).optional(),
    active: z.boolean().optional(),
    automatically_add_new_fields: BulkDiscover().optional(),
    automatically_add_new_objects: BulkDiscover().optional(),
    concurrency_limit: z.int().optional(),
    data_cutoff_timestamp: z.string().optional(),
    disable_record_timestamps: z.boolean().optional(),
    normalize_names: BulkNormalizeNames().optional(),
    organization_id: z.string().optional(),
    policies: z.array(z.string()).optional(),
    resync_concurrency_limit: z.int().optional(),
  }),
);

/** A bulk sync as `2024-02-08` takes it: one schedule, of frequency `multi` for several. */
export const OlderBulkSyncBody = shape(() =>
  BulkSyncBody().omit({ default_schedule: true, additional_schedules: true }).extend({
    schedule: DefaultSchedule(),
    discover: z.boolean().optional(),
  }),
);

const StartFields = shape(() =>
  z.strictObject({
    /** These schemas only. Empty or absent: all that are enabled. */
    schemas: z.array(z.string()).optional(),
    fetch_mode: BulkFetchMode().optional(),
    resync_mode: BulkResyncMode().optional(),
    /** Validates, and may write a few records. */
    test: z.boolean().optional(),
  }),
);

const isOneKind = ({ test, resync_mode }: z.output<ReturnType<typeof StartFields>>): boolean =>
  !test || resync_mode === undefined;
const oneKind = { path: ['resync_mode'], message: 'expected to be absent in a test' };

/** How one run is to be. A run with `resync_mode` is not safely repeatable. */
export const StartBulkSync = shape(() => StartFields().refine(isOneKind, oneKind));

/** In `2024-02-08` a start also took `resync`, which means the mode `rebuild`. */
export const OlderStartBulkSync = shape(() =>
  StartFields().extend({ resync: z.boolean().optional() }).refine(isOneKind, oneKind),
);
