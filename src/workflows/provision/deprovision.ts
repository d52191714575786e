/** `deprovision`: deletes what a spec names and we made, in reverse order. */
import { CancellationScope, condition, workflowInfo, type ActivityOptions } from '@temporalio/workflow';
import type { PreparedProvision } from '../../contracts/provision-activities';
import type {
  DeprovisionPolytomicInput,
  ProvisionedResource,
  ProvisionResult,
  ProvisioningFailure,
} from '../../contracts/provision';
import type { SetRecord } from '../../contracts/provision-record';
import { deletedResource } from '../../rules/provision/apply-result';
import {
  afterDeletion,
  areDeleted,
  deletableNow,
  newDeletion,
  wakeOfDeletions,
  type Deletion,
} from '../../rules/provision/deletions';
import { isHistoryFull } from '../../rules/provision/history-limit';
import { destroyTargets } from '../../rules/provision/destroy-targets';
import { toActivityOptions } from '../placement';
import { unwrapActivityFailure } from '../run-engine';
import { placedActivities, type ActivitySource } from './activities';
import { deleteObjects } from './delete-io';
import { agreeTo } from './approval';
import { withSet } from './lock';
import type { MadePlan } from './make-plan';
import { ProvisionTracker, type ProvisionOptions } from './options';
import { planChanged } from './plan-changed';
import { planDestroy, withMoves } from './plan-destroy';
import { givenBy, provisioningFailed, type Given } from './provision';
import { tell } from './tell';

/** Objects deleted at once. */
const maxConcurrent = 10;

/**
 * Deletes only what the record says we made; adopted and pinned objects are left and listed, unless `deleteAdopted`
 * names them. What something outside the set uses is left, with its users, and fails the workflow at the end.
 */
export async function deprovision(
  input: DeprovisionPolytomicInput,
  options: ProvisionOptions = {},
): Promise<ProvisionResult> {
  return unwrapActivityFailure(async () => {
    const placement = toActivityOptions(options);
    const activity = placedActivities(placement);
    const tracker = new ProvisionTracker(options);
    const prepared = await activity('prepareProvision', 'Check the spec')({ workflow: 'deprovisionPolytomic', input });
    tracker.update({ set: prepared.set });
    const given = givenBy(prepared, input);
    const { organization, set } = prepared;
    const asked = { prepared, activity, ...given };
    const plan = async (): Promise<MadePlan> =>
      planDestroy(asked, await activity('readSet', 'Read the record of the set')({ organization, set }));
    const agreed = await agreeTo({ prepared, tracker, options }, plan);
    const deadline = Date.now() + prepared.timeoutMs;
    const request = {
      ...{ prepared, activity },
      mode: 'destroy',
      deadline,
      onWaiting: () => tracker.update({ phase: 'waitingForLock' }),
    } as const;
    const result = await withSet(request, async (record, token) => {
      const now = await planDestroy(asked, record);
      if (agreed !== null && agreed.hash !== now.plan.hash) throw planChanged(now, agreed.made);
      return destroyHeld({ prepared, placement, given, record, token, deadline, tracker });
    });
    tracker.update({ phase: 'ended' });
    return result;
  });
}

interface Held {
  prepared: PreparedProvision;
  placement: ActivityOptions;
  given: Given;
  record: SetRecord;
  token: string;
  deadline: number;
  tracker: ProvisionTracker;
}

