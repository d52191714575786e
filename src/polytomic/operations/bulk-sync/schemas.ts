/** Which tables and fields a bulk sync copies, and how. */
import { z } from 'zod';
import { acknowledgement, one, page } from '../../answers';
import { get, patch, post, put } from '../../operation';
import { answer, shape } from '../../shapes';
import { CancelRequested } from '../shared-answers';
import { SchemaSettings } from './requests';

const ListSchemas = shape(() => z.strictObject({ filters: z.record(z.string(), z.string()).optional() }));

const UpdateField = shape(() =>
  z.strictObject({
    id: z.string().optional(),
    enabled: z.boolean().optional(),
    obfuscated: z.boolean().optional(),
    user_output_name: z.string().optional(),
  }),
);

/** Leaving out `fields` enables every field. */
const UpdateSchema = shape(() => SchemaSettings().extend({ fields: z.array(UpdateField()).optional() }));

/** Each listed schema is changed, the others stay. It takes what a read gives, output names included. */
const PatchSchemas = shape(() =>
  z.strictObject({
    schemas: z
      .array(
        UpdateSchema().extend({
          id: z.string().optional(),
          fields: z.array(UpdateField().extend({ output_name: z.string().optional() })).optional(),
          output_name: z.string().optional(),
          destination_history_output_name: z.string().optional(),
        }),
      )
      .optional(),
  }),
);

const Field = answer(() => ({
  id: z.string(),
  enabled: z.boolean(),
  obfuscated: z.boolean(),
  output_name: z.string(),
  user_output_name: z.string(),
}));

const Filter = answer(() => ({ function: z.string(), field_id: z.string(), value: z.unknown() }));

const listed = () => ({
  id: z.string(),
  enabled: z.boolean(),
  output_name: z.string(),
  user_output_name: z.string(),
  destination_history_output_name: z.string(),
  history_enabled: z.boolean(),
  data_cutoff_timestamp: z.string(),
  disable_data_cutoff: z.boolean(),
  partition_key: z.string(),
  tracking_field: z.string(),
});

const ListedSchema = answer(listed);

const Schema = answer(() => ({ ...listed(), fields: z.array(Field()), filters: z.array(Filter()) }));

/** Rows of `bulkSync.schemas.*`. */
export const schemas = {
  /** Without fields and filters: read schemas one by one for these. */
  list: get('/api/bulk/syncs/{id}/schemas', {
    query: ListSchemas,
    answer: page(ListedSchema),
    since: '2024-02-08',
    needsSchemas: true,
  }),
  /** Changes the schemas that it names and leaves all others; a schema without `fields` syncs all of its fields. */
  patch: patch('/api/bulk/syncs/{id}/schemas', {
    body: PatchSchemas,
    answer: page(Schema),
    since: '2024-02-08',
    needsSchemas: true,
  }),
  /** One schema with its fields and filters. */
  get: get('/api/bulk/syncs/{id}/schemas/{schema_id}', {
    answer: one(Schema),
    since: '2024-02-08',
    needsSchemas: true,
  }),
  /** Replaces the whole schema, except `history_enabled`. */
  update: put('/api/bulk/syncs/{id}/schemas/{schema_id}', {
    body: UpdateSchema,
    fieldsSince: { history_enabled: '2025-09-18' },
    answer: one(Schema),
    since: '2024-02-08',
    needsSchemas: true,
  }),
  /** Cancels this schema's part of the run in progress, whoever started it. */
  cancel: post('/api/bulk/syncs/{id}/schemas/{schema_id}/cancel', {
    answer: acknowledgement(CancelRequested),
    since: '2024-02-08',
    needsSchemas: true,
    group: 'all',
  }),
};
