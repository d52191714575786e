/** One sync that the engine has to run, and how far it has come. Plain data: it is carried along as it is. */
import type { RunningExecution, UsualDuration } from '../../contracts/sync-snapshot';
import type { StartOptions } from '../../contracts/run-options';
import type { SyncToCreate } from '../../contracts/prepared-runs';
import type { Execution } from '../../contracts/execution';
import type { IfInactive } from '../../contracts/run-inputs';
import type { KnownRuns } from '../../contracts/starts';
import type { SyncRef } from '../../contracts/sync-kind';
import type { UpNextItem } from '../../contracts/waits';
import { mayHaveTakenEffect, type AttemptState } from '../../rules/attempt-state';
import type { RunIdentity } from '../../rules/run-result';
import type { Verdict } from '../../rules/run-outcome';

/** Whose run it is that a job awaits: its own, one it attached to, or one that it waits out before it starts its own. */
export type RunOwnership = 'own' | 'attached' | 'other';

/** A run that is awaited. */
export interface RunningStage {
  type: 'running';
  ownership: RunOwnership;
  executionId: string;
  status: string | null;
  createdAt: string | null;
  usual: UsualDuration | null;
  /** When it began, milliseconds since the epoch by the workflow's clock; null: it cannot be late any more. */
  beganAt: number | null;
  /** A wait under way covers it. */
  isAwaited: boolean;
  /** What waits saw of its counts, and since when, by the workflow's clock. */
  still?: { counts: number; since: number };
}

/** A start is wanted, or it is to be found out whether an earlier try made one. */
export interface StartingStage {
  type: 'starting';
  activate: boolean;
  usual: UsualDuration | null;
  isInFlight: boolean;
  /** What to do instead of a post, once looks have shown that nothing of ours exists, or is visible yet. */
  then?: { type: 'end'; end: JobEnd } | { type: 'waitOut'; running: RunningExecution };
}

/** Searches a run that another user starts, or waits until the ingestion has caught up. */
export interface SearchingStage {
  type: 'searching';
  usual: UsualDuration | null;
  isInFlight: boolean;
  /** When the next run is due (RFC 3339); absent where that is not known. */
  nextRunAt?: string;
  /** No run is searched: the job ends once the ingestion is no farther behind, in milliseconds. */
  caughtUpWithinMs?: number;
}

/** Its run has completed, and its records are to be compared with those of past runs. */
export interface ComparingStage {
  type: 'comparing';
  executionId: string;
  status: string;
  isInFlight: boolean;
  /** Past runs could not be read so often in a row, and are not read again before this time. */
  failures: number;
  notBefore: number;
}

/** Its run is being cancelled, or read a last time. */
export interface StoppingStage {
  type: 'stopping';
  executionId: string | null;
  ownership: RunOwnership;
  /** What it goes on with where a stalled run is not cancelled after all. */
  resumes?: RunningStage;
}

/** What a job is doing. */
export type Stage =
  /** What is true of the sync must be read before anything is decided. */
  | { type: 'needsSnapshot' }
  /** The sync is still to be created. */
  | { type: 'creating'; isInFlight: boolean }
  | StartingStage
  | RunningStage
  | SearchingStage
  | ComparingStage
  | StoppingStage;

/** How a job ends where no execution of its own says so. */
export type JobEnd =
  | { type: 'verdict'; verdict: Verdict; executionId?: string; status?: string }
  | { type: 'failure'; failure: JobFailure };

/** Why a job could not be run. */
export interface JobFailure {
  type: string;
  message: string;
  nonRetryable: boolean;
  /** `details[0]` of the failure of a workflow that runs this one sync. */
  details?: Record<string, unknown>;
}

/** A job is to be stopped. */
export interface StopWish {
  /** Cancel a run of our own; others' are left alone in any case. */
  cancel: boolean;
  /** What the job counts as, unless its run ended by itself meanwhile. */
  end: JobEnd;
  /** As its counts stand still: only while they do, and whether the sync is to be run again. */
  stalled?: { counts: number; stillMs: number; restarts: boolean };
}

