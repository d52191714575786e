/** What plans of applies and of destroys have in common: deletions and counts. */
import type { PlannedAction, PlannedChange, ProvisionPlan } from '../../contracts/provision-plan';
import type { OwnedObject } from '../../contracts/provision-record';
import { lossesOf } from './kind-rules';

/** What a change without fields, trouble and losses has. */
export const noDetails = {
  id: null,
  reason: null,
  fields: [],
  fieldCount: 0,
  failure: null,
  problems: [],
  waits: [],
  loses: [],
} satisfies Partial<PlannedChange>;

/** The deletion of an object that is ours. */
export function plannedDeletion(
  {
    address,
    object: { kind, name, id },
  }: { address: string; object: Pick<OwnedObject, 'kind' | 'name'> & { id: string | null } },
  reason: string | null,
): PlannedChange {
  return {
    ...noDetails,
    ...{ address, kind, name, id, reason },
    action: 'delete',
    loses: [...lossesOf[kind]],
  };
}

/** Objects by what would happen to them. */
export function summaryOf(changes: readonly PlannedChange[]): Pick<ProvisionPlan, 'counts' | 'empty'> {
  const counts: Record<PlannedAction, number> = {
    create: 0,
    adopt: 0,
    update: 0,
    rename: 0,
    replace: 0,
    unchanged: 0,
    delete: 0,
    blocked: 0,
  };
  for (const { action } of changes) counts[action] += 1;
  return { counts, empty: counts.unchanged === changes.length };
}
