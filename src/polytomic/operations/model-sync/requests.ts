/** What requests about model syncs hold. */
import { z } from 'zod';
import { shape } from '../../shapes';
import { FilterFunction, ModelSyncMode, ScheduleFrequency, SchemaIdentityFunction } from '../enums';
import { Configuration } from '../shared-requests';

/** Which model syncs to list. Before `2025-09-18` no paging is part of the contract. */
export const ListSyncs = shape(() =>
  z.strictObject({
    active: z.boolean().optional(),
    mode: ModelSyncMode().optional(),
    target_connection_id: z.string().optional(),
    page_token: z.string().optional(),
    /** At most 50; larger values are reduced by the server. */
    limit: z.int().optional(),
  }),
);

const Source = shape(() => z.strictObject({ model_id: z.string(), field: z.string() }));

/** A mapping. Give `source` or `override_value`, not both. */
const SyncField = shape(() =>
  z.strictObject({
    target: z.string(),
    source: Source().optional(),
    override_value: z.string().optional(),
    sync_mode: z.string().optional(),
    new: z.boolean().optional(),
    encryption_enabled: z.boolean().optional(),
  }),
);

/** The old form of a filter: ignored where a new form is given, refused where the two differ. */
const Filter = shape(() =>
  z.strictObject({
    function: FilterFunction(),
    field: Source().optional(),
    field_id: z.string().optional(),
    field_type: z.enum(['Model', 'Target']).optional(),
    label: z.string().optional(),
    value: z.unknown().optional(),
    value_field: Source().optional(),
  }),
);

/** Which source records are read. An empty `logic` means that all conditions must hold. */
const ModelFilters = shape(() =>
  z.strictObject({
    conditions: z
      .array(
        z.strictObject({
          function: FilterFunction(),
          source: Source(),
          label: z.string().optional(),
          value: z.unknown().optional(),
        }),
      )
      .optional(),
    logic: z.string().optional(),
  }),
);

/** Which matched records of the destination are written. */
const TargetFilters = shape(() =>
  z.strictObject({
    conditions: z
      .array(
        z.strictObject({
          function: FilterFunction(),
          field: z.string(),
          label: z.string().optional(),
          value: z.unknown().optional(),
          value_source: Source().optional(),
        }),
      )
      .optional(),
    logic: z.string().optional(),
  }),
);

const Override = shape(() =>
  z.strictObject({
    field: Source().optional(),
    field_id: z.string().optional(),
    function: FilterFunction().optional(),
    override: z.unknown().optional(),
    value: z.unknown().optional(),
  }),
);

const Identity = shape(() =>
  z.strictObject({
    function: SchemaIdentityFunction(),
    source: Source(),
    target: z.string(),
    new_field: z.boolean().optional(),
    remote_field_type_id: z.string().optional(),
  }),
);

/** `strategy` is required with more than one mapping. */
const Identities = shape(() =>
  z.strictObject({ mappings: z.array(Identity()), strategy: z.enum(['priority', 'and']).optional() }),
);

/** An existing `object`, or `create` for one that is still to be made. */
const Target = shape(() =>
  z.strictObject({
    connection_id: z.string(),
    object: z.string().optional(),
    create: z.record(z.string(), z.string()).optional(),
    new_name: z.string().optional(),
    configuration: Configuration().optional(),
    search_values: Configuration().optional(),
    filter_logic: z.string().optional(),
  }),
);

/** Times are texts, in UTC. The documentation's own example sends an empty schedule. */
const Schedule = shape(() =>
  z.strictObject({
    frequency: ScheduleFrequency().optional(),
    minute: z.string().nullish(),
    hour: z.string().nullish(),
    day_of_week: z.string().nullish(),
    day_of_month: z.string().nullish(),
    month: z.string().nullish(),
    connection_id: z.string().optional(),
    job_id: z.number().nullish(),
    run_after: z
      .strictObject({ sync_ids: z.array(z.string()).optional(), bulk_sync_ids: z.array(z.string()).optional() })
      .optional(),
    run_after_success_only: z.boolean().nullish(),
  }),
);

/** What a model sync may say since these versions only. */
export const newSyncFields = {
  identities: '2025-09-18',
  model_filters: '2025-09-18',
  target_filters: '2025-09-18',
} as const;

/** A whole model sync, for creating and replacing. Null where the documented pages say "or null": as if it were left out. */
export const SyncBody = shape(() =>
  z.strictObject({
    name: z.string(),
    mode: ModelSyncMode(),
    target: Target(),
    fields: z.array(SyncField()),
    schedule: Schedule(),
    active: z.boolean().optional(),
    encryption_passphrase: z.string().nullish(),
    filter_logic: z.string().optional(),
    filters: z.array(Filter()).nullish(),
    identities: Identities().optional(),
    identity: Identity().optional(),
    model_filters: ModelFilters().optional(),
    only_enrich_updates: z.boolean().optional(),
    organization_id: z.string().nullish(),
    override_fields: z.array(SyncField()).nullish(),
    overrides: z.array(Override()).nullish(),
    policies: z.array(z.string()).nullish(),
    skip_initial_backfill: z.boolean().optional(),
    sync_all_records: z.boolean().optional(),
    target_filters: TargetFilters().optional(),
  }),
);

/** `identities` and `source_identities` each limit the run to these records; only one may be given. */
export const StartSync = shape(() =>
  z
    .strictObject({
      /** Everything again. Not safely repeatable: two accepted starts are two destructive runs. */
      resync: z.boolean().optional(),
      test: z.boolean().optional(),
      identities: z.array(z.string()).optional(),
      source_identities: z
        .array(z.array(z.strictObject({ source: Source(), value: z.string() })))
        .max(1_000)
        .optional(),
    })
    .refine(({ identities, source_identities }) => !identities || !source_identities, {
      path: ['source_identities'],
      message: 'expected to be absent when identities are given',
    }),
);
