/** `provision`: plans, asks where asked to, applies, and undoes what it created if that fails. */
import type { ActivityOptions, ApplicationFailure } from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import type { PreparedProvision } from '../../contracts/provision-activities';
import type { ProvisionPolytomicInput, ProvisionResult, ProvisioningFailure } from '../../contracts/provision';
import type { SetRecord } from '../../contracts/provision-record';
import type { ProvisionObject, ProvisionSpec } from '../../contracts/provision-spec';
import { failureDetails, failureMessage, progressOf, resourcesOf } from '../../rules/provision/apply-result';
import {
  hasSucceeded,
  lastLoss,
  neverMade,
  newApplyState,
  ranOnce,
  type ApplyState,
} from '../../rules/provision/apply-state';
import { boundFailure } from '../../rules/provision/bounded';
import { recordProblem } from '../../rules/provision/record-size';
import { toObjects } from '../../rules/provision/to-objects';
import { createCancellation, createFailure } from '../create-failure';
import { toActivityOptions } from '../placement';
import { unwrapActivityFailure } from '../run-engine';
import { placedActivities, type ActivitySource } from './activities';
import { temporalSide } from './apply-io';
import { agreeTo, type Agreement } from './approval';
import { isOutOfTime, withSet, type Closing } from './lock';
import { makePlan, type MadePlan } from './make-plan';
import { ProvisionTracker, type ProvisionOptions } from './options';
import { planChanged } from './plan-changed';
import { runApply } from './run-apply';
import { tell } from './tell';

/**
 * Brings the objects of a spec about, each exactly once. Throws `ApplicationFailure`s: `polytomic.ProvisioningFailed`
 * (`details[0]`: what was made, undone and left), `polytomic.PlanChanged`, `polytomic.SetBusy`, `polytomic.Ambiguous`,
 * `polytomic.InvalidInput` and others.
 */
export async function provision(
  input: ProvisionPolytomicInput,
  options: ProvisionOptions = {},
): Promise<ProvisionResult> {
  return unwrapActivityFailure(async () => {
    const placement = toActivityOptions(options);
    const activity = placedActivities(placement);
    const tracker = new ProvisionTracker(options);
    const prepared = await activity('prepareProvision', 'Check the spec')({ workflow: 'provisionPolytomic', input });
    const { set } = prepared;
    tracker.update({ set });
    const given = givenBy(prepared, input);
    const agreed = await agreeTo({ prepared, tracker, options }, async () => {
      const made = await planNow({ prepared, activity, ...given });
      // Nobody is asked to approve what would be refused.
      refuseBlocked(prepared, made);
      return made;
    });
    const onWaiting = (): void => tracker.update({ phase: 'waitingForLock' });
    const deadline = Date.now() + prepared.timeoutMs;
    const request = { prepared, activity, mode: 'apply', deadline, onWaiting } as const;
    const result = await withSet(request, (record, token, closing) =>
      applyHeld({ prepared, placement, ...given, record, token, agreed, deadline, closing, tracker }),
    );
    tracker.update({ phase: 'ended' });
    return result;
  });
}

/** A spec and its objects. */
export interface Given {
  spec: ProvisionSpec;
  objects: ProvisionObject[];
}

/** Large specs stay in the input; what came as text came back with the answer. */
export function givenBy(
  { spec, adopt }: PreparedProvision,
  input: Pick<ProvisionPolytomicInput, 'spec' | 'variables'>,
): Given {
  const tree = spec ?? withoutEmpty(input.spec as ProvisionSpec);
  return { spec: tree, objects: toObjects(tree, { variables: input.variables ?? {}, ...(adopt && { adopt }) }) };
}

/** A section without content may be written as nothing. */
function withoutEmpty(spec: ProvisionSpec): ProvisionSpec {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => (value as unknown) !== null));
}

/** A plan from the record as it is; nothing is locked. */
export async function planNow(asked: Given & Pick<Held, 'prepared'> & { activity: ActivitySource }): Promise<MadePlan> {
  const { organization, set } = asked.prepared;
  const record = await asked.activity('readSet', 'Read the record of the set')({ organization, set });
  return makePlan({ ...asked, record });
}

interface Held extends Given {
  prepared: PreparedProvision;
  placement: ActivityOptions;
  record: SetRecord;
  token: string;
  /** The plan that was agreed to. */
  agreed: Agreement | null;
  deadline: number;
  closing: Closing;
  tracker: ProvisionTracker;
}

