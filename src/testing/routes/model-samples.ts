/** Samples of models, and what enriches them. */
import { ApiFailure, notFound } from '../http/api-failure';
import { systemOf } from '../state/connected-system';
import { data, listOf, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { typeOfConnection } from '../state/connection-types';
import { startJob } from '../state/start-job';
import { madeUpRecords } from '../state/sample-records';
import type { Fields } from '../state/fields';
import { connectionOf } from './connections';
import { answerJob, modelOf } from './models';

/** Beyond it a sample that is not a job is given up. */
const sampleLimitMs = 10_000;

/** Handlers of `models.sample`, `models.getEnrichmentSource` and `models.post`. */
export const modelSampleRoutes: Handlers = {
  'models.sample': sampleModel,
  'models.getEnrichmentSource': (call) => {
    enricherOf(call);
    return data({
      configuration: { lookup: { type: 'string', items: ['person', 'company'] } },
      items: {},
      requires_one_of: [],
    });
  },
  /** The sets of fields of which an enrichment needs one. */
  'models.post': (call) => {
    enricherOf(call, 'connection_id');
    const { lookup } = (call.body.configuration ?? {}) as Fields;
    return listOf(lookup === 'company' ? [['domain']] : [['email'], ['name', 'company']]);
  },
};

/** The connection that the path names; one that does not enrich has nothing here, which is a 404 too. */
function enricherOf(call: ApiRequest, name = 'id'): Fields {
  const connection = connectionOf(call, name);
  if (typeOfConnection(call.emulator.types, connection)?.operations.includes('enrichment') !== true) {
    throw notFound('enrichment of connection', String(connection.id));
  }
  return connection;
}

/** How a sample that takes too long is refused is not documented: a 500, which the operation declares. */
function sampleModel(call: ApiRequest): Answer {
  const { model, fields } = modelOf(call);
  const sample = { records: recordsOf(call), warnings: [] };
  const { sampleMs } = model;
  if (call.query.async === true) {
    return answerJob(startJob(call, { type: 'samplemodel', result: () => sample, durationMs: sampleMs }), call.now);
  }
  if ((sampleMs ?? 0) > sampleLimitMs)
    throw new ApiFailure(500, `model ${String(fields.id)}: the sample took too long`);
  return data(sample);
}

/** Each record has the model's fields under the model's id, and what enriches it under the enricher's. */
function recordsOf(call: ApiRequest): Fields[] {
  const { model, fields } = modelOf(call);
  const { table } = (fields.configuration ?? {}) as { table?: unknown };
  const { found } = systemOf(call.organization, String(fields.connection_id)).source;
  const own =
    model.records ?? found.find(({ id }) => id === table)?.records ?? madeUpRecords(fields.fields as Fields[]);
  const enricher = fields.enricher as Fields | undefined;
  const added = enricher === undefined ? [] : madeUpRecords((enricher.fields ?? []) as Fields[]);
  return own.map((record, index) => ({
    [model.id]: record,
    ...(enricher === undefined ? {} : { [String(enricher.enricher_id ?? enricher.connection_id)]: added[index] ?? {} }),
  }));
}
