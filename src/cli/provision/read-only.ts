/** Runs the reading workflows of provisioning. */
import type { DriftResult, ExportResult, SharedProvisionInput } from '../../contracts/provision';
import type { ProvisionPlan } from '../../contracts/provision-plan';
import { checkWorkflowInput } from '../../inputs/check-workflow-input';
import { toMarkdownText, toSummary } from '../../rules/markdown';
import { exitCodeOfFailure, worstExitCode, type ExitCode } from '../exit-codes';
import { newWorkflowId } from '../run/start-workflow';
import type { Session } from '../session';
import type { PlanFor } from './plan-text';
import type { SpecInputOfFlags } from './spec-input';

/** What each answers. */
interface Results {
  planPolytomic: ProvisionPlan;
  checkPolytomicDrift: DriftResult;
  exportPolytomic: ExportResult;
}

/** @throws InvalidInputError before anything is started, WorkflowFailedError */
export async function readProvisioning<W extends keyof Results>(
  session: Session,
  workflow: W,
  { input, set, summary }: { input: object; set: string; summary: string },
): Promise<Results[W]> {
  checkWorkflowInput(workflow, input);
  const { client, taskQueue } = await session.temporalWithWorkers();
  return client.workflow.execute<(input: object) => Promise<Results[W]>>(workflow, {
    args: [input],
    taskQueue,
    workflowId: newWorkflowId(workflow, set),
    staticSummary: toSummary(summary),
  });
}

/** The code by which an apply of this plan would end before its first write; 0 where nothing is blocked. */
export function exitCodeOfBlocked({ changes }: ProvisionPlan): ExitCode {
  const blocked = changes.filter(({ action }) => action === 'blocked');
  return worstExitCode(blocked.map(({ failure }) => exitCodeOfFailure(failure)));
}

const planned = ['spec', 'variables', 'organization', 'adopt', 'prune', 'deleteAdopted'] as const;

/** What a plan is made of; the rest of an input is about carrying it out. */
export function pickPlanned(input: SharedProvisionInput & Record<string, unknown>): SpecInputOfFlags['input'] {
  const fields = Object.fromEntries(planned.flatMap((name) => (name in input ? [[name, input[name]]] : [])));
  return { ...fields, spec: input.spec };
}

/** What an apply, or a destroy, would do now. @throws WorkflowFailedError */
export async function planSpec(
  session: Session,
  { input, set, planFor }: SpecInputOfFlags & { planFor: PlanFor },
): Promise<ProvisionPlan> {
  const request = { input: { ...input, ...(planFor === 'destroy' && { destroy: true }) }, set };
  return readProvisioning(session, 'planPolytomic', {
    ...request,
    summary: `Plan of the set ${toMarkdownText(set)}, for a terminal`,
  });
}
