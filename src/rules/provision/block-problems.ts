/** Syncs that could not be activated at the end of an apply are blocked before its first write. */
import { failureTypes } from '../../contracts/failure-types';
import type { PlannedObject } from '../../contracts/provision-plan';
import type { ProvisionObject } from '../../contracts/provision-spec';
import { truncateText } from '../quoted';

/**
 * Blocks syncs that are due for activation and have problems which this apply does nothing about: neither the sync's body
 * changes nor anything that it refers to, however far away.
 */
export function blockProblems(
  planned: Readonly<Record<string, PlannedObject>>,
  objects: readonly ProvisionObject[],
): Record<string, PlannedObject> {
  const after = new Map(objects.map((object) => [object.address, object.after]));
  const known = new Map<string, boolean>();
  const isChanged = (address: string): boolean => {
    const answer = known.get(address) ?? (changesBody(planned[address]) || (after.get(address) ?? []).some(isChanged));
    known.set(address, answer);
    return answer;
  };
  return Object.fromEntries(
    Object.entries(planned).map(([address, one]) => {
      const isStuck = one.active === true && one.change.problems.length > 0 && one.change.action !== 'blocked';
      return [address, isStuck && !isChanged(address) ? blocked(one) : one];
    }),
  );
}

/** What says nothing of the object itself. */
const isBeside = (path: string): boolean => path === 'active' || path === 'run' || path.startsWith('errorHandling.');

/** Fields that there was no room for may be of the body. */
function changesBody(planned: PlannedObject | undefined): boolean {
  if (!planned || planned.change.action === 'create' || planned.change.action === 'replace') return true;
  const { fields, fieldCount } = planned.change;
  return fieldCount > fields.length || fields.some(({ path }) => !isBeside(path));
}

function blocked(planned: PlannedObject): PlannedObject {
  const problems = truncateText(planned.change.problems.slice(0, 5).join('; '), 500);
  const reason = `is to be activated and has problems: ${problems}`;
  const change = { ...planned.change, action: 'blocked', reason, failure: failureTypes.ProvisioningFailed } as const;
  return { ...planned, change };
}
