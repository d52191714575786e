/** Ends jobs: their results are counted, reported, and have their effect on what waits for them. */
import { failureTypes } from '../../contracts/failure-types';
import type { StepResult } from '../../contracts/fan-out-result';
import type { ItemFailure } from '../../contracts/item-failure';
import type { CancelledItem } from '../../contracts/starts';
import type { NotifiedSync } from '../../contracts/notification';
import type { RunOutcome } from '../../contracts/run-result';
import { withoutSchemas } from '../../rules/fan-out-tally';
import { countUnsuccessful, isSuccess, type Verdict } from '../../rules/run-outcome';
import { emptyResult, givenUpResult, lostResult, resultOf } from '../../rules/run-result';
import { confirmation, stoppedResult } from '../../rules/stopped-result';
import { planLateComparison } from './plan-comparison';
import { executionOf, identityOf, isIdle, isUncertain, type Job, type JobEnd, type JobFailure } from './job';
import { recordFailed, recordRecovered } from './outbox';
import { dropQueue, noteEnded } from './queue';
import { beginAttempt, restartJob, retryJob } from './retries';
import { jobsOf, type Closing, type EngineState } from './state';

const maxFailures = 100;
/** The rate is that of so many minutes at most. */
const rateMinutes = 10;
const minuteMs = 60_000;

/** Failures that concern the operator, not single syncs: nothing more can be started. */
const concernAll: readonly string[] = [failureTypes.Unauthorized, failureTypes.NotAllowed];

/** The job's result is known. */
export function endWithResult(state: EngineState, job: Job, result: StepResult, now: number): void {
  delete state.jobs[job.id];
  logEnd(state, job, result);
  if (state.mode === 'single') {
    state.single = { result };
    state.lastRun = { syncId: job.syncId || null, executionId: result.executionId, status: result.status };
  }
  countResult(state, job, result);
  noteEndTime(state, now);
  for (const dependent of noteEnded(state, job, result, now)) {
    const verdict: Verdict = { outcome: 'skipped', reason: `"${job.id}" did not succeed` };
    addToCounts(state, dependent, { ...noResult(state, dependent, verdict), because: job.id });
  }
}

function logEnd(state: EngineState, job: Job, { executionId, outcome, records, ...result }: StepResult): void {
  const durationMs = Date.parse(result.completedAt ?? '') - Date.parse(result.startedAt ?? '');
  state.log.push({
    level: 'info',
    message: 'A sync has ended',
    attributes: {
      ...notifiedSyncOf(job, executionId),
      ...{ outcome, records: records.total },
      ...(Number.isFinite(durationMs) && { durationMs }),
    },
  });
}

/** The job cannot go on, or is over without a run of its own. */
export function endJob(state: EngineState, job: Job, end: JobEnd, now: number): void {
  if (end.type === 'failure') return failJob(state, job, end.failure, now);
  // What it ran before counts, although it was to run again.
  if (job.executions.length > 0) return endWithResult(state, job, resultSoFar(state, job), now);
  const { verdict, executionId = null, status } = end;
  const empty = emptyResult(identityOf(job, state.settings.organization), verdict, executionId);
  endWithResult(state, job, status === undefined ? empty : { ...empty, status }, now);
}

/** The job cannot be run. */
export function failJob(state: EngineState, job: Job, failure: JobFailure, now: number): void {
  const { type, message } = failure;
  if (concernAll.includes(type)) state.fatal ??= failure;
  const executionId = executionOf(job);
  beginAttempt(job);
  const uncertain = failure.details?.mayHaveStarted === true ? '; a run may have started' : '';
  const verdict: Verdict = { outcome: 'failed', reason: `${type}: ${message}${uncertain}` };
  const result = noResult(state, job, verdict, executionId);
  if (state.mode === 'many') return endWithResult(state, job, result, now);
  delete state.jobs[job.id];
  logEnd(state, job, result);
  const known = lostResult(identityOf(job, state.settings.organization), job.executions, {
    ...{ executionId, verdict, options: state.settings.options },
  });
  const details = known ? { ...failure.details, ...known } : { ...result, ...failure.details };
  state.single = { failure: { ...failure, details } };
  state.lastRun = { syncId: job.syncId || null, executionId, status: null };
  recordFailed(state, { ...notifiedSyncOf(job, executionId), ...(verdict.reason && { reason: verdict.reason }) });
}

/** What an activity reported for one item, as the failure of a job. */
export function toJobFailure(
  { type, message, nonRetryable }: ItemFailure,
  details?: JobFailure['details'],
): JobFailure {
  return { type, message, nonRetryable, ...(details && { details }) };
}

/** The job was stopped. @param settled what became of its run; null where there was nothing to cancel or read */
export function endStopped(state: EngineState, job: Job, settled: CancelledItem | null, now: number): void {
  const { organization, options } = state.settings;
  const end = job.stop?.end ?? { type: 'verdict', verdict: { outcome: 'canceled' } };
  const executionId = stoppedExecutionOf(job);
  if (end.type === 'failure') return failJob(state, job, end.failure, now);
  if (settled?.executionId) beginAttempt(job);
  const { executions } = job;
  // Where nothing of a re-run or of the next attempt exists, the job is what its runs came to.
  const isAsBefore = !settled?.executionId && executions.length > 0;
  const verdict = settled === null ? (job.failedAttempt ?? end.verdict) : end.verdict;
  const { stage, stop } = job;
  const isCancelWanted = stop?.cancel === true && stage.type === 'stopping' && stage.ownership === 'own';
  const identity = identityOf(job, organization);
  const run = { identity, executions, executionId, settled, isCancelWanted, verdict };
  const result = isAsBefore ? { ...resultSoFar(state, job), ...confirmation(run) } : stoppedResult(run, options);
  if (settled?.confirmed && settled.execution) job.executions.push(settled.execution);
  const isOver = settled === null || settled.confirmed;
  if (settled?.confirmed && planLateComparison(state, job, result, now)) return;
  // What ended by itself meanwhile counts as it ended.
  const stalled = settled?.requested ? job.stop?.stalled : undefined;
  const again = (): boolean => {
    if (stalled?.restarts && !isSuccess(result.outcome)) return restartJob(state, job, result, now);
    const isRepeated = !stalled || settled?.execution?.ending !== 'canceled';
    return isRepeated && retryJob(state, job, result, now);
  };
  if (!isOver || !again()) endWithResult(state, job, result, now);
}

