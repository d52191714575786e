/** Stops jobs: their own runs are cancelled or left, in either case read a last time. Pure, over the engine's state. */
import type { CancelItem, EffectWindow } from '../../contracts/starts';
import { mayHaveTakenEffect, windowsOf, type AttemptState } from '../../rules/attempt-state';
import { reactionTo } from '../../rules/failure-policy';
import type { Verdict } from '../../rules/run-outcome';
import { nameOfCreate } from './apply-tries';
import type { Command } from './commands';
import { isComparing } from './plan-comparison';
import { endUncompared } from './compare-records';
import { closeEngine, endIdleJobs, endStopped, stoppedExecutionOf, unsuccessfulCount } from './ends';
import { enterStage, isIdle, isUncertain, type Job, type JobEnd, type StoppingStage, type StopWish } from './job';
import { attemptExpiresAt, syncExpiresAt } from './retries';
import { describeItems } from './summaries';
import { jobsOf, takeNumber, timeoutAtOf, type Closing, type EngineState } from './state';

/** Items of one cancel activity. */
const maxItems = 200;

/** The caller cancelled: nothing more is started, and whatever is ours is stopped as the input says. */
export function stopForCancel(state: EngineState, now: number): void {
  if (state.closing?.reason === 'cancel') return;
  const verdict: Verdict = { outcome: 'canceled' };
  closeEngine(state, { reason: 'cancel', verdict }, now);
  if (state.closing) state.closing.reason = 'cancel';
  state.phase = { name: 'cancelling', since: now };
  stopJobs(state, { cancel: state.settings.options.onCancel === 'cancelOwn', end: { type: 'verdict', verdict } });
}

/** Whatever keeps jobs from going on: the time is up, something fatal, the failure policy, the time of one job. */
export function closeIfDue(state: EngineState, now: number): void {
  const { settings, fatal, closing } = state;
  const isOver = closing?.reason === 'cancel' || closing?.reason === 'timeout';
  if (now >= timeoutAtOf(state) && !isOver) {
    const reason = state.mode === 'many' ? { reason: 'the timeout of the workflow has passed' } : {};
    const verdict: Verdict = { outcome: 'timedOut', ...reason };
    closeEngine(state, { reason: 'timeout', verdict }, now);
    if (state.closing) state.closing.reason = 'timeout';
    state.phase = { name: 'cancelling', since: now };
    stopJobs(state, { cancel: settings.options.onTimeout === 'cancelOwn', end: { type: 'verdict', verdict } });
  }
  if (fatal) closeEngine(state, { reason: 'fatal', verdict: { outcome: 'skipped', reason: fatal.message } }, now);
  stopExpired(state, now);
  const reaction = reactionTo(settings.limits.failurePolicy, unsuccessfulCount(state));
  const reason = 'another sync did not succeed';
  if (!reaction.mayStart && state.mode === 'many') {
    closeEngine(state, { reason: 'policy', verdict: { outcome: 'skipped', reason } }, now);
  }
  if (reaction.cancelRunning && state.mode === 'many') {
    for (const job of jobsOf(state)) stopRunning(job, reason);
  }
  if (state.closing) closeIdle(state, closingEnd(state, state.closing), now);
}

/** Of a single run, what keeps it from being started is the end; of many, the workflow's failure tells it. */
function closingEnd({ mode, fatal }: EngineState, { reason, verdict }: Closing): JobEnd {
  const isFailure = mode === 'single' && fatal && reason === 'fatal';
  return isFailure ? { type: 'failure', failure: fatal } : { type: 'verdict', verdict };
}

/** When the job, or its present attempt, is out of time; null: never, or it is being stopped. */
export function expiresAt(state: EngineState, job: Job): number | null {
  const at = Math.min(syncExpiresAt(state, job) ?? Infinity, attemptExpiresAt(state, job) ?? Infinity);
  return job.stop || at === Infinity ? null : at;
}

