/** Models: list, read, write, delete, each write at once or as a job. */
import { isDeepStrictEqual } from 'node:util';
import { ApiFailure, notFound } from '../http/api-failure';
import { param, data, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { typeOfConnection } from '../state/connection-types';
import { readModels } from '../state/connection-use';
import { toMs } from '../state/execution';
import { startJob } from '../state/start-job';
import { toJobResponse, type Job } from '../state/job';
import { completeModel, fieldNames, makeModel, modelAt, type Model } from '../state/model';
import { answerProsePage } from '../http/prose-paging';
import { actor, type Fields } from '../state/fields';

/** Handlers of `models.*`, without samples and enrichment. `async` on reads and deletes changes nothing: no job type fits. */
export const modelRoutes: Handlers = {
  'models.list': (call) => answerProsePage(call, { items: listed(call), present: (fields) => fields }),
  'models.get': (call) => data(modelOf(call).fields),
  'models.create': createModel,
  'models.update': updateModel,
  'models.preview': previewModel,
  'models.delete': deleteModel,
};

/** The model that the path names, as it is now. */
export function modelOf(call: ApiRequest): { model: Model; fields: Fields } {
  const id = param(call, 'id');
  const model = call.organization.models.get(id);
  const fields = model && modelAt(model, call.now);
  if (model === undefined || fields === undefined) throw notFound('model', id);
  return { model, fields };
}

/** An answer that is nothing but the handle of a job. */
export const answerJob = (job: Job, now: number): Answer => ({ body: { job: toJobResponse(job, now) } });

/** Newest change first, then by id. */
function listed({ organization, now }: ApiRequest): Fields[] {
  const present = [...organization.models.values()].flatMap((model): Fields[] => {
    const fields = modelAt(model, now);
    return fields === undefined ? [] : [fields];
  });
  const changedAt = ({ updated_at }: Fields): number => toMs(updated_at) ?? 0;
  return present.sort(
    (one, other) => changedAt(other) - changedAt(one) || (String(one.id) < String(other.id) ? -1 : 1),
  );
}

function createModel(call: ApiRequest): Answer {
  const { emulator, organization, now, query, body } = call;
  checkModel(call);
  const make = (from: number): Model => makeModel(body, { newId: emulator.newId, organization, now, from });
  if (query.async !== true) return data(keep(call, make(now)));
  const job = startJob(call, { type: 'createmodel', result: (endsAt) => keep(call, make(endsAt)) });
  return answerJob(job, now);
}

/** Stores a model and returns its fields. */
function keep({ organization }: ApiRequest, model: Model): Fields {
  organization.models.set(model.id, model);
  return model.revisions.at(-1)?.fields ?? {};
}

/** Replaces the whole model; up to 2023-04-25 it keeps what is left out. */
function updateModel(call: ApiRequest): Answer {
  const { now, query } = call;
  const { model, fields: present } = modelOf(call);
  checkModel(call);
  const revise = (at: number): Fields => {
    const fields = revised(call, { present, at });
    model.revisions.push({ at, fields });
    return fields;
  };
  if (query.async !== true) return data(revise(now));
  return answerJob(startJob(call, { type: 'updatemodel', result: revise }), now);
}

function revised(
  { body, version, organization }: ApiRequest,
  { present, at }: { present: Fields; at: number },
): Fields {
  const { refresh: _refresh, organization_id: _organization, ...written } = body;
  const { id, created_at, created_by, organization_id, version: count } = present;
  const kept = { id, created_at, created_by, organization_id };
  const stamps = { updated_at: toTimestamp(at), updated_by: actor };
  const base = version === '2023-04-25' ? present : {};
  const complete = (more: Fields): Fields => completeModel({ ...base, ...written, ...kept, ...more }, organization);
  const { updated_at, updated_by } = present;
  // Only a change is a new version: Terraform writes the same model again and again.
  const unchanged = isDeepStrictEqual(complete({ updated_at, updated_by, version: count }), present);
  return complete({ ...stamps, version: Number(count) + (unchanged ? 0 : 1) });
}

/** Saves nothing. The text says that it answers a job even where none was asked for, so it always does. */
function previewModel(call: ApiRequest): Answer {
  checkModel(call);
  const { emulator, organization, now, body } = call;
  const { id: _id, ...fields } = modelAt(makeModel(body, { newId: emulator.newId, organization, now }), now) ?? {};
  return answerJob(startJob(call, { type: 'previewmodel', result: () => fields }), now);
}

/** Nothing is refused: the syncs that read it have a problem from now on. */
function deleteModel(call: ApiRequest): Answer {
  const { organization } = call;
  const { model } = modelOf(call);
  organization.models.delete(model.id);
  for (const sync of organization.syncs.model.list()) {
    if (!readModels(sync).includes(model.id)) continue;
    const message = `model ${model.id} no longer exists`;
    const problem = { code: 'model_not_found', message, path: 'model_ids', severity: 'error' };
    sync.fields = { ...sync.fields, problems: [...((sync.fields.problems ?? []) as Fields[]), problem] };
  }
  return {};
}

/** What types cannot say: the connection is there and can be read, the identifier is one of the fields. */
function checkModel({ emulator, body, organization, now }: ApiRequest): void {
  const { organization_id, connection_id, enricher, identifier } = body as Record<string, string | undefined>;
  if (organization_id !== undefined && organization_id !== organization.id) {
    throw new ApiFailure(403, 'body.organization_id: not the organization of this key');
  }
  const connection = organization.connections.get(connection_id ?? '');
  if (connection === undefined) throw new ApiFailure(400, 'body.connection_id: no such connection');
  if (typeOfConnection(emulator.types, connection)?.operations.includes('source') === false) {
    throw new ApiFailure(400, 'body.connection_id: the connection cannot be a source');
  }
  const enrichedBy = (enricher as Fields | undefined)?.connection_id;
  if (typeof enrichedBy === 'string' && !organization.connections.has(enrichedBy)) {
    throw new ApiFailure(400, 'body.enricher.connection_id: no such connection');
  }
  const names = fieldNames(
    modelAt(makeModel(body, { newId: emulator.newId, organization, now }), now) ?? { fields: [] },
  );
  if ((identifier ?? '') !== '' && !names.includes(identifier ?? '')) {
    throw new ApiFailure(400, 'body.identifier: not one of the fields');
  }
}
