/** What outcomes of starts and creates mean for their jobs. Pure, over the engine's state. */
import type { CreateOutcome, StartOutcome } from '../../contracts/starts';
import { mayHaveTakenEffect, type AttemptContext } from '../../rules/attempt-state';
import { noteOutcome } from '../../rules/start-attempt';
import { decideJob, followRun, waitOut } from './decide';
import { endJob, failJob, notifiedSyncOf, toJobFailure } from './ends';
import { enterStage, syncKeyOf, type Job } from './job';
import { beginAttempt } from './retries';
import { takeNumber, type EngineState, type Pending } from './state';

/** Outcomes of starts, in the order of the pending activity's jobs. One that is missing counts as not sent. */
export function noteStarted(
  state: EngineState,
  pending: Pending,
  outcomes: readonly StartOutcome[],
  now: number,
): void {
  for (const [index, id] of pending.jobs.entries()) {
    const job = state.jobs[id];
    if (job?.stage.type === 'starting')
      noteOneStart(state, job, outcomes[index] ?? missing, contextOf(state, pending, now));
  }
}

/** Outcomes of creates, likewise. */
export function noteCreated(
  state: EngineState,
  pending: Pending,
  outcomes: readonly CreateOutcome[],
  now: number,
): void {
  for (const [index, id] of pending.jobs.entries()) {
    const job = state.jobs[id];
    if (job?.stage.type === 'creating')
      noteOneCreate(state, job, outcomes[index] ?? missing, contextOf(state, pending, now));
  }
}

const missing = {
  type: 'unsent',
  failure: {
    type: 'polytomic.UnexpectedResponse',
    message: 'an activity answered without this item',
    nonRetryable: false,
  },
} as const;

function noteOneStart(state: EngineState, job: Job, outcome: StartOutcome, context: AttemptContext): void {
  const { now } = context;
  const { stage, attempt } = job;
  if (stage.type !== 'starting' || !attempt) return;
  stage.isInFlight = false;
  if ('at' in outcome) stage.activate = false;
  const decision = noteOutcome(attempt, outcome, context);
  switch (decision.type) {
    case 'retry':
      if (outcome.type === 'absent') noteNothingFound(state, job, now);
      return;
    case 'done': {
      const { executionId, createdAt, status } = decision.outcome;
      job.attempt = null;
      job.baseline = null;
      job.lostRaces = 0;
      beginAttempt(job);
      if (state.settings.options.timeoutPerAttemptMs !== undefined) job.attemptSince ??= now;
      state.log.push({
        level: 'info',
        message: 'A run has started',
        attributes: { ...notifiedSyncOf(job, executionId) },
      });
      return followRun(job, { executionId, createdAt, status }, { ownership: 'own', usual: stage.usual }, now);
    }
    case 'conflict': {
      const { snapshot } = decision;
      enterStage(job, { type: 'needsSnapshot' }, now);
      // What starts anew waits for its turn where starts are paced.
      const mayGo = snapshot.running !== null || state.settings.limits.startsPerMinute === null;
      if (mayGo && !state.closing && !state.isLeaving) decideJob(state, job, { snapshot, isLooked: true }, now);
      return;
    }
    case 'failed':
      return failTry(state, job, decision, now);
  }
}

/** A look showed nothing of ours: what was decided before may be done, at once or when nothing can show any more. */
function noteNothingFound(state: EngineState, job: Job, now: number): void {
  const { stage, attempt } = job;
  if (stage.type !== 'starting' || !stage.then || !attempt) return;
  if (stage.then.type === 'waitOut') return waitOut(job, stage.then.running, stage.usual, now);
  if (attempt.isCleared) endJob(state, job, stage.then.end, now);
}

function noteOneCreate(state: EngineState, job: Job, outcome: CreateOutcome, context: AttemptContext): void {
  const { now } = context;
  const { stage, attempt } = job;
  if (stage.type !== 'creating' || !attempt) return;
  stage.isInFlight = false;
  const decision = noteOutcome(attempt, outcome, context);
  switch (decision.type) {
    case 'retry':
    case 'conflict':
      return;
    case 'done': {
      const { syncId, snapshot } = decision.outcome;
      Object.assign(job, { syncId, attempt: null, baseline: null });
      state.lastRun.syncId = syncId;
      enterStage(job, { type: 'needsSnapshot' }, now);
      if (snapshot) state.snapshots[syncKeyOf(job)] = snapshot;
      return;
    }
    case 'failed': {
      const name = nameOfCreate(job);
      if (mayHaveTakenEffect(attempt) && name !== null) state.uncertainCreates.push(name);
      return failTry(state, job, decision, now);
    }
  }
}

/** The name that the create request gives; null where it gives none. */
export function nameOfCreate({ create }: Pick<Job, 'create'>): string | null {
  return typeof create?.sync.name === 'string' ? create.sync.name.slice(0, 255) : null;
}

function failTry(
  state: EngineState,
  job: Job,
  { failure, mayHaveStarted }: { failure: Parameters<typeof toJobFailure>[0]; mayHaveStarted: boolean },
  now: number,
): void {
  const subject = job.create ? { syncName: nameOfCreate(job) } : { syncId: job.syncId };
  const details = mayHaveStarted ? { ...subject, mayHaveStarted } : failure.details?.[0];
  failJob(state, job, toJobFailure(failure, details), now);
}

function contextOf(state: EngineState, { scheduledAt }: Pending, now: number): AttemptContext {
  return { now, scheduledAt, nextKey: () => takeNumber(state) };
}
