/** `prepareRuns`: from a workflow's input to what is true of its sync, if it names one, before anything is started. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities, PreparedRuns, RunWorkflowName } from '../contracts/composite-activities';
import { adapterFor } from '../executions/adapter-for';
import { readBefore } from '../executions/before';
import { readServerTime } from '../executions/server-time';
import { parseRunInput, type ParsedRun } from '../inputs/parse-run-input';
import { organizationOf, requireSteps, type RunStep } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { prepareFanOut, type ManySyncsName } from './prepare-fan-out';
import { notifyTargets } from './notify-targets';
import { timeoutPassed } from './timeout-passed';

/** Makes the activity. It throws at once for a wrong input, an unknown organization, and steps that are not allowed. */
export function createPrepareRuns(deps: ActivityDependencies): CompositeActivities['prepareRuns'] {
  return async ({ workflow, input }) => {
    if (isManySyncs(workflow)) {
      const prepared = prepareFanOut(deps, workflow, input);
      return { ...prepared, expired: timeoutPassed(prepared.options.timeoutMs) };
    }
    const parsed = parseRunInput(workflow, input);
    const organization = organizationOf(deps, parsed.organization);
    requireSteps(organization, parsed.kind, stepsOf(parsed));
    const frame = {
      kind: parsed.kind,
      organization: parsed.organization,
      options: parsed.options,
      create: parsed.create,
      setup: deps.setup,
      ...(parsed.notify.length > 0 ? { notify: notifyTargets(deps, parsed.notify, workflow) } : {}),
      syncIds: parsed.syncId === null ? [] : [parsed.syncId],
    };
    if (timeoutPassed(parsed.options.timeoutMs)) return { ...frame, syncs: [], serverTime: '', expired: true };
    return { ...frame, ...(await readWhatIs(organization, parsed)), expired: false };
  };
}

function isManySyncs(workflow: RunWorkflowName): workflow is ManySyncsName {
  return workflow === 'runAllModelSyncs' || workflow === 'runAllBulkSyncs' || workflow === 'runSyncPipeline';
}

function stepsOf({ create, options }: ParsedRun): RunStep[] {
  return [
    'read',
    'start',
    ...(create ? (['create'] as const) : []),
    ...(create?.adopt === 'byName' ? (['list'] as const) : []),
    ...(options.ifInactive === 'activate' ? (['activate'] as const) : []),
  ];
}

async function readWhatIs(
  { client }: Organization,
  { kind, syncId }: ParsedRun,
): Promise<Pick<PreparedRuns, 'syncs' | 'serverTime'>> {
  const signal = Context.current().cancellationSignal;
  if (syncId === null) return { syncs: [], serverTime: await readServerTime(client, { signal }) };
  const before = await readBefore(adapterFor(kind, client), syncId, { signal });
  return { syncs: [before], serverTime: before.serverTime };
}
