/** Plans a set: what exists is found, identified and compared. Reads only. */
import type { PreparedProvision, FoundObjects, PlanItem } from '../../contracts/provision-activities';
import type {
  Identity,
  Namesake,
  PlannedAction,
  PlannedChange,
  PlannedObject,
  ProvisionPlan,
} from '../../contracts/provision-plan';
import type { OwnedObject, SetRecord } from '../../contracts/provision-record';
import {
  provisionKinds,
  type ProvisionKind,
  type ProvisionObject,
  type ProvisionSpec,
} from '../../contracts/provision-spec';
import { lossesOf } from '../../rules/provision/kind-rules';
import { identify } from '../../rules/provision/identify';
import { planObject } from '../../rules/provision/plan-object';
import { moved, newSetRecord } from '../../rules/provision/set-record';
import { provisionActivity, type ActivitySource } from './activities';
import { batchesOf } from './batches';

/** What a plan is made of. */
export interface PlanRequest {
  prepared: Pick<PreparedProvision, 'organization' | 'set' | 'specHash' | 'prune'>;
  spec: ProvisionSpec;
  objects: readonly ProvisionObject[];
  /** Null: the set has none. */
  record: SetRecord | null;
  activity?: ActivitySource;
}

/** A plan, and what an apply needs besides. */
export interface MadePlan {
  plan: ProvisionPlan;
  planned: Record<string, PlannedObject>;
  /** The record's objects with the spec's moves. */
  owned: Record<string, OwnedObject>;
  dropped: { address: string; object: OwnedObject }[];
  serverTime: string;
}

/** Makes the plan. */
export async function makePlan(request: PlanRequest): Promise<MadePlan> {
  const { prepared, spec, objects, record, activity = provisionActivity } = request;
  const known = record ?? newSetRecord(prepared.organization, prepared.set);
  const { objects: owned, intents } = moved(known, spec.moved ?? []);
  const dropped = droppedOf(request, owned);
  const found = await findAll(request, { owned, dropped });
  const claimed = new Map(Object.entries(owned).map(([address, { id }]) => [id, address]));
  const identified = objects.map((object) => {
    const facts = found.get(object.kind);
    const namesakes = namesakesOf(object, { facts, claimed });
    const identity = identify({
      object,
      owned: owned[object.address],
      intent: intents[object.address],
      namesakes: namesakes.filter(({ id }) => id !== owned[object.address]?.id),
      existing: new Set(facts?.existing),
      pinClaim: object.pin === null ? null : claimOf(object.pin, { facts, claimed }),
    });
    return { object, identity, namesakes };
  });
  const ids = Object.fromEntries(
    identified.flatMap(({ object, identity }) => (identity.state === 'known' ? [[object.address, identity.id]] : [])),
  );
  const items = identified.map((item): PlanItem => ({
    ...item,
    owned: owned[item.object.address] ?? null,
    ids: pick(ids, item.object.after),
  }));
  const planned = Object.fromEntries(
    (await planAll(activity, prepared.organization, items)).map((one) => [one.change.address, one]),
  );
  const existing = new Set([...found.values()].flatMap((facts) => facts.existing));
  const present = dropped.filter(({ object }) => existing.has(object.id));
  const changes = [...objects.flatMap(({ address }) => planned[address]?.change ?? []), ...present.map(toDeletion)];
  const hash = await activity('hashPlan', 'Hash the plan')({ parts: partsOf(request, planned, present) });
  return {
    plan: {
      organization: prepared.organization,
      set: prepared.set,
      hash,
      ownership: record ? 'known' : 'unknown',
      changes,
      ...summaryOf(changes),
    },
    planned,
    owned,
    dropped,
    serverTime: [...found.values()].map((facts) => facts.serverTime).sort()[0] ?? new Date().toISOString(),
  };
}

/** What the record holds, the spec does not, and we made. */
function droppedOf({ prepared, objects }: PlanRequest, owned: Record<string, OwnedObject>): MadePlan['dropped'] {
  if (!prepared.prune) return [];
  const inSpec = new Set(objects.map(({ address }) => address));
  return Object.entries(owned).flatMap(([address, object]) =>
    inSpec.has(address) || object.origin !== 'created' ? [] : [{ address, object }],
  );
}