/** Cancels of what is to be stopped; jobs that have nothing to cancel or read end at once. */
export function stopCommands(state: EngineState, now: number): Command[] {
  const stopping = jobsOf(state).flatMap((job) => {
    if (job.stop && isComparing(job)) {
      endUncompared(state, job, 'the time was up, or it was cancelled', now);
      return [];
    }
    if (!job.stop || job.stage.type === 'stopping' || isBusy(job)) return [];
    const item = toCancelItem(state, job, job.stop, now);
    if (item) return [{ job, item }];
    const stop = noteUncertainCreate(state, job);
    if (stop) job.stop = stop;
    endStopped(state, job, null, now);
    return [];
  });
  const commands: Command[] = [];
  for (let at = 0; at < stopping.length; at += maxItems) {
    commands.push(cancelCommand(state, stopping.slice(at, at + maxItems), now));
  }
  return commands;
}

/** Ids of starts and creates that should end soon, as their jobs are to be stopped. */
export function obsoleteTries(state: EngineState): string[] {
  return Object.entries(state.pending).flatMap(([id, { type, jobs }]) => {
    if (type !== 'start' && type !== 'create') return [];
    return jobs.every((job) => state.jobs[job]?.stop) ? [id] : [];
  });
}

function stopJobs(state: EngineState, wish: StopWish): void {
  for (const job of jobsOf(state)) job.stop ??= wish;
}

function stopExpired(state: EngineState, now: number): void {
  const cancel = state.settings.options.onTimeout === 'cancelOwn';
  for (const job of jobsOf(state)) {
    if ((expiresAt(state, job) ?? Infinity) > now) continue;
    const isWhole = (syncExpiresAt(state, job) ?? Infinity) <= now;
    const reason = `${isWhole ? 'timeoutPerSync' : 'timeoutPerAttempt'} has passed`;
    job.stop = { cancel, end: { type: 'verdict', verdict: { outcome: 'timedOut', reason } } };
  }
}

/** Jobs that would have to start something are over, once nothing of theirs can exist. */
function closeIdle(state: EngineState, end: JobEnd, now: number): void {
  for (const job of jobsOf(state)) {
    const { stage, attempt } = job;
    if (job.stop || isBusy(job)) continue;
    if (attempt && isUncertain(job) && (isIdle(job) || stage.type === 'starting')) {
      attempt.mode = 'look';
      const then = { type: 'end', end } as const;
      if (stage.type === 'starting') stage.then = then;
      else enterStage(job, { type: 'starting', activate: false, usual: null, isInFlight: false, then }, now);
    } else if (stage.type === 'starting' || stage.type === 'creating' || stage.type === 'searching') {
      job.stop = { cancel: false, end };
    }
  }
  endIdleJobs(state, end, now);
}

/** Cancels what may run of the job's own, and leaves what it attached to. Other jobs are idle: they end by themselves. */
function stopRunning(job: Job, reason: string): void {
  const { stage, attempt } = job;
  const ownership = stage.type === 'running' ? stage.ownership : null;
  const mayRun = ownership === 'own' || isBusy(job) || (attempt !== null && mayHaveTakenEffect(attempt));
  if (!mayRun && ownership !== 'attached') return;
  const outcome = mayRun ? 'canceled' : 'skipped';
  job.stop ??= { cancel: mayRun, end: { type: 'verdict', verdict: { outcome, reason } } };
}

function isBusy({ stage }: Job): boolean {
  return (stage.type === 'starting' || stage.type === 'creating') && stage.isInFlight;
}

