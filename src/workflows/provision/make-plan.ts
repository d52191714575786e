/** Plans a set: what exists is found, identified and compared. Reads only. */
import type { PlanItem, PreparedProvision } from '../../contracts/provision-activities';
import type { Identity, Namesake, PlannedChange, PlannedObject, ProvisionPlan } from '../../contracts/provision-plan';
import type { OwnedObject, SetRecord } from '../../contracts/provision-record';
import type { ProvisionObject, ProvisionSpec } from '../../contracts/provision-spec';
import { blockProblems } from '../../rules/provision/block-problems';
import { createdSince } from '../../rules/provision/created-since';
import { settleIntents, type SettledIntents } from '../../rules/provision/settle-intents';
import { blockShared, identify } from '../../rules/provision/identify';
import { plannedDeletion, summaryOf } from '../../rules/provision/plan-summary';
import { moved, newSetRecord } from '../../rules/provision/set-record';
import type { ActivitySource } from './activities';
import { claimOf, claimsIn, findExisting, madeFor, namesakesOf } from './find-existing';
import { planAll } from './plan-all';

/** What a plan is made of. */
export interface PlanRequest {
  prepared: Pick<PreparedProvision, 'organization' | 'set' | 'specHash' | 'prune'>;
  spec: ProvisionSpec;
  objects: readonly ProvisionObject[];
  /** Null: the set has none. */
  record: SetRecord | null;
  activity: ActivitySource;
}

/** A plan, and what an apply needs besides. */
export interface MadePlan {
  plan: ProvisionPlan;
  planned: Record<string, PlannedObject>;
  /** The record's objects with the spec's moves. */
  owned: Record<string, OwnedObject>;
  dropped: { address: string; object: OwnedObject }[];
  settled: SettledIntents;
  /** With `prune`, ids by address: what the spec dropped and is not ours to delete, or gone already. */
  givenUp: Record<string, string>;
  /** Ids of what the record and the spec know that were read as existing. */
  existing: ReadonlySet<string>;
  serverTime: string;
}

/** Makes the plan. */
export async function makePlan(request: PlanRequest): Promise<MadePlan> {
  const { prepared, spec, objects, record, activity } = request;
  const known = record ?? newSetRecord(prepared.organization, prepared.set);
  const { objects: recorded, intents } = moved(known, spec.moved ?? []);
  // What a destroy left is anybody's, until it is taken over anew.
  const present = Object.fromEntries(Object.entries(recorded).filter(([, object]) => !object.left));
  const found = await findExisting({
    ...request,
    ...{ owned: present, intents, dropped: droppedOf(request, present) },
  });
  const claimed = claimsIn(present);
  const madeBy = (address: string): Namesake[] => {
    const intent = intents[address];
    return intent ? createdSince(intent, madeFor(address, { facts: found.get(intent.kind), claimed })) : [];
  };
  const existing = new Set([...found.values()].flatMap((facts) => facts.existing));
  const settled = settleIntents(objects, { intents, owned: present, madeBy, existing });
  for (const { id } of Object.values(settled.owned)) existing.add(id);
  const owned = { ...present, ...settled.owned };
  const dropped = droppedOf(request, owned);
  const candidates = objects.map((object) => {
    const facts = found.get(object.kind);
    const namesakes = namesakesOf(object, { facts, claimed });
    const identity = identify({
      object,
      owned: owned[object.address],
      made: madeBy(object.address),
      namesakes: namesakes.filter(({ id }) => id !== owned[object.address]?.id),
      isListed: facts?.incomplete !== true,
      existing,
      pinClaim: object.pin === null ? null : claimOf(object.pin, object.address, { facts, claimed }),
    });
    return { object, identity, namesakes };
  });
  const identified = blockShared(candidates);
  const ids = Object.fromEntries(
    identified.flatMap(({ object, identity }) => (identity.state === 'known' ? [[object.address, identity.id]] : [])),
  );
  const items = identified.map((item): PlanItem => ({
    ...item,
    owned: ownedAs(item.identity, owned[item.object.address]),
    ids: pick(ids, item.object.after),
  }));
  const compared = await planAll(activity, prepared.organization, items);
  const planned = blockProblems(compared, objects);
  const gone = dropped.filter(({ object }) => existing.has(object.id));
  const replaced = Object.entries(owned).flatMap(([address, object]) =>
    (object.retired ?? []).map((id) => ({ address, object: { ...object, id } })),
  );
  const deletions = [
    ...gone.map((one) => plannedDeletion(one, 'the spec no longer has it, and we made it')),
    ...replaced.map((one) => plannedDeletion(one, 'it was replaced by an earlier apply')),
  ];
  const changes = [...objects.flatMap(({ address }) => planned[address]?.change ?? []), ...deletions];
  const hash = await activity('hashPlan', 'Hash the plan')({ parts: partsOf(request, compared, deletions) });
  return {
    plan: {
      organization: prepared.organization,
      set: prepared.set,
      hash,
      ownership: record ? 'known' : 'unknown',
      changes,
      omitted: 0,
      ...summaryOf(changes),
    },
    planned,
    owned,
    dropped: gone,
    settled,
    givenUp: givenUpOf(request, { ...recorded, ...owned }, gone),
    existing,
    serverTime: [...found.values()].map((facts) => facts.serverTime).sort()[0] ?? new Date().toISOString(),
  };
}

/** What the record says of an object that is gone says nothing of the one that is taken over in its place. */
function ownedAs(identity: Identity, owned: OwnedObject | undefined): OwnedObject | null {
  const isAnother = identity.state === 'known' && identity.origin !== 'created' && identity.id !== owned?.id;
  return owned === undefined || isAnother ? null : owned;
}

/** What the record holds, the spec does not, and we made. */
function droppedOf({ prepared, objects }: PlanRequest, owned: Record<string, OwnedObject>): MadePlan['dropped'] {
  if (!prepared.prune) return [];
  const inSpec = new Set(objects.map(({ address }) => address));
  return Object.entries(owned).flatMap(([address, object]) =>
    inSpec.has(address) || object.origin !== 'created' ? [] : [{ address, object }],
  );
}

/** Known no more once the apply has ended well: a claim on them would keep other sets from taking them over. */
function givenUpOf(
  { prepared, objects }: PlanRequest,
  recorded: Record<string, OwnedObject>,
  deleted: MadePlan['dropped'],
): Record<string, string> {
  if (!prepared.prune) return {};
  const kept = new Set([...objects, ...deleted].map(({ address }) => address));
  const entries = Object.entries(recorded).filter(([address]) => !kept.has(address));
  return Object.fromEntries(entries.map(([address, { id }]) => [address, id]));
}

const pick = (ids: Record<string, string>, addresses: readonly string[]): Record<string, string> =>
  Object.fromEntries(addresses.flatMap((address) => (ids[address] === undefined ? [] : [[address, ids[address]]])));

/** Existence and compared fields; never statuses, times, counts or runs. */
function partsOf(
  { prepared, record }: PlanRequest,
  planned: Record<string, PlannedObject>,
  deletions: readonly PlannedChange[],
): unknown {
  const objects = Object.values(planned).map(({ change, fingerprint, namesakes }) => [
    change.address,
    change.id,
    change.action,
    fingerprint,
    namesakes.toSorted(),
  ]);
  return [
    prepared.specHash,
    record?.version ?? 0,
    objects.sort(),
    deletions.map(({ address, id }) => [address, id]).sort(),
  ];
}
