/** Connections to the systems that data comes from and goes to. */
import { z } from 'zod';
import { one, page } from '../answers';
import { get } from '../operation';
import { answer } from '../shapes';
import { Actor } from './shared-answers';

const since = '2023-04-25';

const Connection = answer(() => ({
  id: z.string(),
  name: z.string(),
  type: answer(() => ({
    id: z.string(),
    name: z.string(),
    logo_url: z.string(),
    logo_dark_url: z.string(),
    operations: z.array(z.string()),
  }))(),
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

const ConnectionType = answer(() => ({
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

/** Secrets are masked by the server, yet nobody says which ones: the whole configuration is treated as secret. */
const secrets = { answer: ['configuration'] };

/** Rows of `connections.*`. */
export const connections = {
  list: get('/api/connections', { answer: page(Connection), since, secrets }),
  get: get('/api/connections/{id}', { answer: one(Connection), since, secrets }),
  getTypes: get('/api/connection_types', { answer: page(ConnectionType), since }),
};
