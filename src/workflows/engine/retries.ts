/** Attempts: a job whose run did not succeed may run its sync again as a whole. Pure, over the engine's state. */
import type { SyncRunResult } from '../../contracts/run-result';
import { mayRetry } from '../../rules/retry';
import type { Verdict } from '../../rules/run-outcome';
import { attemptsOf, enterStage, type Job } from './job';
import { requestedStartOf } from './queue';
import { timeoutAtOf, type EngineState } from './state';

/** Ids of executions that a job keeps, as the result names no more. */
const maxEarlierExecutions = 100;

/** Attempts of a sync whose stalled runs are restarted, where the input names no number. */
const maxRestartAttempts = 2;

/** Plans the next attempt where the input asks for one and there is time for it; says whether it did. */
export function retryJob(state: EngineState, job: Job, result: SyncRunResult, now: number): boolean {
  const { retry } = state.settings.options;
  if (!mayRetry(retry, { result, attempts: attemptsOf(job) })) return false;
  return tryAgain(state, job, { result, at: now + retry.delayMs }, now);
}

/** The same for a run that was cancelled as it stood still: whatever its outcome, at once. */
export function restartJob(state: EngineState, job: Job, result: SyncRunResult, now: number): boolean {
  const { attempts = maxRestartAttempts } = state.settings.options.retry ?? {};
  return attemptsOf(job) < attempts && tryAgain(state, job, { result, at: now }, now);
}

function tryAgain(
  state: EngineState,
  job: Job,
  { result, at }: { result: SyncRunResult; at: number },
  now: number,
): boolean {
  const expiresAt = Math.min(timeoutAtOf(state), syncExpiresAt(state, job) ?? Infinity);
  if (state.closing || job.failedAttempt || at >= expiresAt) return false;
  const { outcome, reason } = result;
  const { syncId, name } = job;
  const attributes = { syncId, name, executionId: result.executionId, outcome, attempt: attemptsOf(job) };
  state.log.push({
    message: 'A sync did not succeed and is run again',
    attributes: { ...attributes, nextAttemptAt: new Date(at).toISOString() },
  });
  planAttempt(state, job, { verdict: { outcome, ...(reason !== undefined && { reason }) }, at }, now);
  return true;
}

/** The run of another attempt is known: what came before it counts as an attempt of its own. */
export function beginAttempt(job: Job): void {
  if (!job.failedAttempt) return;
  const executions = [...(job.earlier?.executions ?? []), ...job.executions.map(({ executionId }) => executionId)];
  job.earlier = { attempts: attemptsOf(job), executions: executions.slice(-maxEarlierExecutions) };
  job.executions = [];
  delete job.failedAttempt;
}

/** When all attempts of the job together are out of time; null: never. */
export function syncExpiresAt({ settings }: EngineState, { since }: Job): number | null {
  const { timeoutPerSyncMs } = settings.limits;
  return timeoutPerSyncMs === null ? null : since + timeoutPerSyncMs;
}

/** When the present attempt is out of time; null: never, or its run has not begun. */
export function attemptExpiresAt({ settings }: EngineState, { attemptSince }: Job): number | null {
  const { timeoutPerAttemptMs } = settings.options;
  return timeoutPerAttemptMs === undefined || attemptSince === undefined ? null : attemptSince + timeoutPerAttemptMs;
}

/** The job begins anew, but for what its runs have shown: until the next one is known, it counts as the last one did. */
function planAttempt(
  state: EngineState,
  job: Job,
  { verdict, at }: { verdict: Verdict; at: number },
  now: number,
): void {
  const { options } = state.settings;
  Object.assign(job, {
    ...{ failedAttempt: verdict, notBefore: at, attempt: null, baseline: null, lostRaces: 0, late: false },
    start: requestedStartOf(state, job),
    retriesLeft: job.kind === 'bulk' ? options.retryFailedSchemas : 0,
  } satisfies Partial<Job>);
  delete job.stop;
  delete job.attemptSince;
  delete job.failedSchemasOf;
  state.cancellation = null;
  enterStage(job, { type: 'needsSnapshot' }, now);
}
