/** The schedule fields of a sync: what they hold, and whether they start anything. Pure. */
import type { Fields } from '../../contracts/provision-spec';
import type { SyncKind } from '../../contracts/sync-kind';
import { canonicalJson, isFields } from './values';

const parts: Readonly<Record<SyncKind, readonly string[]>> = {
  model: ['schedule'],
  bulk: ['default_schedule', 'additional_schedules'],
};

const manual: Readonly<Record<SyncKind, Fields>> = {
  model: { schedule: { frequency: 'manual' } },
  bulk: { default_schedule: { frequency: 'manual' }, additional_schedules: [] },
};

/** The fields by which Polytomic starts nothing. */
export function manualSchedule(kind: SyncKind): Fields {
  return manual[kind];
}

/** Of a whole sync: without what is empty, and without ids, which are drawn anew by each write. */
export function scheduleFields(kind: SyncKind, sync: Fields): Fields {
  return Object.fromEntries(parts[kind].map((part) => [part, withoutEmpty(sync[part] ?? manual[kind][part])]));
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isFields(value)) return value;
  const filled = Object.entries(value).filter(
    ([name, field]) => name !== 'id' && field !== null && field !== undefined && field !== '',
  );
  return Object.fromEntries(filled.map(([name, field]) => [name, withoutEmpty(field)]));
}

/** Every schedule of a sync by itself. */
export function schedulesIn(fields: Fields): Fields[] {
  return Object.values(fields)
    .flatMap((part) => (Array.isArray(part) ? (part as unknown[]) : [part]))
    .filter(isFields);
}

/** Those that start runs. */
export function activeSchedules(fields: Fields): Fields[] {
  return schedulesIn(fields).filter(({ frequency }) => frequency !== 'manual' && frequency !== undefined);
}

/** Whether both mean the same. */
export function isSameSchedule(kind: SyncKind, one: Fields, other: Fields): boolean {
  const textOf = (fields: Fields): string => canonicalJson(scheduleFields(kind, fields));
  return textOf(one) === textOf(other);
}
