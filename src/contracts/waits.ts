/** What crosses for `awaitExecutions`: many executions waited for by one activity. */
import type { ItemFailure } from './item-failure';
import type { ResolvedRunOptions } from './run-options';
import type { SyncSnapshot, UsualDuration } from './sync-snapshot';
import type { Execution } from './execution';
import type { ExecutionRef, SyncKind, SyncRef } from './sync-kind';

/** One execution to wait for. */
export interface AwaitItem extends ExecutionRef {
  createdAt: string | null;
  usual: UsualDuration | null;
  /** It is read at least so often, in milliseconds. Absent: as rarely as finding its end allows. */
  liveCountsMs?: number;
  /** Return also when two reads so far apart show the same counts. Absent: counts are not compared. */
  stalledAfterMs?: number;
  /** What earlier waits saw of its counts, perhaps on other workers. Absent: nothing. */
  still?: Stillness;
  /** The run may count as a failure although it completes, by a limit or by what ran before it: its page is read too. */
  mayStillFail?: true;
}

/** For how long reads have shown the same counts of a run. */
export interface Stillness {
  /** Fingerprint of the counts. */
  counts: number;
  /** Since the first read that showed them, milliseconds. */
  forMs: number;
}

/** A run in progress whose counts stand still. */
export interface StalledExecution {
  executionId: string;
  /** From the first to the last read that showed these counts, milliseconds. */
  stillMs: number;
  /** Fingerprint of the counts. */
  counts: number;
}

/** `omit`: messages of runs leave the activity without their words, so that no history holds them. Default `include`. */
export type ErrorText = ResolvedRunOptions['errorText'];

/** A sync that comes next. */
export interface UpNextItem extends SyncRef {
  /** What the list of syncs told, which saves a request. */
  known?: { name: string; active: boolean };
}

/** What fan-outs and pipelines, which drive many syncs at once, ask of their waits besides. */
export interface ManyWait {
  /** "Before"s are read for as many of `upNext`, from its beginning, as have settled, and for so many more. */
  spare: number;
  /** Read every snapshot in full. Default: with as few requests as a plain start needs. */
  fullBefore: boolean;
  /**
   * Ends name their failed schemas, for running just these again; where they are more than 100, none of them, while
   * `schemaCounts` stays exact.
   */
  failedSchemas: boolean;
  /** Ends hold as many of their schemas, bad ones first, as fit into a few kilobytes. Default: none. */
  schemas?: boolean;
  /** Tell how many runs of bulk syncs, anybody's, touch each connection, where that can be read. */
  connections: boolean;
}

/** Request of `awaitExecutions`; at most 200 executions. */
export interface AwaitExecutionsRequest {
  organization: string;
  /** Name of this wait, unique among the waits of a workflow and kept when it is issued again: the newer ends the older. */
  waiter: string;
  /** With `many`, none: nothing is waited for, only snapshots are read. */
  executions: AwaitItem[];
  /**
   * Return after so many milliseconds at the latest, even with nothing settled; null: wait without end. The worker counts
   * them by its monotonic clock from the attempt's start, less what earlier attempts of this activity waited, so that no
   * difference between two machines' clocks matters. The workflow's own wake time decides whether it is late.
   */
  waitForMs?: number | null;
  /** The older form, where `waitForMs` is absent: a time (RFC 3339). The worker turns it into a duration when it begins. */
  deadline?: string | null;
  /** After the first end, how long to gather more, in milliseconds. */
  lingerMs: number;
  /** Syncs whose snapshot is read on the way out. */
  upNext: UpNextItem[];
  errorText?: ErrorText;
  many?: ManyWait;
  /** Heartbeat details of an activity that waited for the same before and was given up, whatever it was; else absent. */
  checkpoint?: unknown;
}

/** An execution whose wait is over: it ended, or can no longer be read. */
export type SettledExecution =
  | { state: 'ended'; execution: Execution }
  | { state: 'lost'; executionId: string; syncId: string; kind: SyncKind; failure: ItemFailure };

/** A snapshot that could not be read. */
export interface FailedSnapshot extends SyncRef {
  failure: ItemFailure;
}

/**
 * Answer of `awaitExecutions`; nothing settled when the deadline passed or a newer wait took over. With `many`, as many
 * ends as fit into a payload: the others answer at once when they are waited for again.
 */
export interface AwaitExecutionsResult {
  settled: SettledExecution[];
  /** Those that go on and stand still. Absent: none. */
  stalled?: StalledExecution[];
  /** Of runs that go on and whose counts are compared: what is not in the request, for the wait that follows. Absent: nothing. */
  still?: ({ executionId: string } & Stillness)[];
  upNext: SyncSnapshot[];
  /** The snapshots that could not be read: a run that has ended has ended, whatever is read after it. Absent: none. */
  failedBefores?: FailedSnapshot[];
  /** With `many.connections`: how many runs in progress touch each connection, by its id, those of this workflow included. */
  runsByConnection?: Record<string, number>;
}
