/** What exists of a set's objects, and who claims it. Reads only. */
import { intentKey, type FoundObjects, type PreparedProvision } from '../../contracts/provision-activities';
import type { Namesake } from '../../contracts/provision-plan';
import type { OwnedObject, SetRecord } from '../../contracts/provision-record';
import { provisionKinds, type ProvisionKind, type ProvisionObject } from '../../contracts/provision-spec';
import { typeOf } from '../../rules/provision/to-objects';
import type { ActivitySource } from './activities';

/** What is looked for. */
export interface ExistingRequest {
  prepared: Pick<PreparedProvision, 'organization' | 'set'>;
  objects: readonly ProvisionObject[];
  owned: Readonly<Record<string, OwnedObject>>;
  intents: SetRecord['intents'];
  /** What is to be pruned. */
  dropped: readonly { address: string; object: OwnedObject }[];
  activity: ActivitySource;
}

/** One walk through the list of each kind that the set has. */
export async function findExisting({
  prepared,
  objects,
  owned,
  intents,
  dropped,
  activity,
}: ExistingRequest): Promise<Map<ProvisionKind, FoundObjects>> {
  const { organization, set } = prepared;
  const entries = provisionKinds.map(async (kind) => {
    const ofSpec = objects
      .filter((object) => object.kind === kind)
      .map((object) => ({
        address: object.address,
        name: object.name,
        type: typeOf(object),
        ids: [owned[object.address]?.id, object.pin].filter((id): id is string => typeof id === 'string'),
        claims: object.pin !== null,
      }));
    const gone = dropped
      .filter(({ object }) => object.kind === kind)
      .map(({ address, object }) => ({ address, name: object.name, type: null, ids: [object.id], claims: false }));
    const open = Object.entries(intents)
      .filter(([, intent]) => intent.kind === kind)
      .map(([address, { name, type }]) => ({ address: intentKey(address), name, type, ids: [], claims: false }));
    const wanted = [...ofSpec, ...gone, ...open];
    if (wanted.length === 0) return [];
    const found = await activity(
      'findObjects',
      `Find ${kind} of the spec (${wanted.length})`,
    )({ organization, set, kind, wanted });
    return [[kind, found] as const];
  });
  return new Map((await Promise.all(entries)).flat());
}

/** Who claims what. */
export interface ClaimFacts {
  facts: FoundObjects | undefined;
  claimed: ReadonlyMap<string, readonly string[]>;
}

/** Addresses of this set by the ids that they have: an older record may have two of one. */
export function claimsIn(owned: Readonly<Record<string, OwnedObject>>): ReadonlyMap<string, readonly string[]> {
  const claimed = new Map<string, string[]>();
  for (const [address, { id, retired = [] }] of Object.entries(owned))
    for (const one of [id, ...retired]) claimed.set(one, [...(claimed.get(one) ?? []), address]);
  return claimed;
}

/** Objects of its name and type; none of a pinned one, whose id decides. */
export function namesakesOf(
  { address, pin }: Pick<ProvisionObject, 'address' | 'pin'>,
  { facts, claimed }: ClaimFacts,
): Namesake[] {
  if (pin !== null) return [];
  return (facts?.namesakes[address] ?? []).map((one) => ({
    ...one,
    claimedBy: claimOf(one.id, address, { facts, claimed }),
  }));
}

/** Who has this object already: the asking address itself, another one of this set, or another set. */
export function claimOf(id: string, asking: string, { facts, claimed }: ClaimFacts): Namesake['claimedBy'] {
  const addresses = claimed.get(id) ?? [];
  const address = addresses.find((one) => one === asking) ?? addresses[0];
  if (address !== undefined) return { address };
  const set = facts?.claims[id];
  return set === undefined ? null : { set };
}

/** Objects under an intent's name that nobody else claims. */
export function madeFor(address: string, { facts, claimed }: ClaimFacts): Namesake[] {
  return namesakesOf({ address: intentKey(address), pin: null }, { facts, claimed }).filter(
    ({ claimedBy }) => claimedBy === null,
  );
}
