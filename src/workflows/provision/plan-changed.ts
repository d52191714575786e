/** What an apply fails with when the plan that was agreed to is no longer true. */
import { ApplicationFailure } from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import type { MadePlan } from './make-plan';

/** Nothing was written: what differs is in the plan that was made now. */
export function planChanged({ plan }: MadePlan): ApplicationFailure {
  const differs = plan.changes
    .filter(({ action }) => action !== 'unchanged')
    .map(({ address, action }) => `${address} (${action})`);
  const shown = differs.slice(0, 10).join(', ') || 'nothing is left to do';
  return ApplicationFailure.create({
    type: failureTypes.PlanChanged,
    nonRetryable: true,
    message: `What is there, or the spec, changed since the plan: now ${shown}`.slice(0, 1024),
    details: [{ hash: plan.hash, changes: plan.changes.filter(({ action }) => action !== 'unchanged').slice(0, 50) }],
  });
}
