/** From what a workflow did to the one that runs only the rest again. Pure. */
import type { PipelineStep } from '../../contracts/fan-out-inputs';
import type { PipelineResult } from '../../contracts/fan-out-result';
import { isSuccess } from '../../rules/run-outcome';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { HistoryFacts } from './facts';
import { toSyncRows, type SyncRow } from './sync-rows';

/** A workflow to start. */
export interface RetryPlan {
  workflow: string;
  input: Record<string, unknown>;
  title: string;
  /** What it runs, in words. */
  what: string;
}

/** Null where everything succeeded. @throws CliError where nothing can be run again */
export function planRetry(facts: HistoryFacts): RetryPlan | null {
  const { workflow, workflowId, state, title } = facts;
  if (state === 'running') {
    throw new CliError(
      exitCodes.usage,
      `${workflowId} is still running`,
      `Wait for it: temporal-polytomic await ${workflowId}`,
    );
  }
  const input = (facts.input ?? {}) as Record<string, unknown>;
  const rows = toSyncRows(facts);
  if (workflow === 'runSyncPipeline') return retrySteps(facts, input);
  if (workflow.startsWith('runAll')) return retryFanOut(facts, input, rows);
  if (workflow === 'awaitSync' || !/^(run|createAndRun)(Model|Bulk)Sync$/.test(workflow)) {
    throw new CliError(exitCodes.usage, `${workflow} starts no sync of its own, so there is nothing to run again`);
  }
  if (state === 'completed' && rows.every(succeeded)) return null;
  const [row] = rows;
  const failed = failedSchemas(row);
  const again = failed.length > 0 ? { start: { ...(input.start as object | undefined), schemas: failed } } : {};
  const what = failed.length > 0 ? `${failed.length} failed schemas of ${title}` : title;
  const { sync: _sync, adopt: _adopt, ...rest } = input;
  // The sync was created, so creating it again would make another one.
  const isCreate = workflow.startsWith('createAndRun');
  if (isCreate && !row)
    throw new CliError(exitCodes.usage, `${workflowId} ended before it had a sync; start it as before`);
  const workflowAgain = isCreate ? workflow.replace('createAndRun', 'run') : workflow;
  return {
    workflow: workflowAgain,
    title,
    what,
    input: { ...(isCreate ? { ...rest, syncId: row?.syncId } : input), ...again },
  };
}

const succeeded = ({ outcome }: SyncRow): boolean => outcome !== 'running' && isSuccess(outcome);

/** Only where some schemas succeeded and all that failed are known. */
function failedSchemas(row: SyncRow | undefined): string[] {
  if (row?.kind !== 'bulk' || row.outcome !== 'partiallyFailed') return [];
  return row.schemas.filter(({ status }) => /fail|error|interrupt|cancel/.test(status)).map(({ schema }) => schema);
}

/** More than so many ids do not fit into one filter; a fan-out then takes the first of them. */
const maxIds = 10_000;

function retryFanOut(
  { workflow, title }: HistoryFacts,
  input: Record<string, unknown>,
  rows: readonly SyncRow[],
): RetryPlan | null {
  const ids = rows.filter((row) => !succeeded(row)).map(({ syncId }) => syncId);
  if (ids.length === 0) return null;
  if (ids.length > maxIds)
    throw new CliError(exitCodes.usage, `${ids.length} syncs did not succeed; run all of them again instead`);
  const { shard: _shard, dryRun: _dryRun, filter: _filter, ...rest } = input;
  return { workflow, title, what: `${ids.length} syncs`, input: { ...rest, filter: { ids, active: null } } };
}

/** Steps that did not succeed, those that were skipped because of them included. */
function retrySteps(
  { workflow, title, result, failure }: HistoryFacts,
  input: Record<string, unknown>,
): RetryPlan | null {
  const known = ((result ?? failure?.detail) as Partial<PipelineResult> | null | undefined)?.steps ?? {};
  const isDone = (id: string): boolean => {
    const step = known[id];
    return step !== undefined && (step.outcome === 'completed' || step.outcome === 'completedWithErrors');
  };
  const steps = ((input.steps ?? []) as PipelineStep[]).filter(({ id }) => !isDone(id));
  if (steps.length === 0) return null;
  const left = steps.map((step) => ({ ...step, after: (step.after ?? []).filter((id) => !isDone(id)) }));
  return { workflow, title, what: `${left.length} steps`, input: { ...input, steps: left } };
}
