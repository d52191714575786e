/** Plans a destroy. Reads only, and nothing but the record: what that does not say we made is never deleted. */
import type { PreparedProvision } from '../../contracts/provision-activities';
import type { PlannedAction, PlannedChange } from '../../contracts/provision-plan';
import type { SetRecord } from '../../contracts/provision-record';
import type { ProvisionObject, ProvisionSpec } from '../../contracts/provision-spec';
import { failureTypes } from '../../contracts/failure-types';
import { destroyTargets } from '../../rules/provision/destroy-targets';
import { lossesOf } from '../../rules/provision/kind-rules';
import { noDetails, summaryOf } from '../../rules/provision/plan-summary';
import { moved } from '../../rules/provision/set-record';
import { canonicalJson } from '../../rules/provision/values';
import type { ActivitySource } from './activities';
import type { MadePlan } from './make-plan';
import type { Given } from './provision';

/** The record as it is once the spec's moves are in it. */
export const withMoves = (record: SetRecord, { moved: moves = [] }: ProvisionSpec): SetRecord => ({
  ...record,
  ...moved(record, moves),
});

/** What a destroy is planned of. */
export interface DestroyRequest extends Pick<Given, 'spec' | 'objects'> {
  prepared: PreparedProvision;
  activity: ActivitySource;
}

/** What would be deleted, left and refused, in the form that approvals take. */
export async function planDestroy(
  { prepared, activity, spec, objects }: DestroyRequest,
  recorded: SetRecord | null,
): Promise<MadePlan> {
  const record = recorded && withMoves(recorded, spec);
  const { organization, set, specHash, deleteAdopted } = prepared;
  const { targets, left, refused } = destroyTargets(objects, record, deleteAdopted);
  const parts = [specHash, record?.version ?? 0, canonicalJson(targets)];
  const hash = await activity('hashPlan', 'Hash the plan')({ parts });
  const deleted = new Set(targets.map(({ address }) => address));
  const blocked = new Map(refused.map(({ address, reason }) => [address, reason ?? null]));
  const changes = objects.map((object): PlannedChange => {
    const { address } = object;
    const ids = { id: left[address]?.id ?? record?.objects[address]?.id ?? null };
    if (deleted.has(address)) return toChange(object, { ...ids, action: 'delete', loses: [...lossesOf[object.kind]] });
    if (!blocked.has(address)) {
      return toChange(object, { ...ids, action: 'unchanged', reason: left[address]?.reason ?? null });
    }
    const failure = failureTypes.ProvisioningFailed;
    return toChange(object, { ...ids, action: 'blocked', reason: blocked.get(address) ?? null, failure });
  });
  const ownership = record ? 'known' : 'unknown';
  const plan = { organization, set, hash, ownership, changes, omitted: 0, ...summaryOf(changes) } as const;
  return {
    plan,
    planned: {},
    owned: record?.objects ?? {},
    dropped: [],
    settled: { owned: {}, dropped: [] },
    givenUp: {},
    existing: new Set(),
    serverTime: '',
  };
}

function toChange(
  { address, kind, name }: ProvisionObject,
  change: { action: PlannedAction } & Partial<PlannedChange>,
): PlannedChange {
  return { address, kind, name, ...noDetails, ...change };
}