async function destroyHeld(held: Held): Promise<ProvisionResult> {
  const { prepared, placement, given, record, token, deadline, tracker } = held;
  const activity = placedActivities(placement);
  const { organization, set, specHash } = prepared;
  const { spec, objects } = given;
  const { targets, left, refused } = destroyTargets(objects, withMoves(record, spec), prepared.deleteAdopted);
  if (refused.length > 0) {
    throw provisioningFailed({ organization, set, failed: refused, made: [], undone: [], left: [], omitted: 0 });
  }
  const { moved: moves = [] } = spec;
  if (moves.length > 0) {
    // What is deleted is forgotten by its new name.
    const message = { type: 'move', token, moves } as const;
    await activity('changeSet', 'Move objects to their new names')({ organization, set, message });
  }
  const deletions = await drive(
    targets.map((target) => newDeletion(target)),
    {
      ...{ prepared, activity, given, token, deadline },
      onStep: (all) => tracker.update({ phase: 'applying', counts: countsOf(all) }),
    },
  );
  const resources: Record<string, ProvisionedResource> = { ...left };
  for (const deletion of deletions.filter(({ replaced }) => !replaced))
    resources[deletion.address] = deletedResource(deletion);
  const kept = deletions.filter(({ status }) => status === 'left');
  if (kept.length === 0) {
    await giveUp({ prepared, activity, token }, left);
    return { organization, set, specHash, resources };
  }
  const failed = kept.map(({ address, kind, name, id, reason }) => ({
    address,
    kind,
    name,
    id,
    reason: `${address} ${reason ?? 'was not deleted'}`,
  }));
  const nothing = { made: [], undone: [], omitted: 0 };
  const failure: ProvisioningFailure = { organization, set, failed, left: failed, ...nothing };
  const addresses = failed.map(({ address }) => address);
  await tell(prepared, { event: 'failed', text: failed[0]?.reason ?? '', addresses }, placement);
  throw provisioningFailed(failure);
}

/** Other sets may take over what this destroy left, once nothing else of the set is there. */
async function giveUp(
  { prepared: { organization, set }, activity, token }: Pick<Driving, 'prepared' | 'activity' | 'token'>,
  left: Readonly<Record<string, ProvisionedResource>>,
): Promise<void> {
  const known = Object.entries(left).flatMap(([address, { id }]) => (id === null ? [] : [[address, id] as const]));
  if (known.length === 0) return;
  const message = { type: 'giveUp', token, objects: Object.fromEntries(known), known: true } as const;
  await activity('changeSet', 'Give up what is left')({ organization, set, message });
}

const countsOf = (all: readonly Deletion[]) => ({
  total: all.length,
  done: all.filter(({ status }) => status === 'deleted' || status === 'absent').length,
  working: all.filter(({ status }) => status === 'deleting').length,
  failed: all.filter(({ status }) => status === 'left').length,
});

interface Driving {
  prepared: PreparedProvision;
  activity: ActivitySource;
  given: Given;
  token: string;
  deadline: number;
  onStep: (deletions: readonly Deletion[]) => void;
}

/** Deletions under way are awaited when the workflow is cancelled; then nothing more is begun. */
async function drive(begin: Deletion[], driving: Driving): Promise<Deletion[]> {
  const { prepared, activity, given, token, deadline, onStep } = driving;
  let deletions = begin;
  const after = new Map(given.objects.map((object) => [object.address, object.after]));
  while (!areDeleted(deletions)) {
    onStep(deletions);
    const now = Date.now();
    const due = new Set(deletableNow(deletions, { after, now, limit: maxConcurrent }));
    if (due.size === 0) {
      await condition(() => false, Math.max(1, (wakeOfDeletions(deletions, now) ?? now + 1_000) - now), {
        summary: 'Until a deletion may be tried again',
      });
      continue;
    }
    deletions = deletions.map((one): Deletion => (due.has(one.key) ? { ...one, status: 'deleting' } : one));
    const taken = deletions.filter(({ key }) => due.has(key));
    const asked = { activity, token, why: 'destroy', all: deletions, deletions: taken } as const;
    const { results } = await deleteObjects(prepared, asked);
    // Each is tried once more, and then left.
    const facts = { now: Date.now(), deadline: isHistoryFull(workflowInfo()) ? 0 : deadline };
    deletions = deletions.map((one) => (due.has(one.key) ? afterDeletion(one, results?.[one.key], facts) : one));
    if (CancellationScope.current().consideredCancelled) await CancellationScope.current().cancelRequested;
  }
  onStep(deletions);
  return deletions;
}
