/** Plans objects one by one: those that exist are read and compared. */
import type { PlanItem } from '../../contracts/provision-activities';
import type { Identity, PlannedObject } from '../../contracts/provision-plan';
import { planObject } from '../../rules/provision/plan-object';
import type { ActivitySource } from './activities';
import { batchesOf } from './batches';

/** All objects; what refers to one that is to be replaced is compared with the new one, which has no id yet. */
export async function planAll(
  activity: ActivitySource,
  organization: string,
  items: readonly PlanItem[],
): Promise<Record<string, PlannedObject>> {
  const planned: Record<string, PlannedObject> = {};
  const replaced = new Set<string>();
  for (let due = items; due.length > 0;) {
    for (const one of await planSome(activity, organization, due)) planned[one.change.address] = one;
    const found = due
      .map(({ object }) => object.address)
      .filter((address) => planned[address]?.change.action === 'replace');
    const added = new Set(found.filter((address) => !replaced.has(address)));
    added.forEach((address) => replaced.add(address));
    const refers = ({ object }: PlanItem): boolean => object.after.some((address) => added.has(address));
    due = items.filter(refers).map((item) => ({ ...item, ids: withoutKeys(item.ids, replaced) }));
  }
  return planned;
}

const withoutKeys = (ids: Record<string, string>, addresses: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries(Object.entries(ids).filter(([address]) => !addresses.has(address)));

/** Connections always go through the activity, which knows what is secret in them; else only what exists is read. */
async function planSome(
  activity: ActivitySource,
  organization: string,
  items: readonly PlanItem[],
): Promise<PlannedObject[]> {
  const needsRead = ({ object, identity }: PlanItem): boolean =>
    object.kind === 'connections' || identity.state === 'known';
  const batches = batchesOf(items.filter(needsRead));
  const read = await Promise.all(
    batches.map((batch) =>
      activity('planObjects', `Compare objects with the spec (${batch.length})`)({ organization, items: batch }),
    ),
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
