/** Asks a person before the first write. */
import { CancellationScope, sleep, type ApplicationFailure } from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import type { PreparedProvision } from '../../contracts/provision-activities';
import type { PlannedChange } from '../../contracts/provision-plan';
import { createFailure } from '../create-failure';
import { toActivityOptions } from '../placement';
import type { MadePlan } from './make-plan';
import { planChanged } from './plan-changed';
import type { ProvisionOptions, ProvisionTracker } from './options';
import { tell } from './tell';

/** What asking needs. */
export interface Asking {
  prepared: PreparedProvision;
  tracker: ProvisionTracker;
  options: ProvisionOptions;
}

/** What was agreed to; of a plan of an earlier workflow, its hash alone is known. */
export interface Agreement {
  hash: string;
  made: MadePlan | null;
}

const isDestructive = ({ action }: PlannedChange): boolean => action === 'delete' || action === 'replace';

/**
 * Null where nobody has to agree; else the plan that somebody agreed to. A `planHash` in the input says which
 * plan is meant, and takes nobody's place. No lock is held meanwhile: what
 * changes until the first write is found by that hash.
 *
 * @throws ApplicationFailure `polytomic.NotApproved` when the time is over, `polytomic.PlanChanged`
 */
export async function agreeTo(
  { prepared, tracker, options }: Asking,
  makePlan: () => Promise<MadePlan>,
): Promise<Agreement | null> {
  const { approve, approvalTimeoutMs, set, planHash } = prepared;
  if (approve === 'never') return planHash === null ? null : { hash: planHash, made: null };
  const made = await makePlan();
  const { plan } = made;
  if (planHash !== null && plan.hash !== planHash) throw planChanged(made);
  if (plan.empty || (approve === 'destructive' && !plan.changes.some(isDestructive))) return { hash: plan.hash, made };
  if (!options.awaitApproval) throw notApproved(`"approve" is ${approve}, and nobody gave awaitApproval`);
  tracker.update({ phase: 'waitingForApproval', planHash: plan.hash });
  // Asked before anybody is notified: who sees the plan elsewhere may be faster than a target that does not answer.
  const answered = options.awaitApproval(plan).then(({ planHash: answer }) => answer);
  const changing = plan.changes.filter(({ action }) => action !== 'unchanged');
  const text = `The set "${set}" waits for an approval of ${changing.length} changes, plan ${plan.hash.slice(0, 12)}`;
  const addresses = changing.map(({ address }) => address);
  const about = { event: 'needsApproval', text, addresses, planHash: plan.hash } as const;
  const notified = tell(prepared, about, toActivityOptions(options));
  await Promise.race([notified, answered]);
  const agreed = await inTime(answered, approvalTimeoutMs);
  if (agreed === null) throw notApproved(`nobody approved the plan ${plan.hash.slice(0, 12)} in time`);
  if (agreed !== plan.hash) throw notApproved('another plan was approved');
  return { hash: agreed, made };
}

async function inTime(answered: Promise<string>, ms: number): Promise<string | null> {
  const timer = new CancellationScope();
  const timeout = timer.run(() => sleep(ms, { summary: 'Time to approve' })).then(() => null);
  // Rejected once it is no longer awaited; while it is, that is the caller's cancellation.
  timeout.catch(() => undefined);
  try {
    return await Promise.race([answered, timeout]);
  } finally {
    timer.cancel();
  }
}

const notApproved = (message: string): ApplicationFailure =>
  createFailure({
    type: failureTypes.NotApproved,
    nonRetryable: true,
    message: `Not approved: ${message}`,
  });
