/** Model syncs: list, read, write, delete, activate, status. */
import { ApiFailure } from '../api-failure';
import { data, param, type Answer, type Call, type Handlers } from '../call';
import { toTimestamp } from '../clock';
import { answerPage, pageOf } from '../paging';
import { requestCancel, runningOf } from '../runs';
import { actor, type Fields, type Sync } from '../sync';
import { toModelSync, toModelSyncItem, toStatus } from '../sync-answers';

/** The sync that the path names as `id`. */
export const modelSyncOf = (call: Call, name = 'id'): Sync => call.organization.syncs.model.get(param(call, name));

/** Handlers of `modelSync.*`, without executions, sources and targets. */
export const modelSyncRoutes: Handlers = {
  'modelSync.list': listModelSyncs,
  'modelSync.get': (call) => data(toModelSync(modelSyncOf(call), call.version)),
  'modelSync.create': (call) => {
    checkBody(call);
    const organization = call.organization.name;
    const sync = call.world.addModelSync({
      ...emptyFields,
      ...call.body,
      active: call.body.active ?? true,
      organization,
    });
    return data(toModelSync(sync, call.version));
  },
  'modelSync.update': updateModelSync,
  'modelSync.delete': (call) => {
    const sync = modelSyncOf(call);
    const running = runningOf(sync, call.now);
    if (running !== undefined) requestCancel(running, call.now);
    call.world.removeSync(call.organization, sync);
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
export function activate({ body, organization, now }: Call, sync: Sync): Answer {
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

const listCeiling = 50;

function listModelSyncs(call: Call): Answer {
  const { active, mode, target_connection_id, page_token, limit } = call.query;
  const syncs = call.organization.syncs.model.list().filter(({ fields }) => {
    if (active !== undefined && fields.active !== active) return false;
    if (mode !== undefined && fields.mode !== mode) return false;
    const target = fields.target as Fields | undefined;
    return target_connection_id === undefined || target?.connection_id === target_connection_id;
  });
  const present = (sync: Sync): Fields => toModelSyncItem(sync, call.version);
  if (call.version === '2025-09-18')
    return answerPage(pageOf(syncs, { token: page_token, limit, ceiling: listCeiling }), present);
  return data(syncs.length === 0 ? null : syncs.map(present));
}

function updateModelSync(call: Call): Answer {
  const sync = modelSyncOf(call);
  checkBody(call);
  const partial = call.version === '2022-12-12' || call.version === '2023-04-25';
  const usual = {
    ...emptyFields,
    active: true,
    policies: [],
    encryption_passphrase: sync.fields.encryption_passphrase,
  };
  sync.fields = {
    ...(partial ? sync.fields : { ...usual, model_ids: sync.fields.model_ids }),
    ...call.body,
    ...keptFields(sync, call.now),
  };
  call.organization.syncs.model.put(sync);
  return data(toModelSync(sync, call.version));
}

/** What types cannot say: several mappings need a strategy, and a key writes into its own organization only. */
function checkBody({ body, organization }: Call): void {
  const { mappings, strategy } = (body.identities ?? {}) as { mappings?: unknown[]; strategy?: unknown };
  if ((mappings?.length ?? 0) > 1 && strategy === undefined) {
    throw new ApiFailure(422, 'body.identities.strategy: required with several mappings');
  }
  if (body.organization_id !== undefined && body.organization_id !== organization.id) {
    throw new ApiFailure(403, 'body.organization_id: not the organization of this key');
  }
}

const scheduleOptions = ['manual', 'continuous', 'hourly', 'daily', 'weekly', 'custom'].map((frequency) => ({
  frequency,
  label: frequency,
  description: `Runs: ${frequency}`,
}));
