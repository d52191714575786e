/** What an apply fails with when the plan that was agreed to is no longer true. */
import { ApplicationFailure } from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import { boundFields } from '../../rules/provision/bounded';
import type { MadePlan } from './make-plan';

/** Differing fields in the details, bytes of JSON. */
const maxShownBytes = 50_000;

/** Nothing was written: what differs is in the plan that was made now. */
export function planChanged({ plan }: MadePlan): ApplicationFailure {
  const changing = plan.changes.filter(({ action }) => action !== 'unchanged');
  const differs = changing.map(({ address, action }) => `${address} (${action})`);
  const shown = differs.slice(0, 10).join(', ') || 'nothing is left to do';
  return ApplicationFailure.create({
    type: failureTypes.PlanChanged,
    nonRetryable: true,
    message: `What is there, or the spec, changed since the plan: now ${shown}`.slice(0, 1024),
    details: [{ hash: plan.hash, changes: boundFields(changing.slice(0, 50), maxShownBytes) }],
  });
}
