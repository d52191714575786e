/** Tells a change from outside from a change of the spec: what was applied stands between the two. */
import type { DriftedResource } from '../../contracts/provision';
import { failureTypes } from '../../contracts/failure-types';
import type { PlannedObject } from '../../contracts/provision-plan';
import type { OwnedObject } from '../../contracts/provision-record';

/** What is known beside the plan of an object. */
export interface DriftFacts {
  /** What the record has. */
  owned: OwnedObject | undefined;
  /** Ids that were read as existing. */
  existing: ReadonlySet<string>;
}

/** Empty where nothing differs. */
export function toDrift(planned: PlannedObject, { owned, existing }: DriftFacts): DriftedResource[] {
  const { address, id, name, fields, action, reason } = planned.change;
  const found = { address, id: id ?? owned?.id ?? null, name, fields, reason };
  if (action === 'unchanged') return [];
  // Whatever an apply would do about it, and whoever has its name by now.
  if (owned && !existing.has(owned.id)) return [{ ...found, id: owned.id, fields: [], state: 'missing' }];
  const isBlocked = action === 'blocked' && !ofSpec.has(planned.change.failure ?? null);
  if (!owned && (isBlocked || action === 'adopt')) return [{ ...found, state: 'unmanaged' }];
  return [{ ...found, state: wasChangedOutside(planned, owned) ? 'changed' : 'pending' }];
}

/** Of a plan that is blocked by the spec, not by what is there: it is wrong, or needs a secret that this worker cannot take. */
const ofSpec: ReadonlySet<string | null> = new Set([failureTypes.InvalidInput, failureTypes.NotAllowed]);

/** A plan that is blocked without a differing field is blocked by what is there, unless the spec blocks it or means another one. */
function wasChangedOutside({ change, changedBy }: PlannedObject, owned: OwnedObject | undefined): boolean {
  if (changedBy !== null) return changedBy === 'outside';
  return change.action === 'blocked' && change.id === owned?.id && !ofSpec.has(change.failure ?? null);
}
