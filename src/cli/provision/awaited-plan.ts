/** The plan that an apply or destroy waits with until a person agrees to it. */
import type { SharedProvisionInput } from '../../contracts/provision';
import type { ProvisionPlan } from '../../contracts/provision-plan';
import { progressQueryName } from '../../contracts/names';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes } from '../exit-codes';
import { readHistory } from '../history/read-history';
import type { Session } from '../session';
import { quote } from '../shell-word';
import { provisioningText } from '../watch/phrases';
import { readProgress } from '../watch/watched-run';
import type { PlanFor } from './plan-text';
import { pickPlanned, planSpec } from './read-only';

/** The hash of the plan that is waited with. @throws CliError where the workflow waits for nobody */
export async function readAwaitedHash({ client }: Temporal, workflowId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const { type, status } = await handle.describe();
  if (!/^(?:de)?provisionPolytomic$/.test(type)) {
    const message = `${workflowId} is a ${type}: only an apply or destroy waits for an approval`;
    throw new CliError(exitCodes.usage, message, 'List what is under way: temporal-polytomic status');
  }
  const nextStep = `See it: temporal-polytomic show ${quote(workflowId)}`;
  if (status.name !== 'RUNNING') {
    throw new CliError(exitCodes.failed, `${workflowId} is over (${status.name.toLowerCase()})`, nextStep);
  }
  const { provisioning } = readProgress(await handle.query(progressQueryName)) ?? {};
  if (provisioning?.phase === 'waitingForApproval' && provisioning.planHash !== null) return provisioning.planHash;
  const stands = provisioning ? provisioningText(provisioning) : 'at its beginning';
  throw new CliError(exitCodes.failed, `${workflowId} waits for no approval; it is ${stands}`, nextStep);
}

/** What a person is shown before they agree. */
export interface AwaitedPlan {
  plan: ProvisionPlan;
  planFor: PlanFor;
}

/** Makes the plan of a hash once more, from the workflow's own input. @throws CliError where it is another one by now */
export async function readAwaitedPlan(session: Session, workflowId: string, hash: string): Promise<AwaitedPlan> {
  const { workflow, input } = await readHistory(await session.temporal(), workflowId);
  if (typeof input !== 'object' || input === null) {
    const message = `The input of ${workflowId} cannot be read here, so its plan cannot be shown`;
    throw new CliError(exitCodes.failed, message, `Approve it unseen: --plan-hash ${hash}`);
  }
  const planFor = workflow === 'provisionPolytomic' ? 'apply' : 'destroy';
  const request = {
    input: pickPlanned(input as SharedProvisionInput & Record<string, unknown>),
    set: workflowId,
    planFor,
  } as const;
  const plan = await planSpec(session, request);
  if (plan.hash === hash) return { plan, planFor };
  const message = `The plan that waits is no longer what would be done: something was changed since it was made`;
  const nextStep = `Cancel it and begin again: temporal-polytomic cancel ${quote(workflowId)}`;
  throw new CliError(exitCodes.failed, message, nextStep);
}
