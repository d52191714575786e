/** Shows a plan before anything is written, and asks. */
import { CliError } from '../cli-error';
import { confirm } from '../run/confirm';
import type { Session } from '../session';
import { planText, type PlanFor } from './plan-text';
import { exitCodeOfBlocked, planSpec } from './read-only';
import type { SpecInputOfFlags } from './spec-input';

/** What a plan is made of; the rest of an input is about carrying it out. */
const planned = ['spec', 'variables', 'organization', 'adopt', 'prune', 'deleteAdopted'] as const;

/**
 * The hash of the plan that a person agreed to; where nothing would be changed nobody is asked.
 *
 * @throws CliError where the plan is blocked, the answer is no, or nobody can be asked
 */
export async function agreeTo(
  session: Session,
  { input, set, planFor }: SpecInputOfFlags & { planFor: PlanFor },
): Promise<string> {
  const temporal = await session.temporalWithWorkers();
  const fields = Object.fromEntries(planned.flatMap((name) => (name in input ? [[name, input[name]]] : [])));
  const plan = await planSpec(temporal, { input: { ...fields, spec: input.spec }, set, planFor });
  const { print } = session;
  print.note(planText(plan, print.colors, planFor));
  if (plan.counts.blocked > 0) {
    throw new CliError(exitCodeOfBlocked(plan), `The ${planFor} is blocked; nothing was changed`);
  }
  const question = planFor === 'apply' ? 'Apply this plan?' : 'Delete these objects?';
  if (!plan.empty) await confirm(session, question, undefined);
  return plan.hash;
}
