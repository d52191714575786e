/** What answers about connections hold. */
import { z } from 'zod';
import { answer, shape } from '../../shapes';
import { Actor } from '../shared-answers';

const TypeOfConnection = answer(() => ({
  id: z.string(),
  name: z.string(),
  logo_url: z.string(),
  logo_dark_url: z.string(),
  operations: z.array(z.string()),
}));

/** A connection as it is read. */
export const Connection = answer(() => ({
  id: z.string(),
  name: z.string(),
  type: TypeOfConnection(),
  /** `healthy`, or something that stands for unusable. */
  status: z.string(),
  status_error: z.string(),
  configuration: z.unknown(),
  /** What Polytomic has seen of the other system's own limit. It explains slow runs and promises nothing. */
  rate_limit: answer(() => ({ currently_limited: z.boolean(), limited_since: z.string(), expires_at: z.string() }))(),
  api_calls_last_24_hours: z.number(),
  parent_connection_id: z.string(),
  saved: z.boolean(),
  policies: z.array(z.string()),
  organization_id: z.string(),
  created_at: z.string(),
  created_by: Actor(),
  updated_at: z.string(),
  updated_by: Actor(),
}));

/** A connection as writes answer it: it may still want its owner's consent, to be given at `auth_url`. */
export const WrittenConnection = answer(() => ({
  id: z.string(),
  name: z.string(),
  type: TypeOfConnection(),
  status: z.string(),
  status_error: z.string(),
  configuration: z.unknown(),
  auth_url: z.string(),
  auth_code: z.string(),
  healthcheck_interval: z.string(),
  saved: z.boolean(),
  policies: z.array(z.string()),
  organization_id: z.string(),
}));

/** A kind of system that can be connected. Its form is spelt with capitals. */
export const ConnectionType = answer(() => ({
  id: z.string(),
  name: z.string(),
  capabilities: answer(() => ({
    source: z.boolean(),
    destination: z.boolean(),
    enrichment: z.boolean(),
    orchestration: z.boolean(),
    logging: z.boolean(),
  }))(),
  use_oauth: z.boolean(),
  logo_url: z.string(),
  logo_dark_url: z.string(),
  configurationForm: z.unknown(),
  initialConfiguration: z.unknown(),
  envConfig: z.unknown(),
  oauth_prompt: z.unknown(),
}));

/** A JSON Schema, of which these parts are what a form needs; the others are kept too. */
export const JsonSchema = answer(() => ({
  $schema: z.string(),
  $id: z.string(),
  $ref: z.string(),
  $defs: z.unknown(),
  type: z.string(),
  title: z.string(),
  description: z.string(),
  properties: z.unknown(),
  required: z.array(z.string()),
  additionalProperties: z.unknown(),
  allOf: z.array(z.unknown()),
  anyOf: z.array(z.unknown()),
  oneOf: z.array(z.unknown()),
}));

const ParameterValues = answer(() => ({
  allows_creation: z.boolean(),
  values: z.array(answer(() => ({ label: z.string(), path: z.string(), value: z.unknown() }))()),
}));

/** Choices for each parameter, by its name. */
export const ParameterChoices = shape(() =>
  z
    .record(z.string(), ParameterValues())
    .nullish()
    .transform((choices) => choices ?? {}),
);

/** Where a customer connects a system, and what lets them. */
export const ConnectCard = answer(() => ({ redirect_url: z.string(), token: z.string() }));

/** A customer's visit at the connect card. */
export const ConnectSession = answer(() => ({
  id: z.string(),
  connection_id: z.string(),
  name: z.string(),
  type: z.string(),
  whitelist: z.array(z.string()),
  organization_name: z.string(),
  redirect_url: z.string(),
  logo: z.string(),
  dark: z.boolean(),
  expires_at: z.string(),
}));

const CategoryUsage = answer(() => ({ key: z.string(), label: z.string(), calls: z.number() }));

const SyncUsage = answer(() => ({
  syncId: z.string(),
  syncName: z.string(),
  /** `model` or `bulk`. */
  syncType: z.string(),
  totalCalls: z.number(),
  lastRunAt: z.string(),
  categories: z.array(CategoryUsage()),
}));

/** Calls of the last 24 hours. Spelt with capitals. */
export const Usage = answer(() => ({
  connectionId: z.string(),
  callsLast24h: z.number(),
  /** False: only the total is known. */
  reportsSyncStats: z.boolean(),
  bySync: z.array(SyncUsage()),
}));
