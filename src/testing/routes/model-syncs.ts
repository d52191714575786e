/** Model syncs: list, read, write, delete, activate, status. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { modelAt } from '../state/model';
import { answerPage, pageOf } from '../http/paging';
import { requestCancel, runningOf } from '../state/runs';
import { actor, type Fields } from '../state/fields';
import { type Sync } from '../state/sync';
import { modelsIn, newTarget, toStoredModelSync } from '../state/model-sync-write';
import { toModelSync, toModelSyncItem, toStatus } from '../state/sync-answers';

/** The sync that the path names as `id`. */
export const modelSyncOf = (call: ApiRequest, name = 'id'): Sync =>
  call.organization.syncs.model.get(param(call, name));

/** Handlers of `modelSync.*`, without executions, sources and targets. */
export const modelSyncRoutes: Handlers = {
  'modelSync.list': listModelSyncs,
  'modelSync.get': (call) => data(toModelSync(modelSyncOf(call), call.version)),
  'modelSync.create': (call) => {
    checkBody(call);
    if (call.version === '2025-09-18') checkReferences(call);
    const { active = true } = call.body;
    const { name: organization } = call.organization;
    const stored = toStoredModelSync(call.body);
    const sync = call.emulator.addModelSync({ ...emptyFields, ...stored, active, organization });
    makeTarget(call, stored);
    return data(toModelSync(sync, call.version));
  },
  'modelSync.update': updateModelSync,
  'modelSync.delete': (call) => {
    const sync = modelSyncOf(call);
    const running = runningOf(sync, call.now);
    if (running !== undefined) requestCancel(running, call.now);
    call.emulator.removeSync(call.organization, sync);
    return {};
  },
  'modelSync.activate': (call) => {
    const sync = modelSyncOf(call);
    if (call.body.active === true) refuseProblems(sync, 422);
    return activate(call, sync);
  },
  'modelSync.getStatus': (call) => data(toStatus(modelSyncOf(call), call)),
  'modelSync.getScheduleOptions': () => data({ schedule_options: scheduleOptions }),
};

/** Refuses what a sync with problems cannot do; the statuses are the emulator's choice, nobody documents them. */
export function refuseProblems(sync: Sync, status: number): void {
  const { problems } = sync.fields;
  if (!Array.isArray(problems) || problems.length === 0) return;
  const messages = problems.map(({ message = 'unknown problem' }: { message?: string }) => message);
  throw new ApiFailure(status, `the sync has problems: ${messages.join('; ')}`);
}

/** Switches a sync on or off. What is running goes on. */
export function activate({ body, organization, now }: ApiRequest, sync: Sync): Answer {
  sync.fields = { ...sync.fields, active: body.active, updated_at: toTimestamp(now) };
  organization.syncs[sync.kind].put(sync);
  return data({ id: sync.id, active: body.active });
}

/** The fields that a replacement keeps; everything else is as sent, or as in a new sync. */
export function keptFields({ fields }: Sync, now: number): Fields {
  const { id, created_at, created_by, organization_id } = fields;
  return { id, created_at, created_by, organization_id, updated_at: toTimestamp(now), updated_by: actor };
}

/** What the answer to a create or update shows of what was left out. */
const emptyFields: Fields = {
  filters: [],
  overrides: [],
  override_fields: [],
  only_enrich_updates: false,
  skip_initial_backfill: false,
  sync_all_records: false,
};

/** The page of 2022-12-12 describes tokens as the newest one does; its items are whole syncs all the same. */
const pagedVersions: readonly string[] = ['2022-12-12', '2025-09-18'];
const listCeiling = 50;

function listModelSyncs(call: ApiRequest): Answer {
  const { active, mode, target_connection_id, page_token, limit } = call.query;
  const syncs = call.organization.syncs.model.list().filter(({ fields }) => {
    if (active !== undefined && fields.active !== active) return false;
    if (mode !== undefined && fields.mode !== mode) return false;
    const target = fields.target as Fields | undefined;
    return target_connection_id === undefined || target?.connection_id === target_connection_id;
  });
  const present = (sync: Sync): Fields => toModelSyncItem(sync, call.version);
  const unpaged = data(syncs.length === 0 ? null : syncs.map(present));
  if (!pagedVersions.includes(call.version)) return unpaged;
  const page = pageOf(syncs, { token: page_token, limit, ceiling: listCeiling });
  // The example of the older page shows no `pagination` where one page holds everything.
  const whole = call.version !== '2025-09-18' && page.next === undefined && page.previous === undefined;
  return whole ? unpaged : answerPage(page, present);
}

function updateModelSync(call: ApiRequest): Answer {
  const sync = modelSyncOf(call);
  checkBody(call);
  const partial = call.version === '2022-12-12' || call.version === '2023-04-25';
  const usual = { ...emptyFields, active: true, policies: [] };
  const stored = toStoredModelSync(partial ? { ...sync.fields, ...call.body } : call.body);
  sync.fields = { ...(partial ? {} : usual), ...stored, ...keptFields(sync, call.now) };
  makeTarget(call, stored);
  call.organization.syncs.model.put(sync);
  return data(toModelSync(sync, call.version));
}

/** From now on the system behind the target's connection has the object that was to be made. */
function makeTarget({ organization }: ApiRequest, { target }: Fields): void {
  const { object, new_name: name, connection_id: id } = target as Fields;
  const system = organization.systems.get(String(id));
  if (object !== newTarget || typeof name !== 'string' || system === undefined) return;
  if (!system.newTargets.includes(name)) system.newTargets.push(name);
}

/** What types cannot say: what is named is there, several mappings need a strategy, and a key writes into its own organization only. */
function checkBody(call: ApiRequest): void {
  const { body, organization } = call;
  const { object, new_name: name } = (body.target ?? {}) as Fields;
  if (object === newTarget && typeof name !== 'string') {
    throw new ApiFailure(422, 'body.target.new_name: required for a new target');
  }

  const { mappings, strategy } = (body.identities ?? {}) as { mappings?: unknown[]; strategy?: unknown };
  if ((mappings?.length ?? 0) > 1 && strategy === undefined) {
    throw new ApiFailure(422, 'body.identities.strategy: required with several mappings');
  }
  if (body.organization_id !== undefined && body.organization_id !== organization.id) {
    throw new ApiFailure(403, 'body.organization_id: not the organization of this key');
  }
}

/** The newest version declares a 404 for a create; older ones declare none. */
function checkReferences({ body, organization, now }: ApiRequest): void {
  const { connection_id: id } = body.target as Fields;
  if (!organization.connections.has(String(id))) throw notFound('connection', String(id));
  for (const modelId of modelsIn(body)) {
    const model = organization.models.get(modelId);
    if (model === undefined || modelAt(model, now) === undefined) throw notFound('model', modelId);
  }
}

const scheduleOptions = ['manual', 'continuous', 'hourly', 'daily', 'weekly', 'custom'].map((frequency) => ({
  frequency,
  label: frequency,
  description: `Runs: ${frequency}`,
}));
