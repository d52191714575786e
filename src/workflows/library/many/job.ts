/** One sync that a fan-out or pipeline has to run, and how far it has come. Plain data: it is carried along as it is. */
import type { StartItem, StartOptions, SyncBefore, UsualDuration } from '../../../contracts/composite-activities';
import type { Execution } from '../../../contracts/execution';
import type { IfInactive } from '../../../contracts/run-inputs';
import type { SyncRef } from '../../../contracts/sync-kind';
import type { UpNextItem } from '../../../contracts/waits';

/** Whose run it is that a job awaits: its own, one it attached to, or one that it waits out before it starts its own. */
export type Whose = 'own' | 'attached' | 'other';

/** What a job whose turn has come is doing. */
export type Stage =
  /** `busy`: an activity is at it. Otherwise one was given up, and nobody knows yet what it did. */
  | { type: 'starting'; item: StartItem; usual: UsualDuration | null; busy: boolean }
  | {
      type: 'running';
      whose: Whose;
      executionId: string;
      createdAt: string | null;
      usual: UsualDuration | null;
      /** When it began, in workflow time, milliseconds since the epoch. */
      beganAt: number;
      /** Told to the wait that is under way. */
      awaited: boolean;
    }
  /** A run ended and another is to follow: what is true of the sync must be read first. */
  | { type: 'between' }
  /** Being cancelled, or read a last time. */
  | { type: 'stopping'; executionId: string | null };

/** A job's turn: it takes one of the places until its result is known. */
export interface Turn {
  /** When it came, in workflow time, milliseconds since the epoch. */
  since: number;
  late: boolean;
  stage: Stage;
}

/** What is to be done. */
export interface Job extends SyncRef {
  /** The step's name in a pipeline, else the sync's id. */
  readonly id: string;
  readonly stepId?: string;
  name: string | null;
  /** What the list of syncs told. */
  readonly known?: UpNextItem['known'];
  readonly connections: readonly string[];
  start: StartOptions;
  readonly ifInactive: IfInactive;
  /** Attach to no run that began before this (RFC 3339). */
  startedAfter: string | null;
  retriesLeft: number;
  attached: boolean;
  /** Ended executions of this job, oldest first. */
  executions: Execution[];
  turn: Turn | null;
}

/** A job in its turn. */
export type ActiveJob = Job & { turn: Turn };

/** A new job; its turn has not come. */
export function newJob(fields: Omit<Job, 'attached' | 'executions' | 'turn' | 'id'>): Job {
  return { ...fields, id: fields.stepId ?? fields.syncId, attached: false, executions: [], turn: null };
}

/** The execution that a job awaits or stops; null while none is known. */
export function executionOf(job: Job): string | null {
  const stage = job.turn?.stage;
  return stage && 'executionId' in stage ? stage.executionId : null;
}

/** What of a "before" a start is built on. */
export function toStartItem(job: Job, before: SyncBefore, rest: { keys: string[]; activate: boolean }): StartItem {
  const { kind, syncId, start: options } = job;
  const newestBefore = before.newest?.executionId ?? null;
  return { kind, syncId, newestBefore, notBefore: before.serverTime, options, ...rest };
}
