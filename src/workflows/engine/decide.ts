/** What a job does, given what is true of its sync. Pure, over the engine's state. */
import type { Execution } from '../../contracts/execution';
import type { RunningExecution, SyncSnapshot, UsualDuration } from '../../contracts/sync-snapshot';
import { failureTypes } from '../../contracts/failure-types';
import type { KnownRuns } from '../../contracts/starts';
import { mayHaveTakenEffect, newAttempt, pauseMs } from '../../rules/attempt-state';
import { decideStart } from '../../rules/start-decision';
import { nameOf } from '../../rules/sync-names';
import { endJob } from './ends';
import {
  enterStage,
  isUncertain,
  type Job,
  type JobEnd,
  type JobFailure,
  type RunOwnership,
  type StartingStage,
} from './job';
import { takeNumber, type EngineState } from './state';

/** Runs of others that are waited out in a row without a pause; then a sync that others keep starting is met rarely. */
const maxQuickRaces = 5;
/** The longest pause between two of them: each costs a snapshot, a wait and their timers, some twenty events. */
const maxRacePauseMs = 10 * 60_000;

/**
 * Lets the job go on from a snapshot. While an earlier try of its start may have taken effect, nothing else is decided
 * before a look: the run in progress may be ours. @param isLooked the snapshot comes from such a look
 */
export function decideJob(
  state: EngineState,
  job: Job,
  { snapshot, isLooked = false }: { snapshot: SyncSnapshot; isLooked?: boolean },
  now: number,
): void {
  job.name = snapshot.name ?? job.name;
  delete job.unread;
  const { options } = state.settings;
  const { start, startedAfter, ifInactive } = job;
  // A re-run of failed schemas must be a run of its own.
  const ifRunning = job.executions.length > 0 ? 'waitThenStart' : options.ifRunning;
  const decision = decideStart(snapshot, { ifRunning, start, startedAfter, ifInactive });
  const { usual } = snapshot;
  switch (decision.action) {
    case 'start':
      return wantStart(state, job, { snapshot, activate: decision.activate }, now);
    case 'attach':
      job.attached = true;
      return followRun(job, decision.running, { ownership: 'attached', usual }, now);
    case 'waitForOther': {
      const { running } = decision;
      if (isUncertain(job) && !isLooked) return wantLook(job, { usual, then: { type: 'waitOut', running } }, now);
      return waitOut(job, running, usual, now);
    }
    case 'skip': {
      const { executionId, status } = decision.running;
      const verdict = { outcome: 'skipped', reason: 'a run is in progress' } as const;
      return endOnceClear(state, job, { end: { type: 'verdict', verdict, executionId, status }, usual }, now);
    }
    case 'failRunning':
      return endOnceClear(state, job, { end: failed(alreadyRunning(snapshot, decision.running)), usual }, now);
    case 'failInactive':
      return endOnceClear(state, job, { end: failed(inactive(snapshot)), usual }, now);
    case 'failProblems':
      return endOnceClear(state, job, { end: failed(hasProblems(snapshot)), usual }, now);
  }
}

/** Waits until somebody else's run is over, however it ends. */
export function waitOut(job: Job, running: RunningExecution, usual: UsualDuration | null, now: number): void {
  job.lostRaces += 1;
  followRun(job, running, { ownership: 'other', usual }, now);
}

/** Somebody else's run is over: what is true must be read before the next decision. */
export function noteWaitedOut(job: Job, now: number): void {
  const races = job.lostRaces - maxQuickRaces;
  job.notBefore = races > 0 ? now + pauseMs(races, maxRacePauseMs) : 0;
  enterStage(job, { type: 'needsSnapshot' }, now);
}

/** The job awaits a run from now on. */
export function followRun(
  job: Job,
  run: Pick<RunningExecution, 'executionId' | 'createdAt'> & Partial<RunningExecution> & { hasEnded?: boolean },
  { ownership, usual }: { ownership: RunOwnership; usual: UsualDuration | null },
  now: number,
): void {
  const { executionId, createdAt, startedAt, status = null, hasEnded = false } = run;
  const began = Date.parse(startedAt ?? createdAt ?? '');
  const beganAt = Number.isNaN(began) || ownership === 'own' ? now : Math.min(began, now);
  job.late = false;
  enterStage(
    job,
    {
      type: 'running',
      ownership,
      executionId,
      status,
      // What has ended is read at once, however young it is.
      createdAt: hasEnded ? null : createdAt,
      usual,
      beganAt: hasEnded ? null : beganAt,
      isAwaited: false,
    },
    now,
  );
}

