/** What makes the inline functions workflows of their own: query, update, texts in the Temporal UI. */
import { condition, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { failureTypes, type FailureType } from '../../contracts/failure-types';
import type { ProvisionApproval, ProvisionPlan, ProvisionProgress } from '../../contracts/provision';
import { toMarkdownCode, toMarkdownText, toShownTime } from '../../rules/markdown';
import { createFailure } from '../create-failure';
import { approveUpdate, provisionProgressQuery } from '../handles';
import type { ProvisionOptions } from './options';

/** Runs `work` with the handlers registered before anything is awaited. */
export async function asProvisioning<T>(work: (options: ProvisionOptions) => Promise<T>): Promise<T> {
  let progress: ProvisionProgress | null = null;
  let awaited: ProvisionPlan | null = null;
  let approval: ProvisionApproval | null = null;
  setHandler(provisionProgressQuery, () => progress as ProvisionProgress, {
    description: 'Where the provisioning stands.',
  });
  setHandler(approveUpdate, (given) => void (approval = given), {
    description: 'Agrees to the plan that is waited for.',
    validator: (given: ProvisionApproval | null) => checkApproval(given, awaited),
  });
  return work({
    onProgress: (next) => {
      progress = next;
      setCurrentDetails(describeProvisioning(next));
    },
    awaitApproval: async (plan) => {
      awaited = plan;
      await condition(() => approval !== null);
      awaited = null;
      return approval as unknown as ProvisionApproval;
    },
  });
}

/** @param given from anybody, and so perhaps nothing */
function checkApproval(given: ProvisionApproval | null, plan: ProvisionPlan | null): void {
  const { planHash, by } = given ?? {};
  if (!plan) throw refusal(failureTypes.NotApproved, 'No approval is waited for');
  if (typeof by !== 'string' || by === '') throw refusal(failureTypes.InvalidInput, 'expected "by": who approves');
  if (planHash !== plan.hash) throw refusal(failureTypes.PlanChanged, `The plan that waits is ${plan.hash}`);
}

const refusal = (type: FailureType, message: string): Error => createFailure({ type, message, nonRetryable: true });

const phrases: Readonly<Record<ProvisionProgress['phase'], string>> = {
  planning: 'Planning',
  waitingForLock: 'Waiting for another run of the same spec',
  waitingForApproval: 'Waiting for an approval',
  applying: 'Applying',
  activating: 'Activating syncs',
  running: 'Running syncs for the first time',
  undoing: 'Undoing what was created',
  ended: 'Ended',
};

/** Objects named in the current details, of each kind. */
const maxNamed = 10;
const maxWhyLength = 160;

/** Markdown for the Temporal UI. */
export function describeProvisioning({
  phase,
  since,
  set,
  counts,
  working,
  needsConsent,
  planHash,
}: ProvisionProgress): string {
  return [
    `**${phrases[phase]}**${set === null ? '' : ` (set ${toMarkdownCode(set)})`}${phase === 'ended' ? ' at' : ', since'} ${toShownTime(since)}`,
    '',
    ...(counts.total > 0
      ? [`- ${counts.done} of ${counts.total} objects done, ${counts.working} in work, ${counts.failed} failed`]
      : []),
    ...(planHash !== null && phase === 'waitingForApproval' ? [`- plan ${toMarkdownCode(planHash)}`] : []),
    ...needsConsent
      .slice(0, maxNamed)
      .map(({ address, name }) => `- ${toMarkdownCode(address)} ("${toMarkdownText(name)}") needs consent`),
    ...working
      .slice(0, maxNamed)
      .map(({ address, why }) => `- ${toMarkdownCode(address)}: ${toMarkdownText(why, maxWhyLength)}`),
  ].join('\n');
}