/** What is to be done. */
export interface Job extends SyncRef {
  /** The step's name in a pipeline, else the sync's id. */
  id: string;
  stepId?: string;
  name: string | null;
  /** What the list of syncs told. */
  known?: NonNullable<UpNextItem['known']>;
  connections: string[];
  start: StartOptions;
  /** Its failed schemas are to run again, where their names are too many to be carried along. */
  failedSchemasOf?: string;
  ifInactive: IfInactive;
  /** Attach to no run that began before this (RFC 3339). */
  startedAfter: string | null;
  retriesLeft: number;
  attached: boolean;
  /** Ended executions of the present attempt, oldest first. */
  executions: Execution[];
  /** Attempts before the present one, and their executions, oldest first. Absent: there were none. */
  earlier?: { attempts: number; executions: string[] };
  /** The present attempt is over and came to this; another one is to begin. */
  failedAttempt?: Verdict;
  /** When the first run of the present attempt was started, where that matters. */
  attemptSince?: number;
  create?: SyncToCreate;
  /** When it was admitted, by the workflow's clock, milliseconds since the epoch. */
  since: number;
  late: boolean;
  /** Only a run that completed later counts, by Polytomic's clock (RFC 3339). */
  completedAfter?: string;
  /** The execution that was reported as stalled. */
  stalled?: string;
  /** Its cancel was not taken: it is asked for again once the counts have stood still for so long, in milliseconds. */
  stalledAgainAfterMs?: number;
  stage: Stage;
  /** When the stage began. */
  stageSince: number;
  /** Tries of the start or create that is wanted; kept while the job waits for another run. */
  attempt: AttemptState | null;
  /** Runs that existed before the first of these tries. */
  baseline: KnownRuns | null;
  /** Runs of others that were waited out in a row. */
  lostRaces: number;
  /** Reads in a row that did not show its sync. Absent: none. */
  unread?: number;
  /** Nothing is read or decided for it before this time. */
  notBefore: number;
  stop?: StopWish;
}

/** A new job. */
export function newJob(
  fields: SyncRef &
    Pick<Job, 'name' | 'connections' | 'start' | 'ifInactive' | 'startedAfter' | 'retriesLeft'> &
    Partial<Pick<Job, 'stepId' | 'known' | 'create'>>,
  now: number,
): Job {
  return {
    ...fields,
    id: fields.stepId ?? fields.syncId,
    attached: false,
    executions: [],
    since: now,
    late: false,
    stage: { type: 'needsSnapshot' },
    stageSince: now,
    attempt: null,
    baseline: null,
    lostRaces: 0,
    notBefore: 0,
  };
}

/** The job is doing something else from now on. */
export function enterStage(job: Job, stage: Stage, now: number): void {
  job.stage = stage;
  job.stageSince = now;
}

/** The execution that a job awaits or stops; null while none is known. */
export function executionOf({ stage }: Job): string | null {
  return 'executionId' in stage ? stage.executionId : null;
}

/** What of a job's result does not come from its executions. */
export function identityOf(job: Job, organization: string): RunIdentity {
  const { kind, syncId, name, attached, earlier } = job;
  const attempts = earlier && { executions: earlier.executions, attempts: attemptsOf(job) };
  return { kind, organization, syncId, name, attached, ...attempts };
}

/** Attempts so far, the present one included. */
export function attemptsOf({ earlier }: Job): number {
  return (earlier?.attempts ?? 0) + 1;
}

/** Whether the job only waits until its next attempt may begin. */
export function isBetweenAttempts({ failedAttempt, stage }: Job): boolean {
  return failedAttempt !== undefined && stage.type === 'needsSnapshot';
}

/**
 * Whether the job takes no place of others: it waits until its next attempt may begin, until another user's run is over, or
 * until its sync can be read, and nothing of its own can run meanwhile. It needs a place again before it starts anything.
 */
export function isParked(job: Job): boolean {
  const { stage, attempt, lostRaces, unread } = job;
  if (isBetweenAttempts(job)) return true;
  if (attempt && mayHaveTakenEffect(attempt)) return false;
  const isWaiting = stage.type === 'running' && stage.ownership === 'other';
  return isWaiting || (stage.type === 'needsSnapshot' && (lostRaces > 0 || unread !== undefined));
}

/** Whether what is true of its sync is to be read now. */
export function isDue({ stage, stop, notBefore }: Job, now: number): boolean {
  return stage.type === 'needsSnapshot' && !stop && notBefore <= now;
}

/** Whether the job has nothing of its own under way: it is to be decided about, or another user's run is waited out. */
export function isIdle({ stage }: Job): boolean {
  return stage.type === 'needsSnapshot' || (stage.type === 'running' && stage.ownership === 'other');
}

/** Whether an earlier try of its start may have made a run that no look has shown, or ruled out, yet. */
export function isUncertain({ attempt }: Job): boolean {
  return attempt !== null && mayHaveTakenEffect(attempt) && !attempt.isCleared;
}

/** The name by which a snapshot is found; two jobs of a pipeline may run the same sync. */
export function syncKeyOf({ kind, syncId }: SyncRef): string {
  return `${kind} ${syncId}`;
}