/** The request for one job; null when there is nothing to cancel or read: only somebody else's run, or none at all. */
function toCancelItem(
  { closing, settings }: EngineState,
  job: Job,
  { cancel, stalled }: StopWish,
  now: number,
): CancelItem | null {
  const { stage, kind, syncId, start: options, failedSchemasOf, attempt } = job;
  const isLeft = closing?.reason === 'cancel' && settings.options.onCancel === 'leaveRunning';
  if (isLeft) return null;
  if (stage.type === 'running' && stage.ownership !== 'other') {
    // A cancelled workflow leaves what it only attached to, without another read.
    if (stage.ownership === 'attached' && closing?.reason === 'cancel') return null;
    const run = { kind, syncId, executionId: stage.executionId, cancel: cancel && stage.ownership === 'own' };
    return { ...run, ...nothingSought, ...(stalled && { onlyIfCounts: stalled.counts }) };
  }
  const isStart = stage.type !== 'creating' && stage.type !== 'searching';
  if (!isStart || !attempt || !mayHaveTakenEffect(attempt)) return null;
  return {
    ...{ kind, syncId, executionId: null, cancel, options },
    ...(failedSchemasOf !== undefined && { failedSchemasOf }),
    windows: closedWindows(attempt, now),
    known: job.baseline ?? { ids: [], listed: false },
  };
}

/** A run that is known by its id is not looked for: a thousand of them, with their schemas, must fit one workflow task. */
const nothingSought = { windows: [], known: { ids: [], listed: false }, options: {} };

/** Nothing more is posted: the window of the key in use ends now, unless Polytomic may still be working on it. */
function closedWindows(attempt: AttemptState, now: number): EffectWindow[] {
  const isClosed = attempt.visibleUntil <= now + searchMs;
  const end = isClosed ? now + attempt.clockOffsetMs : Infinity;
  return windowsOf(attempt).map(({ from, to }) => ({ from, to: Math.min(to, end) }));
}

/** How long a run may take to show once it was made. */
const searchMs = 30_000;

/** What may have been created goes on existing: its name is reported with the end of the job. */
function noteUncertainCreate(state: EngineState, { stage, attempt, stop, ...job }: Job): StopWish | undefined {
  const name = nameOfCreate(job);
  if (stage.type !== 'creating' || !attempt || !mayHaveTakenEffect(attempt) || name === null) return stop;
  state.uncertainCreates.push(name);
  if (stop?.end.type !== 'verdict') return stop;
  const reason = `a sync named "${name}" may have been created`;
  return { ...stop, end: { type: 'verdict', verdict: { ...stop.end.verdict, reason } } };
}

function stoppingStageOf(job: Job): StoppingStage {
  const { stage, stop } = job;
  const resumes = stop?.stalled && stage.type === 'running' ? { resumes: stage } : {};
  // Whatever else is stopped, only a start of our own can have made: of a run of others only what came before it is sought.
  const ownership = stage.type === 'running' && stage.ownership !== 'other' ? stage.ownership : 'own';
  return { type: 'stopping', executionId: stoppedExecutionOf(job), ownership, ...resumes };
}

function cancelCommand(state: EngineState, chunk: readonly { job: Job; item: CancelItem }[], now: number): Command {
  const { organization, setup, options } = state.settings;
  const id = `cancel-${takeNumber(state)}`;
  for (const { job } of chunk) enterStage(job, stoppingStageOf(job), now);
  state.pending[id] = { type: 'cancel', jobs: chunk.map(({ job }) => job.id), scheduledAt: now };
  const items = chunk.map(({ item }) => item);
  const verb = items.some(({ cancel }) => cancel) ? 'Cancel' : 'Read a last time';
  const { errorText } = options;
  const compact = state.mode === 'many';
  const { cancelTimeoutMs: timeoutMs } = setup;
  // A workflow that was cancelled has no result that could name a page.
  const urls = state.closing?.reason !== 'cancel';
  const request = { organization, items, timeoutMs, errorText, ...(compact && { compact }), ...(urls && { urls }) };
  return {
    type: 'cancel',
    id,
    text: describeItems(
      verb,
      chunk.map(({ job }) => job),
    ),
    request,
  };
}