function wantStart(
  state: EngineState,
  job: Job,
  { snapshot, activate }: { snapshot: SyncSnapshot; activate: boolean },
  now: number,
): void {
  // What existed before the first uncertain try is told by the snapshot from before it.
  if (!job.attempt || !mayHaveTakenEffect(job.attempt)) job.baseline = knownRunsOf(snapshot, job);
  job.attempt ??= newAttempt(takeNumber(state), { now, serverTime: snapshot.serverTime });
  if (job.attempt.mode === 'look') job.attempt.mode = 'lookThenPost';
  // Until runs of our own tell, earlier ones do.
  state.usualMs ??= snapshot.usual?.medianMs ?? null;
  const stage: StartingStage = { type: 'starting', activate, usual: snapshot.usual, isInFlight: false };
  enterStage(job, stage, now);
}

function wantLook(job: Job, { usual, then }: Pick<StartingStage, 'usual' | 'then'>, now: number): void {
  if (job.attempt) job.attempt.mode = 'look';
  enterStage(job, { type: 'starting', activate: false, usual, isInFlight: false, ...(then && { then }) }, now);
}

function endOnceClear(
  state: EngineState,
  job: Job,
  { end, usual }: { end: JobEnd; usual: UsualDuration | null },
  now: number,
): void {
  if (isUncertain(job)) wantLook(job, { usual, then: { type: 'end', end } }, now);
  else endJob(state, job, end, now);
}

/** A snapshot that took few requests may leave out even what the job itself ran before. */
function knownRunsOf({ newest, recent, running }: SyncSnapshot, { executions, earlier }: Job): KnownRuns {
  const own = [...(earlier?.executions ?? []), ...executions.map(({ executionId }) => executionId)];
  const seen = [newest?.executionId, running?.executionId, ...(recent ?? [])].filter((id) => id !== undefined);
  const ids = [...seen, ...own];
  return { ids: [...new Set(ids)], listed: recent !== undefined };
}

function failed(failure: JobFailure): JobEnd {
  return { type: 'failure', failure };
}

function alreadyRunning(snapshot: SyncSnapshot, { executionId }: RunningExecution): JobFailure {
  const { syncId } = snapshot;
  // Whoever reads the result must not take that run for one of ours.
  const running = { syncId, executionId, attached: true };
  return final(failureTypes.SyncAlreadyRunning, `${nameOf(snapshot)} is already running`, running);
}

function inactive(snapshot: SyncSnapshot): JobFailure {
  const message = `${nameOf(snapshot)} is inactive; activate it, or set ifInactive to "run" or "activate"`;
  return final(failureTypes.SyncInactive, message, { syncId: snapshot.syncId });
}

function hasProblems(snapshot: SyncSnapshot): JobFailure {
  const { problems, syncId } = snapshot;
  const [first] = problems;
  const more = problems.length > 1 ? ` and ${problems.length - 1} more` : '';
  const message = `${nameOf(snapshot)} has problems: ${first?.message ?? first?.code ?? 'unnamed'}${more}`;
  return final(failureTypes.SyncHasProblems, message, { syncId, problems });
}

function final(type: string, message: string, details: Record<string, unknown>): JobFailure {
  return { type, message, nonRetryable: true, details };
}

/** Whether it had ended by the time after which runs count: a list that lags shows such a run as in progress. */
export function endedTooEarly({ completedAfter }: Job, { completedAt }: Pick<Execution, 'completedAt'>): boolean {
  return completedAfter !== undefined && Date.parse(completedAt ?? '') <= Date.parse(completedAfter);
}

/** That run does not count: the search goes on. */
export function searchOn({ search }: EngineState, job: Job, executionId: string, now: number): void {
  if (search) search.inProgress = search.inProgress.filter((id) => id !== executionId);
  const usual = job.stage.type === 'running' ? job.stage.usual : null;
  enterStage(job, { type: 'searching', usual, isInFlight: false }, now);
}
