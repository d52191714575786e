/** Keeps what large sets come to small enough for a history: the first are named, the rest is counted. */
import type { DriftResult, ProvisioningFailure, TouchedResource } from '../../contracts/provision';
import type { FieldChange, PlannedChange, ProvisionPlan } from '../../contracts/provision-plan';
import { jsonBytes } from '../json-bytes';

/** Largest plan, drift or failure, bytes of JSON; Temporal takes 2 MB. */
export const maxOutcomeBytes = 600_000;
/** All differing fields in it together. */
export const maxFieldsBytes = 200_000;

/** Hands out bytes until there are no more. */
class Room {
  constructor(private left: number) {}

  /** The first of these that fit. */
  take<T>(items: readonly T[]): T[] {
    const end = items.findIndex((item) => !this.fits(item));
    return end < 0 ? [...items] : items.slice(0, end);
  }

  fits(item: unknown): boolean {
    this.left -= jsonBytes(item) + 1;
    return this.left >= 0;
  }
}

/** Changes whose fields have this room together; `fieldCount` still counts all. */
export function boundFields<T extends { fields: FieldChange[] }>(changes: readonly T[], bytes = maxFieldsBytes): T[] {
  const room = new Room(bytes);
  return changes.map((change) => ({ ...change, fields: room.take(change.fields) }));
}

/** Those that say most are kept first: what is blocked, then what would be done, then what stays. All keep their order. */
function boundList<T>(items: readonly T[], rankOf: (item: T) => number): { kept: T[]; omitted: number } {
  const room = new Room(maxOutcomeBytes);
  const ranked = items.map((item, index) => ({ item, index })).sort((a, b) => rankOf(a.item) - rankOf(b.item));
  const kept = room.take(ranked).sort((a, b) => a.index - b.index);
  return { kept: kept.map(({ item }) => item), omitted: items.length - kept.length };
}

const rankOfChange = ({ action }: PlannedChange): number => (action === 'blocked' ? 0 : action === 'unchanged' ? 2 : 1);

/** A plan as the result of a workflow. Its hash and counts are those of the whole. */
export function boundPlan(plan: ProvisionPlan): ProvisionPlan {
  const { kept, omitted } = boundList(boundFields(plan.changes), rankOfChange);
  return { ...plan, changes: kept, omitted };
}

/** A drift as the result of a workflow. */
export function boundDrift(drift: DriftResult): DriftResult {
  const { kept, omitted } = boundList(boundFields(drift.resources), ({ state }) => (state === 'pending' ? 1 : 0));
  return { ...drift, resources: kept, omitted };
}

/** A failure as its details: values before go first, then the ends of the lists. */
export function boundFailure(failure: ProvisioningFailure): ProvisioningFailure {
  const values = new Room(maxFieldsBytes);
  const room = new Room(maxOutcomeBytes);
  let omitted = 0;
  const bound = (objects: readonly TouchedResource[]): TouchedResource[] => {
    const kept = room.take(
      objects.map(({ before, ...object }) => (before ? { ...object, before: values.take(before) } : object)),
    );
    omitted += objects.length - kept.length;
    return kept;
  };
  const failed = bound(failure.failed);
  const left = bound(failure.left);
  const [made, undone] = [bound(failure.made), bound(failure.undone)];
  return { ...failure, failed, left, made, undone, omitted };
}
