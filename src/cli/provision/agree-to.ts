/** Shows a plan before anything is written, and asks. */
import { CliError } from '../cli-error';
import { confirm } from '../run/confirm';
import type { Session } from '../session';
import { planText, type PlanFor } from './plan-text';
import { exitCodeOfBlocked, pickPlanned, planSpec } from './read-only';
import type { SpecInputOfFlags } from './spec-input';

/**
 * The hash of the plan that a person agreed to; where nothing would be changed nobody is asked.
 *
 * @throws CliError where the plan is blocked, the answer is no, or nobody can be asked
 */
export async function agreeTo(
  session: Session,
  { input, set, planFor }: SpecInputOfFlags & { planFor: PlanFor },
): Promise<string> {
  const plan = await planSpec(session, { input: pickPlanned(input), set, planFor });
  const { print } = session;
  print.note(planText(plan, print.wordColors, planFor));
  if (plan.counts.blocked > 0) {
    throw new CliError(exitCodeOfBlocked(plan), `The ${planFor} is blocked; nothing was changed`);
  }
  const question = planFor === 'apply' ? 'Apply this plan?' : 'Delete these objects?';
  if (!plan.empty) await confirm(session, question, undefined);
  return plan.hash;
}
