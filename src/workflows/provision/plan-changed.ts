/** What an apply fails with when the plan that was agreed to is no longer true. */
import type { ApplicationFailure } from '@temporalio/workflow';
import { failureTypes } from '../../contracts/failure-types';
import { boundFields } from '../../rules/provision/bounded';
import { planDifferences } from '../../rules/provision/plan-differences';
import { truncateText } from '../../rules/quoted';
import { createFailure } from '../create-failure';
import type { MadePlan } from './make-plan';

/** Differing fields in the details, bytes of JSON. */
const maxShownBytes = 50_000;

/**
 * Nothing was written. Where the agreed plan is known, by more than its hash, what differs from it is named; else what would be
 * done now.
 */
export function planChanged(now: MadePlan, agreed: MadePlan | null = null): ApplicationFailure {
  const { plan } = now;
  const found = agreed
    ? planDifferences(agreed, now).map(({ address, what, now: change }) => ({ text: `${address} (${what})`, change }))
    : plan.changes
        .filter(({ action }) => action !== 'unchanged')
        .map((change) => ({ text: `${change.address} (${change.action})`, change }));
  const nothing = agreed ? 'the record of the set, by another apply or destroy' : 'nothing is left to do';
  const shown =
    found
      .slice(0, 10)
      .map(({ text }) => text)
      .join(', ') || nothing;
  const changes = found.flatMap(({ change }) => (change ? [change] : []));
  return createFailure({
    type: failureTypes.PlanChanged,
    nonRetryable: true,
    message: truncateText(`What is there, or the spec, changed since the plan: ${agreed ? '' : 'now '}${shown}`, 1024),
    details: [{ hash: plan.hash, changes: boundFields(changes.slice(0, 50), maxShownBytes) }],
  });
}
