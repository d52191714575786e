/** The caller's organization, and for partners those of their customers. */
import { z } from 'zod';
import { one, page } from '../answers';
import { del, get, post, put } from '../operation';
import { answer, shape } from '../shapes';

const OrganizationBody = shape(() =>
  z.strictObject({
    name: z.string(),
    sso_domain: z.string().optional(),
    sso_org_id: z.string().optional(),
    issuer: z.string().optional(),
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
  }),
);

const Organization = answer(() => ({
  id: z.string(),
  name: z.string(),
  sso_domain: z.string(),
  sso_org_id: z.string(),
  issuer: z.string(),
}));

const RecordLoggingBody = shape(() =>
  z.strictObject({
    enabled: z.boolean(),
    /** A connection to blob storage. */
    deliveryConnectionId: z.string().nullish(),
    /** Path before the organization's id. */
    deliveryPrefix: z.string().nullish(),
  }),
);

const RecordLogging = answer(() => ({
  enabled: z.boolean(),
  deliveryConnectionId: z.string(),
  deliveryConnectionName: z.string(),
  deliveryPrefix: z.string(),
}));

const secrets = { request: ['client_secret'] };

/** Rows of `organization.*`. */
export const organization = {
  /** The organization of the key; `2025-09-18` and later. */
  getCurrent: get('/api/organization', { answer: one(Organization), since: '2025-09-18' }),
  /** Spelt with capitals. */
  getRecordLogging: get('/api/organization/record-logging', {
    answer: one(RecordLogging),
    since: '2025-09-18',
    group: 'all',
  }),
  /** Replaces: a destination that is omitted is removed. Spelt with capitals. */
  updateRecordLogging: put('/api/organization/record-logging', {
    body: RecordLoggingBody,
    answer: one(RecordLogging),
    since: '2025-09-18',
    group: 'all',
  }),
  /** The partner's own organization comes first. */
  list: get('/api/organizations', { answer: page(Organization), partner: true }),
  /** For partners. It has no users yet: `users.create` makes them. */
  create: post('/api/organizations', {
    body: OrganizationBody,
    answer: one(Organization),
    partner: true,
    starts: true,
    secrets,
  }),
  /** For partners: one of their organizations. */
  get: get('/api/organizations/{id}', { answer: one(Organization), partner: true }),
  /** Replaces the whole sign-on configuration: what is omitted is removed. Its verb was `PATCH`. */
  update: put('/api/organizations/{id}', {
    body: OrganizationBody,
    answer: one(Organization),
    older: { until: '2023-04-25', method: 'PATCH' },
    partner: true,
    secrets,
  }),
  /** Not the partner's own. */
  delete: del('/api/organizations/{id}', { partner: true }),
};
