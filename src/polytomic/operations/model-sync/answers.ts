/** What answers about model syncs hold. */
import { z } from 'zod';
import { lenient, listOf } from '../../lenient';
import { answer, type Read } from '../../shapes';
import { Actor } from '../shared-answers';

const Source = answer(() => ({ model_id: z.string(), field: z.string() }));

const Schedule = answer(() => ({
  frequency: z.string(),
  minute: z.string(),
  hour: z.string(),
  day_of_week: z.string(),
  day_of_month: z.string(),
  month: z.string(),
  connection_id: z.string(),
  job_id: z.number(),
  run_after: answer(() => ({ sync_ids: z.array(z.string()), bulk_sync_ids: z.array(z.string()) }))(),
  run_after_success_only: z.boolean(),
}));

const Field = answer(() => ({
  target: z.string(),
  source: Source(),
  override_value: z.string(),
  sync_mode: z.string(),
  new: z.boolean(),
  encryption_enabled: z.boolean(),
}));

const Filter = answer(() => ({
  function: z.string(),
  field: Source(),
  field_id: z.string(),
  field_type: z.string(),
  label: z.string(),
  value: z.unknown(),
  value_field: Source(),
}));

const Conditions = answer(() => ({
  conditions: z.array(Condition()),
  logic: z.string(),
}));

const Condition = answer(() => ({
  function: z.string(),
  source: Source(),
  field: z.string(),
  label: z.string(),
  value: z.unknown(),
  value_source: Source(),
}));

const Identity = answer(() => ({
  function: z.string(),
  source: Source(),
  target: z.string(),
  new_field: z.boolean(),
  remote_field_type_id: z.string(),
}));

const Target = answer(() => ({
  connection_id: z.string(),
  object: z.string(),
  create: z.record(z.string(), z.string()),
  new_name: z.string(),
  configuration: z.unknown(),
  search_values: z.unknown(),
  filter_logic: z.string(),
}));

/** A part of a sync's configuration that no longer resolves. Today each one stops the sync from running. */
const Problem = answer(() =>
  lenient({
    /** Stable; its values are not listed. */
    code: z.string(),
    message: z.string(),
    path: z.string(),
    severity: z.string(),
  }),
);

/** What every version says of a whole model sync. */
const whole = () => ({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  mode: z.string(),
  schedule: Schedule(),
  target: Target(),
  fields: z.array(Field()),
  override_fields: z.array(Field()),
  overrides: z.array(Override()),
  filters: z.array(Filter()),
  filter_logic: z.string(),
  identity: Identity(),
  policies: z.array(z.string()),
  model_ids: z.array(z.string()),
  encryption_passphrase: z.string(),
  only_enrich_updates: z.boolean(),
  skip_initial_backfill: z.boolean(),
  sync_all_records: z.boolean(),
  organization_id: z.string(),
  created_at: z.string(),
  ...lenient({ created_by: Actor(), updated_at: z.string(), updated_by: Actor() }),
});

/**
 * A model sync in a list. Up to `2024-02-08` lists hold whole syncs. Since `2025-09-18` the items are light: they name the
 * target's connection and object, and have no target, mappings, filters, overrides, identity, policies or passphrase.
 */
export const ListedModelSync = answer(() => ({
  ...whole(),
  target_connection_id: z.string(),
  target_object: z.string(),
}));

/** A whole model sync. */
export const ModelSync = answer(() => ({
  ...whole(),
  model_filters: Conditions(),
  target_filters: Conditions(),
  identities: answer(() => ({ mappings: z.array(Identity()), strategy: z.string() }))(),
  problems: listOf(Problem()),
}));
export type ModelSync = Read<typeof ModelSync>;

const Override = answer(() => ({
  field: Source(),
  field_id: z.string(),
  function: z.string(),
  override: z.unknown(),
  value: z.unknown(),
}));

/** Zeros prove nothing: some targets do not report counts by kind of change. */
const Counts = answer(() =>
  lenient({
    total: z.number(),
    insert: z.number(),
    update: z.number(),
    upserts: z.number(),
    delete: z.number(),
    error: z.number(),
    warnings: z.number(),
  }),
);

/** One run of a model sync. Its shape (resync, test, identities) is not told. */
export const ModelSyncExecution = answer(() => ({
  id: z.string(),
  /** In progress: created, scheduled, queued, waiting, running, processing, canceling. Ended: completed, canceled, failed. */
  status: z.string(),
  created_at: z.string(),
  started_at: z.string(),
  /** The documentation's own example shows one beside the status `created`. */
  completed_at: z.string(),
  /** One may decide how the run ended. */
  errors: listOf(z.string()),
  ...lenient({
    type: z.string(),
    counts: Counts(),
    /** The release of Polytomic that ran it. */
    version: z.string(),
  }),
}));
export type ModelSyncExecution = Read<typeof ModelSyncExecution>;

/** What a start answers. */
export const StartedModelSync = answer(() => ({ id: z.string(), status: z.string(), created_at: z.string() }));

/** Whether `current_execution` goes away at the end is not documented: match by id only. */
export const ModelSyncStatus = answer(() => ({
  current_execution: ModelSyncExecution(),
  last_execution: ModelSyncExecution(),
  next_execution_time: z.string(),
}));
