/** Tells a change from outside from a change of the spec: what was applied stands between the two. */
import type { DriftedResource } from '../../contracts/provision';
import type { PlannedObject } from '../../contracts/provision-plan';
import type { OwnedObject } from '../../contracts/provision-record';

/** Empty where nothing differs. */
export function toDrift({ change, changedBy }: PlannedObject, owned: OwnedObject | undefined): DriftedResource[] {
  const { address, id, name, fields, action, reason } = change;
  const drift = (state: DriftedResource['state']): DriftedResource[] => [
    { address, id: id ?? owned?.id ?? null, name, state, fields, reason },
  ];
  if (action === 'unchanged') return [];
  if (action === 'create') return owned ? drift('missing') : drift('pending');
  if (action === 'blocked' && !owned) return drift('unmanaged');
  if (action === 'adopt') return drift('unmanaged');
  return drift(changedBy === 'outside' ? 'changed' : 'pending');
}