async function applyHeld({
  prepared,
  placement,
  spec,
  objects,
  record,
  token,
  agreed,
  deadline,
  closing,
  tracker,
}: Held): Promise<ProvisionResult> {
  const { organization, set, specHash, rollback, maxConcurrent } = prepared;
  tracker.update({ phase: 'planning', planHash: null });
  const placed = placedActivities(placement);
  const activity = within(deadline, placed);
  const made = await makePlan({ prepared, spec, objects, record, activity }).catch((error: unknown) => {
    throw isOutOfTime(error) ? provisioningFailed(nothingDone(prepared), 'late') : error;
  });
  if (agreed !== null && agreed.hash !== made.plan.hash) throw planChanged(made, agreed.made);
  refuseBlocked(prepared, made);
  const problem = recordProblem(objects, made.owned);
  if (problem !== undefined)
    throw createFailure({ type: failureTypes.InvalidInput, nonRetryable: true, message: problem });
  if (spec.moved && spec.moved.length > 0) {
    const message = { type: 'move', token, moves: spec.moved } as const;
    await activity('changeSet', 'Move objects to their new names')({ organization, set, message });
  }
  if (Object.keys(made.settled.owned).length + made.settled.dropped.length > 0) {
    const message = { type: 'settleIntents', token, ...made.settled } as const;
    await activity('changeSet', 'Settle what earlier runs left open')({ organization, set, message });
  }
  const state = newApplyState({
    objects,
    planned: made.planned,
    owned: made.owned,
    dropped: made.dropped,
    rollback,
    maxConcurrent,
  });
  const io = {
    prepared,
    objects: new Map(objects.map((object) => [object.address, object])),
    token,
    serverTime: made.serverTime,
    side: temporalSide(placement),
  };
  const ended = await runApply(io, state, {
    deadline,
    onState: (next) => tracker.update(progressOf(next)),
  });
  if (hasSucceeded(ended) && Object.keys(made.givenUp).length > 0) {
    const message = { type: 'giveUp', token, objects: made.givenUp, known: false } as const;
    // The apply is done: its deadline no longer matters.
    await placed('changeSet', 'Give up what the spec dropped')({ organization, set, message });
  }
  const lostAt = lastLoss(ended);
  Object.assign(closing, {
    ran: ranOnce(ended),
    unmade: neverMade(ended),
    ...(lostAt !== null && { lostAt: new Date(lostAt).toISOString() }),
  });
  if (hasSucceeded(ended)) return { organization, set, specHash, resources: resourcesOf(ended) };
  const failure = failureDetails(ended, prepared);
  if (ended.stopping === 'cancelled')
    throw createCancellation(failureMessage(failure, ended.stopping), [boundFailure(failure)]);
  const about = {
    event: 'failed',
    text: failureMessage(failure, ended.stopping),
    addresses: failure.failed.map(({ address }) => address),
  } as const;
  await tell(prepared, about, placement);
  throw provisioningFailed(failure, ended.stopping);
}

/** Activities that are given up at a time: while Polytomic does not answer, planning must not hold the lock for ever. */
const within =
  (deadline: number, activity: ActivitySource): ActivitySource =>
  (name, summary, wish = {}) =>
    activity(name, summary, { ...wish, limitMs: deadline - Date.now() });

const nothingDone = ({ organization, set }: Pick<PreparedProvision, 'organization' | 'set'>): ProvisioningFailure => ({
  ...{ organization, set },
  ...{ failed: [], made: [], undone: [], left: [], omitted: 0 },
});

/** The failure with what was made, undone and left. */
export function provisioningFailed(
  failure: ProvisioningFailure,
  stopping: ApplyState['stopping'] = null,
): ApplicationFailure {
  return createFailure({
    type: failureTypes.ProvisioningFailed,
    nonRetryable: true,
    message: failureMessage(failure, stopping),
    details: [boundFailure(failure)],
  });
}

/** Before the first write: one blocked object refuses the whole apply. */
export function refuseBlocked(prepared: Pick<PreparedProvision, 'organization' | 'set'>, { plan }: MadePlan): void {
  const blocked = plan.changes.filter(({ action }) => action === 'blocked');
  const [first] = blocked;
  if (!first) return;
  const failed = blocked.map(({ address, kind, name, id, reason }) => ({
    address,
    kind,
    name,
    id,
    reason: `${address} ${reason ?? 'is blocked'}`,
  }));
  const failure: ProvisioningFailure = { ...nothingDone(prepared), failed };
  const types = new Set(blocked.map((change) => change.failure ?? failureTypes.ProvisioningFailed));
  const type = types.size === 1 ? ([...types][0] ?? failureTypes.ProvisioningFailed) : failureTypes.ProvisioningFailed;
  throw createFailure({
    type,
    nonRetryable: true,
    message: failureMessage(failure),
    details: [boundFailure(failure)],
  });
}