/** The run that a stopped job names. */
export function stoppedExecutionOf(job: Job): string | null {
  const end = job.stop?.end;
  return namedExecutionOf(job, end?.type === 'verdict' ? end.verdict.outcome : 'canceled');
}

/** A job that waited for another user's run names it, but not as one that was canceled. */
function namedExecutionOf(job: Job, outcome: RunOutcome): string | null {
  const { stage } = job;
  const isOther = stage.type === 'running' && stage.ownership === 'other';
  return isOther && outcome === 'canceled' ? null : executionOf(job);
}

/** Starts nothing more; jobs that were not admitted count as the verdict. Those that would have to start again are over. */
export function closeEngine(state: EngineState, closing: Closing, now: number): void {
  if (state.closing) return;
  state.closing = closing;
  const { jobs, unread } = dropQueue(state, now);
  for (const job of jobs) addToCounts(state, job, noResult(state, job, closing.verdict));
  addMany(state, closing.verdict.outcome, unread);
}

/** Jobs that wait for others' runs, or for a re-run, end as their earlier runs did, or else as `end` says. */
export function endIdleJobs(state: EngineState, end: JobEnd, now: number): void {
  for (const job of jobsOf(state)) {
    if (!isIdle(job) || isUncertain(job)) continue;
    if (job.executions.length > 0) endWithResult(state, job, resultSoFar(state, job), now);
    else if (end.type === 'failure') failJob(state, job, end.failure, now);
    else {
      const { verdict } = end;
      endWithResult(state, job, noResult(state, job, verdict, namedExecutionOf(job, verdict.outcome)), now);
    }
  }
}

/** What a job came to that would have to run again. */
function resultSoFar({ settings }: EngineState, job: Job): StepResult {
  const { organization, options } = settings;
  const identity = identityOf(job, organization);
  const { executions, failedAttempt: verdict } = job;
  return verdict ? givenUpResult(identity, executions, { verdict, options }) : resultOf(identity, executions, options);
}

/** A job that was never admitted ended. */
export function endUnadmitted(state: EngineState, job: Job, verdict: Verdict, now: number): void {
  const result = noResult(state, job, verdict);
  countResult(state, job, result);
  for (const dependent of noteEnded(state, job, result, now)) {
    const skipped: Verdict = { outcome: 'skipped', reason: `"${job.id}" did not succeed` };
    addToCounts(state, dependent, { ...noResult(state, dependent, skipped), because: job.id });
  }
}

/** Jobs that ended, whatever came of them. */
export function endedCount({ counts }: EngineState): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Jobs that ended without success. */
export function unsuccessfulCount({ counts }: EngineState): number {
  return countUnsuccessful(counts);
}

/** Ends a minute, over the last ten minutes or since the first end; null before that. */
export function endsPerMinute({ ends }: EngineState, now: number): number | null {
  const since = Math.floor(now / minuteMs) - rateMinutes;
  const recent = ends.filter(([minute]) => minute > since);
  const [first] = recent;
  if (!first) return null;
  const minutes = Math.max(1, (now - first[0] * minuteMs) / minuteMs);
  return recent.reduce((sum, [, count]) => sum + count, 0) / minutes;
}

/** The sync of a job, as notifications and logs name it. */
export function notifiedSyncOf({ kind, syncId, name, stepId }: Job, executionId: string | null): NotifiedSync {
  return { kind, syncId, name, executionId, ...(stepId !== undefined && { stepId }) };
}

function noResult(state: EngineState, job: Job, verdict: Verdict, executionId: string | null = null): StepResult {
  return emptyResult(identityOf(job, state.settings.organization), verdict, executionId);
}

function countResult(state: EngineState, job: Job, result: StepResult): void {
  addToCounts(state, job, result);
  const { outcome, reason, url, errors } = result;
  const why = reason ?? errors[0];
  const sync = {
    ...notifiedSyncOf(job, result.executionId),
    outcome,
    ...(why && { reason: why }),
    ...(url && { url }),
  };
  if (!isSuccess(outcome)) recordFailed(state, sync);
  else if (outcome !== 'skipped') recordRecovered(state, sync);
}

function addToCounts(state: EngineState, job: Job, result: StepResult): void {
  addMany(state, result.outcome, 1);
  if (job.stepId !== undefined) state.steps[job.stepId] = result;
  if (isSuccess(result.outcome) || state.failures.length >= maxFailures) return;
  state.failures.push(withoutSchemas(result));
  const { syncId, name, executionId, outcome } = result;
  state.failed.push({ ...(job.stepId !== undefined && { stepId: job.stepId }), syncId, name, executionId, outcome });
}

function addMany(state: EngineState, outcome: RunOutcome, count: number): void {
  state.counts = { ...state.counts, [outcome]: state.counts[outcome] + count };
}

function noteEndTime(state: EngineState, now: number): void {
  const minute = Math.floor(now / minuteMs);
  const last = state.ends.at(-1);
  if (last?.[0] === minute) last[1] += 1;
  else state.ends = [...state.ends, [minute, 1] satisfies [number, number]].slice(-rateMinutes - 1);
}
