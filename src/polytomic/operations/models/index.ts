/** Models: what model syncs read, a table or a query of a connection. */
import { z } from 'zod';
import { one, oneWith, page } from '../../answers';
import { del, get, post, put } from '../../operation';
import { answer, shape } from '../../shapes';
import { Actor, Job, jobSecrets, ModelField, SourceMeta } from '../shared-answers';
import { SourceQuery } from '../shared-requests';
import { Asynchronously, CreateModel, Enrichment, ListModels, UpdateModel } from './requests';

/** Versions before it have no documented models. */
const since = '2023-04-25';

const Model = answer(() => ({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  version: z.number(),
  connection_id: z.string(),
  configuration: z.unknown(),
  fields: z.array(ModelField()),
  identifier: z.string(),
  enricher: answer(() => ({
    connection_id: z.string(),
    enricher_id: z.string(),
    configuration: z.unknown(),
    fields: z.array(ModelField()),
    mappings: z.record(z.string(), z.string()),
  }))(),
  relations: z.array(
    answer(() => ({ from: z.string(), to: answer(() => ({ model_id: z.string(), field: z.string() }))() }))(),
  ),
  labels: z.array(z.unknown()),
  tracking_columns: z.array(z.string()),
  policies: z.array(z.string()),
  organization_id: z.string(),
  created_at: z.string(),
  created_by: Actor(),
  updated_at: z.string(),
  updated_by: Actor(),
}));

const Sample = answer(() => ({
  records: z.array(z.record(z.string(), z.unknown())),
  warnings: z.array(z.string()),
}));

const WithJob = answer(() => ({ job: Job() }));

/** A model's configuration can be the text of a query, and an enricher's can hold a key. */
const configurations = ['configuration', 'enricher.configuration'];
const answerSecrets = [...configurations, ...jobSecrets.map((field) => `job.${field}`)];

/** Rows of `models.*`. What may be long work answers the model, a job, or both. */
export const models = {
  /** Newest change first. A page of exactly 50 without a token may have been cut. */
  list: get('/api/models', {
    query: ListModels,
    answer: page(Model),
    since,
    paging: 'prose',
    secrets: { answer: configurations },
  }),
  /** With `async` the answer may be a job instead of the model, which `jobs.get` follows. */
  get: get('/api/models/{id}', {
    query: Asynchronously,
    answer: oneWith(Model, WithJob),
    since,
    secrets: { answer: answerSecrets },
  }),
  /** The answer may be a job instead of the model, with `async` and without; `jobs.get` follows it. */
  create: post('/api/models', {
    query: Asynchronously,
    body: CreateModel,
    answer: oneWith(Model, WithJob),
    since,
    starts: true,
    secrets: { mixed: configurations, answer: answerSecrets },
  }),
  /** Replaces the whole model. Its verb was `PATCH`. */
  update: put('/api/models/{id}', {
    query: Asynchronously,
    body: UpdateModel,
    answer: oneWith(Model, WithJob),
    since,
    older: { until: '2023-04-25', method: 'PATCH' },
    secrets: { mixed: configurations, answer: answerSecrets },
  }),
  /** Breaks the syncs that read it. */
  delete: del('/api/models/{id}', { query: Asynchronously, since }),
  /** Saves nothing. The text says that it answers a job even where none was asked for. */
  preview: post('/api/model-preview', {
    query: Asynchronously,
    body: CreateModel,
    answer: oneWith(Model, WithJob),
    since,
    starts: true,
    secrets: { mixed: configurations, answer: answerSecrets },
  }),
  /** Records of a customer. Must be done within 10 seconds unless asked for asynchronously. */
  sample: get('/api/models/{id}/sample', {
    query: Asynchronously,
    answer: oneWith(Sample, WithJob),
    since,
    group: 'all',
    secrets: { answer: jobSecrets.map((field) => `job.${field}`) },
  }),
  /** 404 where the connection does not enrich. */
  getEnrichmentSource: get('/api/connections/{id}/modelsync/enrichment-source', {
    query: SourceQuery,
    answer: one(SourceMeta),
    since: '2024-02-08',
  }),
  /** Reads, although it is a `POST`: the sets of fields of which an enrichment wants one. */
  post: post('/api/enrichment/{connection_id}/inputfields', {
    body: Enrichment,
    answer: page(shape(() => z.array(z.string()))),
    since,
    secrets: { mixed: ['configuration'] },
  }),
};
