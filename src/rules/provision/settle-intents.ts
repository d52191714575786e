/** What becomes of intents that earlier runs left open. */
import type { Namesake } from '../../contracts/provision-plan';
import type { OpenIntent, OwnedObject, SetRecord } from '../../contracts/provision-record';
import type { ProvisionObject } from '../../contracts/provision-spec';
import { isNamesake } from './created-since';
import { typeOf } from './to-objects';

/** What earlier runs left open, as far as this plan's look-up tells. */
export interface SettledIntents {
  /** Objects that were made for what the spec no longer has, and by replacements that were interrupted. */
  owned: Record<string, OwnedObject>;
  /** Addresses whose intents came to nothing. */
  dropped: string[];
}

/** What is known when intents are settled. */
export interface IntentFacts {
  intents: SetRecord['intents'];
  owned: SetRecord['objects'];
  madeBy: (address: string) => Namesake[];
  /** Ids of what is ours that were read as existing. */
  existing: ReadonlySet<string>;
}

/**
 * What was made for an object of the spec is left to the apply: it becomes ours once it is as it should be. Only a replacement
 * that was interrupted made it beside one that is ours.
 */
export function settleIntents(
  objects: readonly ProvisionObject[],
  { intents, owned, madeBy, existing }: IntentFacts,
): SettledIntents {
  const inSpec = new Map(objects.map((object) => [object.address, object]));
  const settled: SettledIntents = { owned: {}, dropped: [] };
  for (const [address, intent] of Object.entries(intents)) {
    const [one, ...others] = madeBy(address);
    const [object, present] = [inSpec.get(address), owned[address]];
    if (!one) settled.dropped.push(address);
    else if (others.length > 0) continue;
    else if (!object && !present) settled.owned[address] = madeFor(intent, one);
    else if (object?.pin === null && present && existing.has(present.id))
      settled.owned[address] = besides(present, { object, intent, one });
  }
  return settled;
}

const madeFor = ({ kind, name }: OpenIntent, { id }: Namesake): OwnedObject => ({
  ...{ kind, id, name, origin: 'created', specHash: '', secretVersions: {} },
});

/** The new object takes the place of the old one, which is deleted last; where the spec means another one by now, it goes itself. */
function besides(
  present: OwnedObject,
  { object, intent, one }: { object: ProvisionObject; intent: OpenIntent; one: Namesake },
): OwnedObject {
  const isMeant = isNamesake(intent, { name: object.name, type: typeOf(object) });
  const [kept, goes] = isMeant ? [madeFor(intent, one), present.id] : [present, one.id];
  return { ...kept, retired: [...(present.retired ?? []), goes] };
}
