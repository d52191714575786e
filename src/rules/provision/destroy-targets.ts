/** What a destroy may delete, what it leaves, and what it refuses. */
import type { ProvisionedResource, TouchedResource } from '../../contracts/provision';
import type { SetRecord } from '../../contracts/provision-record';
import type { ProvisionObject } from '../../contracts/provision-spec';
import type { Deletion } from './deletions';

/** Objects by what is to become of them. */
export interface DestroyTargets {
  targets: Pick<Deletion, 'address' | 'kind' | 'name' | 'id' | 'replaced'>[];
  left: Record<string, ProvisionedResource>;
  refused: TouchedResource[];
}

/** Only what the spec names, without pinning it, and the record says we made; the rest is left, with the reason. */
export function destroyTargets(
  objects: readonly ProvisionObject[],
  record: SetRecord | null,
  deleteAdopted: readonly string[],
): DestroyTargets {
  const found: DestroyTargets = { targets: [], left: {}, refused: [] };
  for (const { address, kind, name, protect, pin } of objects) {
    const owned = record?.objects[address];
    const intent = record?.intents[address];
    const id = owned?.id ?? null;
    const isOurs = pin === null && (owned?.origin === 'created' || (!owned && intent !== undefined));
    const isNamed = owned !== undefined && deleteAdopted.includes(address);
    if (!isOurs && !isNamed)
      found.left[address] = { id: pin ?? id, action: 'left', reason: reasonFor(owned?.origin, pin) };
    else if (protect) found.refused.push({ address, kind, name, id, reason: `${address} is protected` });
    else {
      // A replacement that was interrupted may have made another one, which the intent finds while it is there.
      if (owned && intent) found.targets.push({ address, kind, name, id: null, replaced: true });
      found.targets.push({ address, kind, name, id, replaced: false });
      // What it replaced, and an earlier apply could not delete any more, is ours as well.
      for (const old of owned?.retired ?? []) found.targets.push({ address, kind, name, id: old, replaced: true });
    }
  }
  return found;
}

function reasonFor(origin: string | undefined, pin: string | null): string {
  if (origin === undefined && pin === null) return 'is not in the record of the set: nothing says that we made it';
  const why = pin === null ? `was ${origin}, not created` : 'is pinned by its id';
  return origin === undefined ? why : `${why}: name it in deleteAdopted to delete it`;
}
