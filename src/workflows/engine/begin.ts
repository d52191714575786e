/** The engine's first state, from what the activities that read the input answered. Pure. */
import type { PreparedAwaitSync } from '../../contracts/await-sync';
import type { ItemFailure } from '../../contracts/item-failure';
import type { PreparedRuns } from '../../contracts/prepared-runs';
import type { SyncSnapshot } from '../../contracts/sync-snapshot';
import { newAttempt } from '../../rules/attempt-state';
import { nameOfCreate } from './apply-tries';
import { followRun } from './decide';
import { endJob, endUnadmitted, toJobFailure } from './ends';
import { enterStage, newJob, syncKeyOf, type Job } from './job';
import { newGraphQueue, newListQueue, takeJobs } from './queue';
import { newState, takeNumber, type EngineState, type Wishes } from './state';

/** What a first state is made of besides the input. */
export interface Beginning {
  /** Base of all keys; drawn before anything is awaited. */
  base: string;
  /** When the workflow, or the inline call, began; milliseconds since the epoch by the workflow's clock. */
  began: number;
  wishes: Wishes;
}

/** One sync, named or to be created. */
export function beginRun(prepared: PreparedRuns, beginning: Beginning, now: number): EngineState {
  const state = newState({ mode: 'single', ...beginning, prepared, queue: { type: 'none' } });
  const [snapshot] = prepared.syncs;
  const job = addOnlyJob(state, { prepared, snapshot }, now);
  if (prepared.create) {
    job.create = prepared.create;
    job.name = nameOfCreate(job);
  }
  if (prepared.refusal) {
    refuse(state, job, prepared.refusal, now);
  } else if (prepared.expired) {
    expire(state, job, prepared, now);
  } else if (prepared.create) {
    job.attempt = newAttempt(takeNumber(state), { now, serverTime: prepared.serverTime });
    enterStage(job, { type: 'creating', isInFlight: false }, now);
  } else if (snapshot) {
    state.snapshots[syncKeyOf(job)] = snapshot;
  } else {
    const failure = { type: 'polytomic.NotFound', message: 'No sync was found', nonRetryable: true };
    endJob(state, job, { type: 'failure', failure }, now);
  }
  return state;
}

/**
 * A run that somebody else starts. @param waitBegan when the wait began, which may be before the call
 */
export function beginAwait(
  prepared: PreparedAwaitSync,
  { waitBegan, ...beginning }: Beginning & { waitBegan: number },
  now: number,
): EngineState {
  const state = newState({ mode: 'single', ...beginning, prepared, queue: { type: 'none' } });
  const [snapshot] = prepared.syncs;
  const job = addOnlyJob(state, { prepared, snapshot }, now);
  job.attached = true;
  job.since = waitBegan;
  const { executionId, refusal } = prepared;
  if (refusal) {
    refuse(state, job, refusal, now);
  } else if (prepared.expired || !snapshot) {
    expire(state, job, prepared, now);
  } else if (executionId === null) {
    state.search = searchFor(prepared, snapshot, { began: waitBegan, now });
    const { nextRunAt, caughtUpWithinMs, completedAfter } = prepared;
    if (completedAfter !== null) job.completedAfter = completedAfter;
    const more = {
      ...(nextRunAt !== undefined && { nextRunAt }),
      ...(caughtUpWithinMs !== undefined && { caughtUpWithinMs }),
    };
    enterStage(job, { type: 'searching', usual: snapshot.usual, isInFlight: false, ...more }, now);
  } else {
    followRun(job, knownRun(executionId, snapshot), { ownership: 'attached', usual: snapshot.usual }, now);
  }
  return state;
}

/** A fan-out or pipeline. */
export function beginMany(prepared: PreparedRuns, beginning: Beginning, now: number): EngineState {
  const { steps } = prepared;
  const queue = steps ? newGraphQueue(steps) : newListQueue();
  const state = newState({ mode: 'many', ...beginning, prepared, queue });
  if (steps) skipSteps(state, now);
  return state;
}

/** Steps that were to be skipped before it was known which there are. */
function skipSteps(state: EngineState, now: number): void {
  const verdict = { outcome: 'skipped', reason: 'skipped on request' } as const;
  for (const job of takeJobs(state, state.wishes.skips, now)) endUnadmitted(state, job, verdict, now);
  state.wishes.skips = [];
}

function addOnlyJob(
  state: EngineState,
  { prepared, snapshot }: { prepared: PreparedRuns; snapshot: SyncSnapshot | undefined },
  now: number,
): Job {
  const { kind, options } = prepared;
  const { start, ifInactive, startedAfter, retryFailedSchemas: retriesLeft } = options;
  const syncId = prepared.syncIds[0] ?? '';
  const fields = { kind, syncId, name: snapshot?.name ?? null, connections: [], start, ifInactive, startedAfter };
  const job = newJob({ ...fields, retriesLeft }, now);
  job.id = 'sync';
  state.jobs[job.id] = job;
  return job;
}

/** What was to be read of the sync was refused for good; what says so need not name the sync. */
function refuse(state: EngineState, job: Job, refusal: ItemFailure, now: number): void {
  const named = job.syncId ? `${job.kind} sync ${job.syncId}: ` : '';
  const failure = toJobFailure({ ...refusal, message: `${named}${refusal.message}` });
  endJob(state, job, { type: 'failure', failure }, now);
}

function expire(state: EngineState, job: Job, { lastFailure }: PreparedRuns, now: number): void {
  const reason = lastFailure === undefined ? 'Polytomic did not answer' : `nothing could be read: ${lastFailure}`;
  const verdict = { outcome: 'timedOut', reason } as const;
  endJob(state, job, { type: 'verdict', verdict }, now);
}

/** Of a run given by its id more is known only if it is the newest; that one has ended unless it is in progress. */
function knownRun(executionId: string, { running, newest }: SyncSnapshot): Parameters<typeof followRun>[1] {
  if (running?.executionId === executionId) return running;
  return newest?.executionId === executionId ? { ...newest, hasEnded: true } : { executionId, createdAt: null };
}

function searchFor(
  { completedAfter, serverTime, serverTimeLagMs }: PreparedAwaitSync,
  { running }: SyncSnapshot,
  { began, now }: { began: number; now: number },
): NonNullable<EngineState['search']> {
  // The lag was measured between two machines, whose clocks may differ: it cannot have been longer than what has passed.
  const lag = Math.min(serverTimeLagMs, now - began);
  const endedAfter = completedAfter ?? new Date(Date.parse(serverTime) - lag).toISOString();
  const isSeenInTime = running !== null && Date.parse(serverTime) >= Date.parse(endedAfter);
  return { endedAfter, inProgress: isSeenInTime ? [running.executionId] : [] };
}
