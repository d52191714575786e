/** Schemas of connections, as Polytomic has them in its cache. */
import { z } from 'zod';
import { accepted, one, page } from '../answers';
import { del, get, patch, post, put } from '../operation';
import { answer, shape } from '../shapes';
import { SourceField } from './shared-answers';
import { FieldDefinition } from './shared-requests';

const since = '2024-02-08';

const Schema = answer(() => ({ id: z.string(), name: z.string(), fields: z.array(SourceField()) }));

/** Three descriptions of what a refresh ends with do not agree: only `last_refresh_finished` is to be trusted. */
const CacheStatus = answer(() => ({
  cache_status: z.string(),
  last_refresh_started: z.string(),
  last_refresh_finished: z.string(),
}));

const UpsertFields = shape(() =>
  z.strictObject({
    fields: z
      .array(
        z.strictObject({
          field_id: z.string(),
          label: z.string(),
          type: z.string(),
          definition: FieldDefinition().optional(),
          example: z.unknown().optional(),
          path: z.string().optional(),
        }),
      )
      .optional(),
  }),
);

const PatchField = shape(() =>
  z.strictObject({
    /** Without a matching `definition` a new type drops the detailed one. */
    type: z.enum(['string', 'number', 'boolean', 'datetime', 'array', 'object', 'binary']).nullish(),
    definition: FieldDefinition().optional(),
    example: z.unknown().optional(),
    label: z.string().nullish(),
    /** Of a document's field; an empty text clears it. */
    path: z.string().nullish(),
  }),
);

const SetPrimaryKeys = shape(() =>
  z.strictObject({
    fields: z.array(z.strictObject({ field_id: z.string(), is_primary_key: z.boolean() })).optional(),
  }),
);

/** Rows of `schemas.*`. Ids of schemas and fields are names of the connected system, not UUIDs. */
export const schemas = {
  /** The fields of one table or object of the connected system, as Polytomic last read them. */
  get: get('/api/connections/{id}/schemas/{schema_id}', { answer: one(Schema), since }),
  /** Records of a customer: a sample, not the whole. */
  getRecords: get('/api/connections/{id}/schemas/{schema_id}/records', {
    answer: page(shape(() => z.record(z.string(), z.unknown()))),
    since,
    group: 'all',
  }),
  /** When Polytomic last read the schemas of the connection, and whether it is reading them now. */
  getStatus: get('/api/connections/{id}/schemas/status', { answer: one(CacheStatus), since }),
  /** 202: done once `last_refresh_finished` of {@link schemas.getStatus} has moved on. Healthy connections only. */
  refresh: post('/api/connections/{id}/schemas/refresh', { answer: accepted(), since, starts: true, group: 'run' }),
  /** 202, and perhaps for some of the fields only. */
  upsertField: post('/api/connections/{connection_id}/schemas/{schema_id}/fields', {
    body: UpsertFields,
    answer: accepted(),
    since,
  }),
  /** Changes what Polytomic knows of one field, not the connected system. `2025-09-18` and later. */
  patchField: patch('/api/connections/{connection_id}/schemas/{schema_id}/fields/{field_id}', {
    body: PatchField,
    answer: one(SourceField),
    since: '2025-09-18',
  }),
  /** 202. Fields that a user defined only. */
  deleteField: del('/api/connections/{connection_id}/schemas/{schema_id}/fields/{field_id}', {
    answer: accepted(),
    since,
  }),
  /** 202. Replaces all overrides. */
  setPrimaryKeys: put('/api/connections/{connection_id}/schemas/{schema_id}/primary_keys', {
    body: SetPrimaryKeys,
    answer: accepted(),
    since,
  }),
  /** 202. Back to the keys that the connected system says. */
  resetPrimaryKeys: del('/api/connections/{connection_id}/schemas/{schema_id}/primary_keys', {
    answer: accepted(),
    since,
  }),
};
