/** What becomes of intents that earlier runs left open. */
import type { Namesake } from '../../contracts/provision-plan';
import type { OwnedObject, SetRecord } from '../../contracts/provision-record';
import type { ProvisionObject } from '../../contracts/provision-spec';

/** What earlier runs left open, as far as this plan's look-up tells. */
export interface SettledIntents {
  /** Objects that were made for what the spec no longer has. */
  owned: Record<string, OwnedObject>;
  /** Addresses whose intents came to nothing. */
  dropped: string[];
}

/** What was made for an object of the spec is left to the apply: it becomes ours once it is as it should be. */
export function settleIntents(
  objects: readonly ProvisionObject[],
  {
    intents,
    owned,
    madeBy,
  }: {
    intents: SetRecord['intents'];
    owned: SetRecord['objects'];
    madeBy: (address: string) => Namesake[];
  },
): SettledIntents {
  const inSpec = new Set(objects.map(({ address }) => address));
  const settled: SettledIntents = { owned: {}, dropped: [] };
  for (const [address, { kind, name }] of Object.entries(intents)) {
    const [one, ...others] = madeBy(address);
    if (!one) settled.dropped.push(address);
    else if (others.length === 0 && !inSpec.has(address) && !owned[address])
      settled.owned[address] = { kind, id: one.id, name, origin: 'created', specHash: '', secretVersions: {} };
  }
  return settled;
}
