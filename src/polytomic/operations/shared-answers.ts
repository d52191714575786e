/** Parts that answers of several resources have in common. */
import { z } from 'zod';
import { answer } from '../shapes';

/** Who did something. */
export const Actor = answer(() => ({ id: z.string(), name: z.string(), type: z.string() }));

/** What activating or deactivating a sync answers. */
export const Activated = answer(() => ({ id: z.string(), active: z.boolean() }));

/** A cancel only says that the signal was queued: the run ends later, and perhaps as completed. */
export const CancelRequested = answer(() => ({ message: z.string() }));

/** One page of console logs. Only the newest 50 entries are kept at all. */
export const ConsoleLogs = answer(() => ({
  entries: z.array(ConsoleLogEntry()),
  next_cursor: z.string(),
}));

const ConsoleLogEntry = answer(() => ({
  id: z.string(),
  level: z.string(),
  message: z.string(),
  payload: z.unknown(),
  timestamp: z.string(),
}));

/** A long piece of work. `result` is filled only once `status` is `done`. */
export const Job = answer(() => ({
  job_id: z.string(),
  type: z.string(),
  /** `created`, `running`, `done` or `failed`. */
  status: z.string(),
  error: z.string(),
  result: z.unknown(),
}));

/** Where a job's result may hold a signed address, or the configuration of a model. */
export const jobSecrets = [
  'url',
  'urls',
  'URLs',
  'bodyDownloadUrl',
  'headers',
  'configuration',
  'enricher.configuration',
].map((field) => `result.${field}`);

/** One of a closed list of values, as forms show it. */
export const EnumValue = answer(() => ({ label: z.string(), value: z.string() }));

/** A field of a schema. `is_primary_key` counts overrides in. */
export const SourceField = answer(() => ({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  type: z.string(),
  remote_type: z.string(),
  type_spec: z.unknown(),
  is_primary_key: z.boolean(),
  primary_key_override: z.boolean(),
  source_primary_key: z.boolean(),
  user_managed: z.boolean(),
  association: z.unknown(),
  values: z.array(EnumValue()),
}));

/** A field of a model, or of a source that a model could be made of. */
export const ModelField = answer(() => ({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  description: z.string(),
  type: z.string(),
  remote_type: z.string(),
  unique: z.boolean(),
  user_added: z.boolean(),
  example: z.unknown(),
  created_at: z.string(),
  created_by: Actor(),
  updated_at: z.string(),
}));

/** What a source wants to be told before it has fields. */
export const SourceMeta = answer(() => ({
  configuration: z.record(z.string(), z.unknown()),
  items: z.record(z.string(), z.unknown()),
  requires_one_of: z.array(z.string()),
}));
