/** Which object a spec means: pure. */
import { failureTypes } from '../../contracts/failure-types';
import type { Identity, Namesake } from '../../contracts/provision-plan';
import type { OwnedObject } from '../../contracts/provision-record';
import type { ProvisionObject } from '../../contracts/provision-spec';

/** What decides the identity of an object. */
export interface IdentityFacts {
  object: Pick<ProvisionObject, 'address' | 'name' | 'kind' | 'pin' | 'adopt'>;
  owned: OwnedObject | undefined;
  /** What an open intent may have made, and nobody else claims. */
  made: readonly Namesake[];
  /** All objects of the kind, name and type. */
  namesakes: readonly Namesake[];
  /** Ids out of the owned one and the pin that were read as existing. */
  existing: ReadonlySet<string>;
  /** Whether that is proved to be all; else one may not have been shown. */
  isListed: boolean;
  /** Who claims the pinned object. */
  pinClaim: Namesake['claimedBy'];
}

/** Only the record makes an object ours; only a read makes it count as existing. */
export function identify(facts: IdentityFacts): Identity {
  const { object, owned, made, existing } = facts;
  if (object.pin !== null) return identifyPinned(facts, object.pin);
  if (owned && existing.has(owned.id)) return { state: 'known', id: owned.id, origin: owned.origin };
  const gone = owned ? `${owned.id} no longer exists` : null;
  const [ours] = made;
  if (made.length > 1) return ambiguous(object.name, made, 'were created while an answer was lost');
  if (ours) return { state: 'known', id: ours.id, origin: 'created' };
  return identifyByName(facts, gone);
}

/** No reason to block: where a list has no more pages than one, Polytomic may never tell that it has ended. */
const unlisted =
  "Polytomic's list ends at a full page without saying whether there are more: one of this name may exist";

function identifyPinned({ existing, pinClaim, object, owned }: IdentityFacts, id: string): Identity {
  if (!existing.has(id)) {
    return blocked(id, failureTypes.NotFound, `${id} does not exist, and an object with an id is never created`);
  }
  if (pinClaim && 'set' in pinClaim) return claimed(id, pinClaim.set);
  if (pinClaim && pinClaim.address !== object.address) return ownElsewhere(id, pinClaim.address, object.address);
  if (owned?.origin === 'created' && owned.id !== id && existing.has(owned.id)) {
    const reason = `would take the place of ${owned.id}, which we made: give ${id} a key of its own in the spec`;
    return blocked(id, failureTypes.ProvisioningFailed, reason);
  }
  return { state: 'known', id, origin: 'pinned' };
}

function identifyByName({ object, namesakes, isListed }: IdentityFacts, gone: string | null): Identity {
  const [one, ...others] = namesakes;
  if (!one) return { state: 'none', reason: isListed ? gone : [gone, unlisted].filter(Boolean).join('; ') };
  if (others.length > 0) return ambiguous(object.name, namesakes, 'exist');
  if (one.claimedBy && 'set' in one.claimedBy) return claimed(one.id, one.claimedBy.set);
  if (one.claimedBy) return ownElsewhere(one.id, one.claimedBy.address, object.address);
  if (object.adopt === 'byName') return { state: 'known', id: one.id, origin: 'adopted' };
  return blocked(
    one.id,
    failureTypes.ProvisioningFailed,
    `exists already (${one.id}) and is not ours: say "adopt: byName" to take it over, or give it another name`,
  );
}

/**
 * Of several keys that mean one object all but one are blocked, as each would write over the other: the one that gives its id
 * stays, else the first.
 */
export function blockShared<
  T extends { object: Pick<ProvisionObject, 'address' | 'kind' | 'pin'>; identity: Identity },
>(identified: readonly T[]): T[] {
  const first = new Map<string, string>();
  const pinnedFirst = identified.toSorted(
    (one, other) => Number(one.object.pin === null) - Number(other.object.pin === null),
  );
  for (const { object, identity } of pinnedFirst) {
    const key = keyOf(object, identity);
    if (key !== null && !first.has(key)) first.set(key, object.address);
  }
  return identified.map((one) => {
    const key = keyOf(one.object, one.identity);
    const owner = key === null ? undefined : first.get(key);
    if (one.identity.state !== 'known' || owner === undefined || owner === one.object.address) return one;
    const reason = `${one.identity.id} is ${owner} too: two keys cannot have one object, take one of them out of the spec`;
    return { ...one, identity: blocked(one.identity.id, failureTypes.ProvisioningFailed, reason) };
  });
}

const keyOf = ({ kind }: Pick<ProvisionObject, 'kind'>, identity: Identity): string | null =>
  identity.state === 'known' ? `${kind} ${identity.id}` : null;

const blocked = (id: string | null, failure: string, reason: string): Identity => ({
  state: 'blocked',
  id,
  failure,
  reason,
});

const claimed = (id: string, set: string): Identity =>
  blocked(id, failureTypes.ProvisioningFailed, `${id} belongs to the set "${set}"`);

const ownElsewhere = (id: string, address: string, here: string): Identity =>
  blocked(
    id,
    failureTypes.ProvisioningFailed,
    `${id} is ${address} of this set: take ${address} out of the spec and say "moved: [{ from: ${address}, to: ${here} }]", or prune it first`,
  );

function ambiguous(name: string, found: readonly Namesake[], what: string): Identity {
  const ids = found.map(({ id }) => id);
  const shown = ids.slice(0, 10).join(', ');
  return blocked(null, failureTypes.Ambiguous, `${ids.length} objects named "${name}" ${what} (${shown})`);
}
