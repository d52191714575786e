/** From what a workflow did to the one that runs only the rest again. Pure. */
import { failureTypes } from '../../contracts/failure-types';
import type { PipelineStep } from '../../contracts/fan-out-inputs';
import type { FanOutResult, PipelineResult } from '../../contracts/fan-out-result';
import type { SyncFilter } from '../../contracts/list-syncs';
import type { SyncRunResult } from '../../contracts/run-result';
import { countUnsuccessful, isSuccess } from '../../rules/run-outcome';
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
  const failed = failedSchemas(facts, row);
  const again = failed.length > 0 ? { start: { ...(input.start as object | undefined), schemas: failed } } : {};
  const what = failed.length > 0 ? `${failed.length} failed schemas of ${title}` : title;
  const { sync: _sync, adopt: _adopt, ...rest } = input;
  // The sync was created, so creating it again would make another one.
  const isCreate = workflow.startsWith('createAndRun');
  if (isCreate && !row?.syncId)
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
function failedSchemas({ result, failure }: HistoryFacts, row: SyncRow | undefined): string[] {
  if (row?.kind !== 'bulk' || row.outcome !== 'partiallyFailed') return [];
  const failed = row.schemas.filter(({ status }) => /fail|error|interrupt|cancel/.test(status));
  // A result names no more than 100 of them.
  const { schemaCounts } = (result ?? failure?.detail ?? {}) as Partial<SyncRunResult>;
  const isAll = !schemaCounts || schemaCounts.failed <= failed.length;
  // One without a name cannot be asked for.
  return isAll && failed.every(({ schema }) => schema !== '') ? failed.map(({ schema }) => schema) : [];
}

/** What one filter takes. */
const maxIds = 5_000;
const maxExcluded = 1_000;

function retryFanOut(facts: HistoryFacts, input: Record<string, unknown>, rows: readonly SyncRow[]): RetryPlan | null {
  const { workflow, workflowId, title } = facts;
  const { shard: _shard, dryRun, filter: _filter, ...rest } = input;
  if (dryRun) throw new CliError(exitCodes.usage, `${workflowId} was a dry run, so there is nothing to run again`);
  const ids = rows.filter((row) => !succeeded(row)).map(({ syncId }) => syncId);
  if (!isAllTold(facts, input, ids.length)) return retryUntold(facts, input, rows);
  if (ids.length === 0) return null;
  if (ids.length > maxIds)
    throw new CliError(exitCodes.usage, `${ids.length} syncs did not succeed; run all of them again instead`);
  return { workflow, title, what: `${ids.length} syncs`, input: { ...rest, filter: { ids, active: null } } };
}

/** Whether the workflow came to a result, and each sync without success is known: results name 100, histories what began. */
function isAllTold(
  { result, failure }: HistoryFacts,
  { failurePolicy }: Record<string, unknown>,
  known: number,
): boolean {
  const whole = (result ?? failure?.detail) as Partial<FanOutResult> | null | undefined;
  if (typeof whole?.total !== 'number' || whole.listComplete === undefined) return false;
  // One that failed for a reason of its own read no list, or stopped in its midst.
  if (failure && failure.type !== failureTypes.SyncsFailed) return false;
  const count = countUnsuccessful(whole);
  const isCutShort = count > 0 && (whole.skipped ?? 0) > 0 && (failurePolicy ?? 'continue') !== 'continue';
  return known >= count && !isCutShort;
}

/** Everything that the fan-out was to run, without what succeeded and what people took out. */
function retryUntold(
  { workflow, title, requests }: HistoryFacts,
  { dryRun: _dryRun, ...input }: Record<string, unknown>,
  rows: readonly SyncRow[],
): RetryPlan {
  const skips = requests.flatMap(({ name, argument }) =>
    name === 'skip' && typeof argument === 'string' ? [argument] : [],
  );
  const done = new Set([...rows.filter(succeeded).map(({ syncId }) => syncId), ...skips]);
  const what = done.size === 0 ? `all of ${title}` : `all of ${title} but ${done.size} syncs`;
  const asked = (input.filter ?? {}) as SyncFilter;
  if (asked.ids) {
    const filter = { ...asked, ids: asked.ids.filter((id) => !done.has(id)) };
    return { workflow, title, what, input: { ...input, filter } };
  }
  const exclude = [...(asked.exclude ?? []), ...done];
  if (exclude.length > maxExcluded)
    throw new CliError(
      exitCodes.usage,
      `${done.size} syncs succeeded, more than a filter can leave out; run all again`,
    );
  return { workflow, title, what, input: { ...input, ...(done.size > 0 && { filter: { ...asked, exclude } }) } };
}

/** Steps that did not succeed, those that were skipped because of them included. */
function retrySteps(
  { workflow, workflowId, title, result, failure }: HistoryFacts,
  input: Record<string, unknown>,
): RetryPlan | null {
  const asked = Array.isArray(input.steps) ? (input.steps as PipelineStep[]) : [];
  if (asked.length === 0) throw new CliError(exitCodes.usage, `${workflowId} was given no steps; start it anew`);
  const known = ((result ?? failure?.detail) as Partial<PipelineResult> | null | undefined)?.steps ?? {};
  const isDone = (id: string): boolean => {
    const step = known[id];
    return step !== undefined && (step.outcome === 'completed' || step.outcome === 'completedWithErrors');
  };
  const steps = asked.filter(({ id }) => !isDone(id));
  if (steps.length === 0) return null;
  const left = steps.map((step) => ({ ...step, after: (step.after ?? []).filter((id) => !isDone(id)) }));
  return { workflow, title, what: `${left.length} steps`, input: { ...input, steps: left } };
}
