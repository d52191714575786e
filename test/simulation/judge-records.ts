/** Judges limits, comparisons with past runs, and ingestions, by what the API tells once the story is over. */
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { ExecutionRecord } from '../../src/testing';
import type { Story } from './run-scenario';
import type { RunCounts } from './world';

/** Why a completed run counts as failed. */
export interface AttemptFaults {
  failedSchemas: number;
  limit: boolean;
  ratio: boolean;
}

/** Of a completed run; null where nothing is known of it any more. */
export function faultsOf(story: Story, run: ExecutionRecord): AttemptFaults | null {
  const counts = story.counts.get(run.id);
  if (!counts) return null;
  const ratio = hasTooFew(story, run, counts);
  return ratio === null ? null : { failedSchemas: counts.failedSchemas, limit: isOverLimit(story, counts), ratio };
}

function isOverLimit({ scenario }: Story, { total, errors, warnings, written }: RunCounts): boolean {
  const limits = scenario.input as Partial<
    Record<'maxErrorRecords' | 'maxErrorRatio' | 'maxWarnings' | 'minRecords', number>
  >;
  const { maxErrorRecords = Infinity, maxErrorRatio = 1, maxWarnings = Infinity, minRecords = 0 } = limits;
  const isEveryRejected = errors > 0 && errors >= total && (written ?? 0) === 0;
  const isOver = errors > maxErrorRecords || errors / Math.max(total, errors, 1) > maxErrorRatio;
  return isEveryRejected || isOver || warnings > maxWarnings || total < minRecords;
}

const [fewest, most] = [5, 10];

/** Fewer records than the share of the median of the last ten completed runs like it; null: not known any more. */
function hasTooFew(
  { scenario, executions, counts }: Story,
  run: ExecutionRecord,
  { total }: RunCounts,
): boolean | null {
  const ratio = scenario.input.minRecordsRatio;
  if (typeof ratio !== 'number' || run.options.test === true) return false;
  const { readsUnlike } = scenario.behaviour;
  const shapeOf = ({ options }: ExecutionRecord): string =>
    JSON.stringify([options.schemas ?? [], !readsUnlike && options.resync_mode !== undefined]);
  const past = executions
    .slice(0, executions.indexOf(run))
    .toReversed()
    .filter(({ syncId, status, startedBy }) => syncId === run.syncId && status === 'completed' && startedBy !== 'api')
    .filter((other) => other.options.test !== true && shapeOf(other) === shapeOf(run))
    .slice(0, most)
    .map(({ id }) => counts.get(id)?.total);
  if (past.length < fewest) return false;
  if (past.includes(undefined)) return null;
  const sorted = (past as number[]).toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [sorted[Math.floor((past.length - 1) / 2)], sorted[Math.floor(past.length / 2)]];
  const median = (low + high) / 2;
  return median > 0 && total / median < ratio;
}

/** No run over a limit is returned as a success, and none is called failed that was over none. */
export function judgeRecords(story: Story, results: readonly SyncRunResult[]): string[] {
  if (!story.scenario.extra) return [];
  return [...results.flatMap((result) => misjudged(story, result)), ...tooManySuccesses(story)];
}

function misjudged(
  story: Story,
  { executionId, executions = [], attempts = 1, outcome, reason = '' }: SyncRunResult,
): string[] {
  const run = story.executions.find(({ id }) => id === executionId);
  if (run?.status !== 'completed') return [];
  // Of an attempt of several runs the sums count, which its ledger does not tell.
  if (executions.length > attempts) return [];
  const isUnchecked = reason.includes('minRecordsRatio was not checked');
  if (isUnchecked && !hadTrouble(story)) return [`past runs were not read for run ${run.id}, without any trouble`];
  const faults = faultsOf(story, run);
  if (!faults) return [];
  const isBad = faults.failedSchemas > 0 || faults.limit || (faults.ratio && !isUnchecked);
  const isSuccess = outcome === 'completed' || outcome === 'completedWithErrors';
  const why = `${JSON.stringify(story.counts.get(run.id))}, ${JSON.stringify(faults)}`;
  if (isSuccess && isBad) return [`run ${run.id} was returned as ${outcome}: ${why}`];
  const isJudged = outcome === 'failed' && !/^(stalled|polytomic\.)/.test(reason);
  return isJudged && !isBad ? [`run ${run.id} was returned as failed (${reason}): ${why}`] : [];
}

function hadTrouble({ strikes, seen, endedAt, scenario }: Story): boolean {
  const { timeoutPerSync, timeoutPerAttempt, failurePolicy } = scenario.input;
  const isTimed = timeoutPerSync !== undefined || timeoutPerAttempt !== undefined || failurePolicy !== undefined;
  return strikes.lastAt > 0 || isTimed || endedAt >= (seen.timeoutAt ?? Infinity);
}

/** Of a fan-out only the number of successes is told: there are no more than syncs with a run that may be one. */
function tooManySuccesses(story: Story): string[] {
  const { end, executions, scenario } = story;
  if (end.type !== 'result' || !('failures' in end.result) || hadTrouble(story)) return [];
  const { completed, completedWithErrors } = end.result;
  const mayBe = scenario.syncs.filter(({ id }) =>
    executions.some((run) => {
      if (run.syncId !== id || run.status !== 'completed' || run.createdAt < story.beganAt) return false;
      const faults = faultsOf(story, run);
      const isPart = ((run.options.schemas as unknown[] | undefined) ?? []).length > 0;
      return isPart || !faults || !(faults.failedSchemas > 0 || faults.limit || faults.ratio);
    }),
  ).length;
  const told = completed + completedWithErrors;
  return told > mayBe ? [`${told} syncs were told to have completed, at most ${mayBe} did`] : [];
}

/** Polytomic's clocks differ by a minute at most. */
const skewMs = 60_000;

/** An ingestion is told to have caught up only where it has. */
export function judgeIngestion({ scenario, end, endedAt, beganAt }: Story): string[] {
  const { ingestion } = scenario.extra ?? {};
  const { caughtUpWithin } = scenario.input;
  if (!ingestion || typeof caughtUpWithin !== 'number') return [];
  if (end.type !== 'result' || !('outcome' in end.result) || end.result.outcome !== 'completed') return [];
  const isThen = endedAt - beganAt >= ingestion.from;
  const {
    lagMs = 0,
    catchesUpInMs,
    status = 'ok',
    isRunning = true,
    enabled = true,
  } = isThen ? ingestion.then : ingestion.first;
  const passed = endedAt - beganAt - (isThen ? ingestion.from : 0);
  const left = catchesUpInMs === undefined ? 1 : Math.max(0, 1 - passed / catchesUpInMs);
  // The read that told it was a moment before the end.
  const isBehind = lagMs === null || lagMs * left > caughtUpWithin + skewMs + 30_000;
  const isBroken = !enabled || !isRunning || (status !== 'ok' && status !== 'warning');
  return isBehind || isBroken ? [`the ingestion was told to have caught up ${passed} ms after it began to`] : [];
}
