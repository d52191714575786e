/** Webhooks: where events are sent. An organization has one at most. */
import { z } from 'zod';
import { one, page } from '../answers';
import { del, get, post, put } from '../operation';
import { answer, shape } from '../shapes';

const since = '2024-02-08';

const WebhookBody = shape(() =>
  z.strictObject({
    endpoint: z.string(),
    /** Signs each delivery: 6 to 32 characters. */
    secret: z.string().min(6).max(32),
    organization_id: z.string().optional(),
  }),
);

const Webhook = answer(() => ({
  id: z.string(),
  endpoint: z.string(),
  secret: z.string(),
  disabled: z.boolean(),
  disabled_at: z.string(),
  disabled_reason: z.string(),
  created_at: z.string(),
  organization_id: z.string(),
}));

const ListDeliveries = shape(() =>
  z.strictObject({
    success: z.boolean().optional(),
    event_id: z.string().optional(),
    /** Attempts at or after. */
    start: z.string().optional(),
    /** Attempts before. */
    end: z.string().optional(),
    page_token: z.string().optional(),
  }),
);

const Delivery = answer(() => ({
  id: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  attempted_at: z.string(),
  duration_ms: z.number(),
  success: z.boolean(),
  status_code: z.number(),
  error: z.string(),
  error_kind: z.string(),
  /** What the receiver answered. */
  response_body: z.string(),
}));

/** Reads answer the secret too, and whoever knows the endpoint may post to it. */
const secrets = { answer: ['secret', 'endpoint'] };
const writeSecrets = { request: ['secret'], mixed: ['endpoint'], ...secrets };

/** Rows of `webhooks.*`. */
export const webhooks = {
  /** At most one. An activity answers it without `secret` and `endpoint`. */
  list: get('/api/webhooks', { answer: page(Webhook), since, secrets }),
  /** Says why it is disabled, if it is. An activity answers it without `secret` and `endpoint`. */
  get: get('/api/webhooks/{id}', { answer: one(Webhook), since, secrets }),
  /** An organization has one webhook at most. Its `secret` signs the deliveries. */
  create: post('/api/webhooks', {
    body: WebhookBody,
    answer: one(Webhook),
    since,
    starts: true,
    group: 'all',
    secrets: writeSecrets,
  }),
  /** Replaces the whole webhook: give the `secret` again. */
  update: put('/api/webhooks/{id}', {
    body: WebhookBody,
    answer: one(Webhook),
    since,
    group: 'all',
    secrets: writeSecrets,
  }),
  /** Events that happen from now on are sent nowhere. */
  delete: del('/api/webhooks/{id}', { since, group: 'all' }),
  /** Events that happen meanwhile are never sent. */
  disable: post('/api/webhooks/{id}/disable', { answer: one(Webhook), since, group: 'all', secrets }),
  /** Sends nothing that was missed. */
  enable: post('/api/webhooks/{id}/enable', { answer: one(Webhook), since, group: 'all', secrets }),
  /** One row for each attempt, newest first, and only as long as its event is kept (48 hours). */
  listDeliveries: get('/api/webhooks/{id}/deliveries', {
    query: ListDeliveries,
    answer: page(Delivery),
    since: '2025-09-18',
    paging: 'token',
    secrets: { answer: ['response_body'] },
  }),
};
