/** The schedules of bulk syncs: stored as the sync shows them, written and answered in camel case and without ids. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, listOf, param, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { actor, type Fields } from '../state/fields';
import { type Sync } from '../state/sync';
import { bulkSyncOf, withId } from './bulk-syncs';

/** Handlers of `bulkSync.schedules.*`. */
export const bulkScheduleRoutes: Handlers = {
  'bulkSync.schedules.list': (call) => {
    const sync = bulkSyncOf(call, 'sync_id');
    return listOf(schedulesOf(sync).map((schedule) => toAnswer(sync, schedule)));
  },
  'bulkSync.schedules.create': (call) => {
    const sync = bulkSyncOf(call, 'sync_id');
    const schedule = withId(call, toStored(call, { created_at: toTimestamp(call.now), created_by: actor }));
    store(call, { sync, additional: [...additionalOf(sync), schedule] });
    return data(toAnswer(sync, schedule));
  },
  'bulkSync.schedules.get': (call) => data(toAnswer(bulkSyncOf(call, 'sync_id'), scheduleOf(call))),
  'bulkSync.schedules.update': (call) => {
    const sync = bulkSyncOf(call, 'sync_id');
    const { id, created_at, created_by } = scheduleOf(call);
    const schedule = toStored(call, { id, created_at, created_by });
    const swap = (present: Fields): Fields => (present.id === id ? schedule : present);
    store(call, { sync, additional: additionalOf(sync).map(swap), byDefault: swap(defaultOf(sync)) });
    return data(toAnswer(sync, schedule));
  },
  'bulkSync.schedules.delete': (call) => {
    const sync = bulkSyncOf(call, 'sync_id');
    const { id } = scheduleOf(call);
    if (id === defaultOf(sync).id) throw new ApiFailure(403, 'the default schedule cannot be deleted');
    store(call, { sync, additional: additionalOf(sync).filter((schedule) => schedule.id !== id) });
    return {};
  },
};

const defaultOf = ({ fields }: Sync): Fields => (fields.default_schedule ?? {}) as Fields;
const additionalOf = ({ fields }: Sync): Fields[] => (fields.additional_schedules ?? []) as Fields[];
const schedulesOf = (sync: Sync): Fields[] => [defaultOf(sync), ...additionalOf(sync)];

function scheduleOf(call: ApiRequest): Fields {
  const id = param(call, 'schedule_id');
  const schedule = schedulesOf(bulkSyncOf(call, 'sync_id')).find((candidate) => candidate.id === id);
  if (schedule === undefined) throw notFound('schedule', id);
  return schedule;
}

function store(
  { organization, now }: ApiRequest,
  { sync, additional, byDefault = defaultOf(sync) }: { sync: Sync; additional: Fields[]; byDefault?: Fields },
): void {
  const written = { default_schedule: byDefault, additional_schedules: additional, updated_at: toTimestamp(now) };
  sync.fields = { ...sync.fields, ...written };
  organization.syncs.bulk.put(sync);
}

const names = {
  frequency: 'frequency',
  minute: 'minute',
  hour: 'hour',
  dayOfWeek: 'day_of_week',
  dayOfMonth: 'day_of_month',
  month: 'month',
  selectiveMode: 'selective_mode',
} as const;

/** What the endpoint writes; `schemas` and `resync_mode` it cannot set. */
function toStored({ body, now }: ApiRequest, kept: Fields): Fields {
  const written = body.schedule as Fields;
  const entries = Object.entries(names).map(([name, stored]) => [stored, written[name]] as const);
  const given = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return { ...kept, ...given, updated_at: toTimestamp(now), updated_by: actor };
}

function toAnswer(sync: Sync, schedule: Fields): Fields {
  const entries = Object.entries(names).map(([name, stored]) => [name, schedule[stored] ?? null] as const);
  const { created_at, updated_at, schemas, resync_mode } = schedule;
  return {
    ...Object.fromEntries(entries),
    syncId: sync.id,
    isDefault: schedule.id === defaultOf(sync).id,
    schemas: schemas ?? null,
    syncMode: resync_mode ?? 'normal',
    createdAt: created_at ?? sync.fields.created_at,
    createdBy: actor.id,
    updatedAt: updated_at ?? sync.fields.updated_at,
    updatedBy: actor.id,
  };
}
