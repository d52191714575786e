/** `prepareRuns` for fan-outs and pipelines: their inputs alone; what is true of each sync is read when its turn comes. */
import type { PreparedRuns, RunWorkflowName, SingleRunName } from '../contracts/prepared-runs';
import type { SyncKind } from '../contracts/sync-kind';
import { parseFanOutInput, parsePipelineInput, type ParsedFanOut } from '../inputs/parse-fan-out-input';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { operations } from '../polytomic/operations';
import { issuesOf } from '../polytomic/request';
import { organizationOf, requireConnections, requireSteps, type RunStep } from './allowed';
import type { ActivityDependencies } from './dependencies';
import { notifyTargets } from './notify-targets';

/** The workflows that run many syncs. */
export type ManySyncsName = Exclude<RunWorkflowName, SingleRunName>;

/** @throws InvalidInputError, or NotAllowedError for steps that the operator of this worker does not allow. */
export function prepareFanOut(
  deps: ActivityDependencies,
  workflow: ManySyncsName,
  input: unknown,
): Omit<PreparedRuns, 'expired'> {
  const parsed = workflow === 'runSyncPipeline' ? parsePipelineInput(input) : parseFanOutInput(workflow, input);
  checkFilter(workflow, parsed);
  const organization = organizationOf(deps, parsed.organization, workflow);
  const notify = notifyTargets(deps, parsed.fanOut.notify, workflow);
  for (const [kind, steps] of stepsOf(parsed)) {
    requireSteps(organization, kind, steps);
    if (parsed.options.checkConnections) requireConnections(organization, kind);
  }
  return {
    ...parsed,
    fanOut: { ...parsed.fanOut, notify },
    syncIds: [],
    syncs: [],
    create: null,
    setup: deps.setup,
    serverTime: '',
  };
}

/** Polytomic itself selects model syncs by mode. @throws InvalidInputError */
function checkFilter(workflow: ManySyncsName, { kind, fanOut }: ParsedFanOut): void {
  const { mode } = fanOut.filter;
  const query = operations.modelSync.list.query?.();
  if (kind !== 'model' || mode === undefined || !query) return;
  const issues = issuesOf(query, { mode }).map(({ field, message }) => ({ field: `filter.${field}`, message }));
  if (issues.length > 0) throw new InvalidInputError(workflow, issues);
}

/** Cancelling is not among them: what may not be cancelled is left running, and told. */
function stepsOf({ kind, options, fanOut, steps }: ParsedFanOut): [SyncKind, RunStep[]][] {
  if (fanOut.dryRun) return [[kind, ['list']]];
  const run = (ifInactive: string): RunStep[] => [
    'read',
    'start',
    ...(ifInactive === 'activate' ? ['activate' as const] : []),
  ];
  if (steps) return steps.map((step) => [step.kind, run(step.ifInactive)]);
  return [[kind, ['list', ...run(options.ifInactive)]]];
}