async function findAll(
  { prepared: { organization, set }, objects, activity = provisionActivity }: PlanRequest,
  { owned, dropped }: { owned: Record<string, OwnedObject>; dropped: MadePlan['dropped'] },
): Promise<Map<ProvisionKind, FoundObjects>> {
  const entries = provisionKinds.map(async (kind) => {
    const ofSpec = objects
      .filter((object) => object.kind === kind)
      .map(({ address, name, body, pin, adopt }) => ({
        address,
        name,
        type: kind === 'connections' && typeof body.type === 'string' ? body.type : null,
        ids: [owned[address]?.id, pin].filter((id): id is string => typeof id === 'string'),
        claims: pin !== null || adopt === 'byName',
      }));
    const gone = dropped
      .filter(({ object }) => object.kind === kind)
      .map(({ address, object }) => ({ address, name: object.name, type: null, ids: [object.id], claims: false }));
    const wanted = [...ofSpec, ...gone];
    if (wanted.length === 0) return [];
    const found = await activity('findObjects', `Find ${wanted.length} ${kind}`)({ organization, set, kind, wanted });
    return [[kind, found] as const];
  });
  return new Map((await Promise.all(entries)).flat());
}

interface ClaimFacts {
  facts: FoundObjects | undefined;
  claimed: ReadonlyMap<string, string>;
}

function namesakesOf({ address, pin }: ProvisionObject, { facts, claimed }: ClaimFacts): Namesake[] {
  if (pin !== null) return [];
  return (facts?.namesakes[address] ?? []).map((one) => ({ ...one, claimedBy: claimOf(one.id, { facts, claimed }) }));
}

function claimOf(id: string, { facts, claimed }: ClaimFacts): Namesake['claimedBy'] {
  const address = claimed.get(id);
  if (address !== undefined) return { address };
  const set = facts?.claims[id];
  return set === undefined ? null : { set };
}

const pick = (ids: Record<string, string>, addresses: readonly string[]): Record<string, string> =>
  Object.fromEntries(addresses.flatMap((address) => (ids[address] === undefined ? [] : [[address, ids[address]]])));

/** Connections always go through the activity, which knows what is secret in them; else only what exists is read. */
async function planAll(
  activity: ActivitySource,
  organization: string,
  items: readonly PlanItem[],
): Promise<PlannedObject[]> {
  const needsRead = ({ object, identity }: PlanItem): boolean =>
    object.kind === 'connections' || identity.state === 'known';
  const batches = batchesOf(items.filter(needsRead));
  const read = await Promise.all(
    batches.map((batch) => activity('planObjects', `Compare ${batch.length} objects`)({ organization, items: batch })),
  );
  return [...read.flat(), ...items.filter((item) => !needsRead(item)).map(planUnread)];
}

function planUnread({ object, identity, owned, namesakes }: PlanItem & { identity: Identity }): PlannedObject {
  const nothing = { changes: [], count: 0, seen: null };
  return planObject({
    object,
    identity,
    owned: owned ?? undefined,
    namesakes,
    desired: {},
    live: null,
    secretPaths: [],
    schemaChanges: nothing,
    specHash: '',
    hash: () => '',
  });
}

function toDeletion({ address, object: { kind, name, id } }: MadePlan['dropped'][number]): PlannedChange {
  const why = { reason: 'the spec no longer has it, and we made it', failure: null };
  return {
    address,
    kind,
    name,
    id,
    action: 'delete',
    fields: [],
    fieldCount: 0,
    ...why,
    problems: [],
    waits: [],
    loses: [...lossesOf[kind]],
  };
}

/** Existence and compared fields; never statuses, times, counts or runs. */
function partsOf(
  { prepared, record }: PlanRequest,
  planned: Record<string, PlannedObject>,
  dropped: MadePlan['dropped'],
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
    dropped.map(({ address, object }) => [address, object.id]).sort(),
  ];
}

/** Counts of a plan, and whether it does anything. */
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
