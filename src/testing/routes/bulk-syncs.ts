/** Bulk syncs: list, read, write, delete, activate, status. */
import { ApiFailure } from '../http/api-failure';
import { makeSchemas } from '../state/bulk-schema';
import type { SystemType } from '../state/system-type';
import { data, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { typeOfConnection } from '../state/connection-types';
import type { BulkSyncSeed } from '../controls/options';
import { answerProsePage } from '../http/prose-paging';
import { requestCancel, runningOf } from '../state/runs';
import { requireSchemas } from '../state/source-cache';
import type { Fields } from '../state/fields';
import type { Sync } from '../state/sync';
import { toBulkSync, toStatus } from '../state/sync-answers';
import { activate, keptFields } from './model-syncs';

/** The sync that the path names as `id`. */
export const bulkSyncOf = (call: ApiRequest, name = 'id'): Sync => call.organization.syncs.bulk.get(param(call, name));

/** Handlers of `bulkSync.*`, without executions, schemas and schedules. */
export const bulkSyncRoutes: Handlers = {
  'bulkSync.list': listBulkSyncs,
  'bulkSync.get': (call) => data(toBulkSync(bulkSyncOf(call), call.version)),
  'bulkSync.create': (call) => {
    requireInspected(call, call.body.source_connection_id);
    checkAbilities(call);
    const { schemas, ...body } = call.body;
    const fields = { ...resetFields, ...toStored(body, call), active: body.active ?? true };
    const seed: BulkSyncSeed = { ...fields, organization: call.organization.name };
    const known = makeSchemas(schemasOfSource(call));
    const sync = call.emulator.addBulkSync({ ...seed, schemas: select(known, schemas) });
    return data(toBulkSync(sync, call.version));
  },
  'bulkSync.update': (call) => {
    const sync = bulkSyncOf(call);
    checkAbilities(call);
    const { schemas, ...body } = call.body;
    const fields = {
      ...resetFields,
      additional_schedules: [],
      policies: [],
      active: true,
      ...toStored(body, { ...call, present: sync }),
    };
    sync.fields = { ...fields, ...keptFields(sync, call.now) };
    if (Array.isArray(schemas) && schemas.length > 0) sync.schemas = select(sync.schemas, schemas);
    call.organization.syncs.bulk.put(sync);
    return data(toBulkSync(sync, call.version));
  },
  'bulkSync.delete': (call) => {
    const sync = bulkSyncOf(call);
    cancelRunning(call, sync);
    call.emulator.removeSync(call.organization, sync);
    return {};
  },
  'bulkSync.activate': (call) => {
    const sync = bulkSyncOf(call);
    if (call.body.active === false) cancelRunning(call, sync);
    return activate(call, sync);
  },
  'bulkSync.getStatus': (call) => data(toStatus(bulkSyncOf(call), call)),
};

/** Refuses while the schemas of a connection that is there are not known. */
export function requireInspected({ organization, now }: ApiRequest, connectionId: unknown): void {
  const system = organization.systems.get(String(connectionId));
  if (system !== undefined) requireSchemas(system.source, now);
}

/** Asks any running run to stop; says whether there was one. */
export function cancelRunning({ now }: ApiRequest, sync: Sync): boolean {
  const running = runningOf(sync, now);
  return running !== undefined && requestCancel(running, now);
}

/** Not every kind of system offers every mode as destination, nor the cutoff as source; which do stands in their types. */
function checkAbilities({ emulator, organization, body }: ApiRequest): void {
  const typeAt = (id: unknown): SystemType | undefined =>
    typeOfConnection(emulator.types, organization.connections.get(String(id)) ?? {});
  const source = typeAt(body.source_connection_id);
  const destination = typeAt(body.destination_connection_id);
  if (destination?.bulkModes?.includes(String(body.mode)) === false) {
    throw new ApiFailure(400, `body.mode: ${destination.name} takes ${destination.bulkModes.join(', ')} only`);
  }
  if (source?.hasCutoff === false && body.data_cutoff_timestamp !== undefined) {
    throw new ApiFailure(400, `body.data_cutoff_timestamp: ${source.name} has no cutoff`);
  }
}

/** What a left-out field becomes, on create and on full replacement alike. */
const resetFields: Fields = {
  automatically_add_new_fields: 'all',
  automatically_add_new_objects: 'none',
  normalize_names: 'enabled',
  disable_record_timestamps: false,
};

/** The stored form of a write: schedules get ids (a present sync's default schedule keeps its own), and the one `schedule` of 2024-02-08 is the default schedule. */
function toStored(
  { schedule, ...body }: Fields,
  { emulator, organization, present }: Pick<ApiRequest, 'emulator' | 'organization'> & { present?: Sync },
): Fields {
  if (body.organization_id !== undefined && body.organization_id !== organization.id) {
    throw new ApiFailure(403, 'body.organization_id: not the organization of this key');
  }
  const additional = (body.additional_schedules ?? []) as Fields[];
  const { multi, ...single } = (schedule ?? {}) as Fields;
  const presentId = present === undefined ? {} : { id: (present.fields.default_schedule as Fields).id };
  return {
    ...body,
    ...(multi === undefined ? {} : { multi }),
    default_schedule: withId({ emulator }, { ...presentId, ...((body.default_schedule ?? single) as Fields) }),
    additional_schedules: additional.map((one) => withId({ emulator }, one)),
  };
}

/** A schedule with an id. */
export const withId = ({ emulator }: Pick<ApiRequest, 'emulator'>, schedule: Fields): Fields => ({
  ...schedule,
  id: schedule.id ?? emulator.newId(),
});

/** What the source connection has, or undefined for a connection that is not there. */
function schemasOfSource({ organization, body }: ApiRequest): Fields[] | undefined {
  const source = organization.systems.get(String(body.source_connection_id))?.source;
  return source?.found.map(({ id, fields }) => ({ id, fields: fields.map((field) => field.id) }));
}

/** A selection replaces: what is listed is enabled, everything else is not. None given means all of them. */
function select(known: readonly Fields[], selection: unknown): Fields[] {
  if (!Array.isArray(selection) || selection.length === 0) return [...known];
  const chosen = makeSchemas(selection as (string | Fields)[]);
  const unlisted = known.filter(({ id }) => !chosen.some((schema) => schema.id === id));
  return [...chosen, ...unlisted.map((schema) => ({ ...schema, enabled: false }))];
}

function listBulkSyncs(call: ApiRequest): Answer {
  const { active } = call.query;
  const all = call.organization.syncs.bulk.list();
  const syncs = active === undefined ? all : all.filter(({ fields }) => fields.active === active);
  return answerProsePage(call, { items: syncs, present: (sync) => toBulkSync(sync, call.version) });
}
