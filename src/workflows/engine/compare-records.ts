/** Runs that completed and may have too few records: past runs of their syncs are read. Pure, over the engine's state. */
import type { PastRecords, PastRecordsItem } from '../../contracts/past-records';
import type { SyncRunResult } from '../../contracts/run-result';
import { pauseMs } from '../../rules/attempt-state';
import { tooFewRecords } from '../../rules/records-ratio';
import { givenUpResult, resultOf } from '../../rules/run-result';
import type { Command, CommandError } from './commands';
import { isComparing, planComparison, type ComparingJob } from './plan-comparison';
import { endWithResult, notifiedSyncOf } from './ends';
import { identityOf, type Job } from './job';
import { retryJob } from './retries';
import { describeItems } from './summaries';
import { jobsOf, takeNumber, type EngineState, type Pending } from './state';

/** Runs in one activity, which takes a few requests for each. */
const maxItems = 20;

/** A list shows a run half a minute late at most: the pauses after so many reads are as long. */
const maxUnlisted = 5;
const unlisted = 'the list of runs does not show this one';

/** The last run of an attempt has ended, with this result if nothing else is to be checked. */
export function concludeAttempt(state: EngineState, job: Job, result: SyncRunResult, now: number): void {
  if (!planComparison(state, job, result, now)) finishAttempt(state, job, result, now);
}

/** Reads of past runs that are due. */
export function compareCommands(state: EngineState, now: number): { commands: Command[]; wakeAt: number | null } {
  if (state.isLeaving) return { commands: [], wakeAt: null };
  const jobs = jobsOf(state)
    .filter(isComparing)
    .filter(({ stage, stop }) => !stage.isInFlight && !stop);
  const due = jobs.filter(({ stage }) => stage.notBefore <= now);
  const later = jobs.flatMap(({ stage }) => (stage.notBefore > now ? [stage.notBefore] : []));
  const commands: Command[] = [];
  for (let at = 0; at < due.length; at += maxItems) {
    commands.push(compareCommand(state, due.slice(at, at + maxItems), now));
  }
  return { commands, wakeAt: later.length > 0 ? Math.min(...later) : null };
}

/** Past runs were read, or could not be. */
export function noteCompared(state: EngineState, pending: Pending, found: readonly PastRecords[], now: number): void {
  for (const [index, job] of pendingJobs(state, pending)) {
    const past = found[index];
    if (past?.type === 'read') endCompared(state, job, past.records, now);
    else if (past?.type === 'unread' && past.failure.nonRetryable) endUncompared(state, job, past.failure.type, now);
    else if (past?.type === 'unlisted' && job.stage.failures >= maxUnlisted) endUncompared(state, job, unlisted, now);
    else postpone(job, now);
  }
}

/** The activity failed for good, or is not known to have run. */
export function noteFailedComparison(
  state: EngineState,
  { pending, error }: { pending: Pending; error: CommandError },
  now: number,
): void {
  for (const [, job] of pendingJobs(state, pending)) {
    if (error.type === 'failed') endUncompared(state, job, error.failureType ?? 'an unknown failure', now);
    else postpone(job, now);
  }
}

/** Nothing more is read: what the run itself showed stands. */
export function endUncompared(state: EngineState, job: Job, why: string, now: number): void {
  const result = plainResultOf(state, job);
  const note = `minRecordsRatio was not checked, as past runs could not be read (${why})`;
  state.log.push({
    message: 'Records were not compared with those of past runs',
    attributes: { ...notifiedSyncOf(job, result.executionId), reason: why },
  });
  const reason = result.reason === undefined ? note : `${result.reason}; ${note}`;
  finishAttempt(state, job, { ...result, reason }, now);
}

function compareCommand(state: EngineState, jobs: readonly ComparingJob[], now: number): Command {
  const id = `compare-${takeNumber(state)}`;
  for (const { stage } of jobs) stage.isInFlight = true;
  state.pending[id] = { type: 'compare', jobs: jobs.map((job) => job.id), scheduledAt: now };
  const request = { organization: state.settings.organization, items: jobs.map(toItem) };
  return { type: 'compare', id, text: describeItems('Read past runs of', jobs), request };
}

/** The first run of an attempt was started as asked; re-runs of failed schemas are part of it. */
function toItem({ kind, syncId, stage, executions, earlier }: ComparingJob): PastRecordsItem {
  const [first = stage.executionId] = executions.map(({ executionId }) => executionId);
  return { kind, syncId, executionId: first, except: earlier?.executions ?? [] };
}

function pendingJobs(state: EngineState, { jobs }: Pending): [index: number, job: ComparingJob][] {
  return jobs.flatMap((id, index): [number, ComparingJob][] => {
    const job = state.jobs[id];
    return job && isComparing(job) && job.stage.isInFlight ? [[index, job]] : [];
  });
}

function endCompared(state: EngineState, job: Job, past: readonly number[], now: number): void {
  const result = plainResultOf(state, job);
  const reason = tooFewRecords(result.records.total, past, state.settings.options.minRecordsRatio ?? 0);
  if (reason === undefined) return finishAttempt(state, job, result, now);
  const { organization, options } = state.settings;
  const verdict = { outcome: 'failed', reason } as const;
  const failed = givenUpResult(identityOf(job, organization), job.executions, { verdict, options });
  finishAttempt(state, job, failed, now);
}

/** What the job's own runs came to. */
function plainResultOf({ settings }: EngineState, job: Job): SyncRunResult {
  return resultOf(identityOf(job, settings.organization), job.executions, settings.options);
}

function postpone({ stage }: ComparingJob, now: number): void {
  stage.isInFlight = false;
  stage.failures += 1;
  stage.notBefore = now + pauseMs(stage.failures);
}

function finishAttempt(state: EngineState, job: Job, result: SyncRunResult, now: number): void {
  if (!retryJob(state, job, result, now)) endWithResult(state, job, result, now);
}
