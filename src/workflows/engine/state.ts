/** Everything that the engine knows: one plain JSON value that is carried whole through continue-as-new. */
import type { UnconfirmedRun } from '../../contracts/cancellation';
import type { PreparedRuns } from '../../contracts/prepared-runs';
import type { ResolvedRunOptions } from '../../contracts/run-options';
import type { SyncSnapshot } from '../../contracts/sync-snapshot';
import type { WorkerSetup } from '../../contracts/worker-setup';
import type { FailedSync, FanOutPhase } from '../../contracts/fan-out-progress';
import type { OutcomeCounts, StepResult } from '../../contracts/fan-out-result';
import type { NotifyTarget, ResolvedFanOut } from '../../contracts/prepared-fan-out';
import type { SyncRunResult } from '../../contracts/run-result';
import type { SyncKind } from '../../contracts/sync-kind';
import { noOutcomes } from '../../rules/fan-out-tally';
import type { PaceState } from '../../rules/pace';
import type { Verdict } from '../../rules/run-outcome';
import type { CommandType, LogLine } from './commands';
import type { Job, JobFailure } from './job';
import { newOutbox, type Outbox } from './outbox-state';
import { newProbe, type Probe } from './probe-state';
import type { Queue } from './queue-state';
import type { SearchSpec } from './search';

/** Version of the form below; another one is not understood. */
export const stateVersion = 1;

/** Unconfirmed runs that are kept, as results name no more. */
export const maxUnconfirmed = 100;

/** What the workflow was asked for. */
export interface Settings {
  kind: SyncKind;
  organization: string;
  options: ResolvedRunOptions;
  setup: WorkerSetup;
  limits: Omit<ResolvedFanOut, 'notify'>;
  notify: NotifyTarget[];
}

/** What was asked of the running workflow from outside. */
export interface Wishes {
  paused: boolean;
  /** Null: as the input says. */
  maxConcurrent: number | null;
  /** Milliseconds since the epoch, by `changeTimeout`; null: as the input says. */
  timeoutAt: number | null;
  /** Ids to skip once they are known. */
  skips: string[];
}

/** Why nothing is started any more. */
export interface Closing {
  reason: 'fatal' | 'policy' | 'timeout' | 'cancel';
  verdict: Verdict;
}

/** An activity under way. Not carried along: only waits may be under way when a workflow continues as new. */
export interface Pending {
  type: CommandType;
  /** Ids of the jobs it is about, in the order of its items. */
  jobs: string[];
  scheduledAt: number;
  /** Of a wait: jobs whose snapshot it will bring; and whether it returns soon in any case. */
  promised?: string[];
  isBounded?: boolean;
  /** Of a wait: its number among those of the engine. */
  slot?: number;
  /** Of a first try to start something. */
  isFirstTry?: boolean;
  /** Of starts: of their items, as JSON. */
  bytes?: number;
  /** Of a notification. */
  target?: string;
}

/** How one run of a single sync ended. */
export type SingleEnd = { result: StepResult } | { failure: JobFailure };

/** The engine's state. */
export interface EngineState {
  v: typeof stateVersion;
  /** Run id of the workflow that wrote it. */
  writer: string;
  /** `single`: one sync, whose end is the workflow's. `many`: a fan-out or pipeline. */
  mode: 'single' | 'many';
  /** Base of all idempotency keys, ids of commands and names of waits. */
  base: string;
  /** Number of the next key or command. */
  next: number;
  settings: Settings;
  wishes: Wishes;
  /** When time is up, unless `wishes` say otherwise; milliseconds since the epoch. */
  deadlineAt: number;
  /** No later than this, as Temporal would end the workflow without its clean-up. */
  latestDeadlineAt: number | null;
  closing: Closing | null;
  /** What keeps every sync from being started. */
  fatal: JobFailure | null;
  queue: Queue;
  jobs: Record<string, Job>;
  /** Runs of others on each connection, as last seen. */
  others: Record<string, number>;
  pace: PaceState;
  probe: Probe;
  /** Waits that returned with nothing: how many, and when the next may come. */
  emptyWaits: { count: number; notBefore: number };
  /** How long a wait may stay unpicked, and what was learnt from those that did. */
  pickupMs: number;
  /** It is to be asked how workers are set up now. */
  needsSetup: boolean;
  checkpoints: unknown[];
  /** Usual duration of the runs, in milliseconds. */
  usualMs: number | null;
  counts: OutcomeCounts;
  failures: SyncRunResult[];
  failed: FailedSync[];
  /** Minute (since the epoch) and number of ends in it. */
  ends: [minute: number, count: number][];
  /** Results by step, of pipelines only. */
  steps: Record<string, StepResult>;
  single: SingleEnd | null;
  /** Of a single sync: for progress, and what a cancellation came to. */
  lastRun: { syncId: string | null; executionId: string | null; status: string | null };
  search: SearchSpec | null;
  /** Runs whose end was not seen after the cancel request (null: what a start may have made was not seen at all). */
  unconfirmed: UnconfirmedRun[];
  /** How many there are: only the first of them are kept. */
  unconfirmedCount: number;
  /** What became of the last cancel. */
  cancellation: Record<string, unknown> | null;
  /** Names of syncs whose create may have taken effect, although nothing came of it. */
  uncertainCreates: string[];
  outbox: Outbox;
  phase: { name: FanOutPhase; since: number };
  /** Set once everything else is done: notifications are delivered until then. */
  flushUntil: number | null;
  /** Below: not carried along. */
  pending: Record<string, Pending>;
  snapshots: Record<string, SyncSnapshot>;
  isLeaving: boolean;
  log: LogLine[];
}

/** What a new state is made of. */
export interface NewState {
  mode: EngineState['mode'];
  base: string;
  /** When the workflow, or the inline call, began. */
  began: number;
  prepared: PreparedRuns;
  queue: Queue;
  wishes: Wishes;
}

/** Nothing was done yet. */
export function newState({ mode, base, began, prepared, queue, wishes }: NewState): EngineState {
  const settings = settingsOf(prepared);
  return {
    v: stateVersion,
    writer: '',
    mode,
    base,
    next: 0,
    settings,
    wishes,
    deadlineAt: began + settings.options.timeoutMs,
    latestDeadlineAt: null,
    closing: null,
    fatal: null,
    queue,
    jobs: {},
    others: {},
    pace: { recent: [], notBefore: 0 },
    probe: newProbe(),
    emptyWaits: { count: 0, notBefore: 0 },
    pickupMs: firstPickupMs,
    needsSetup: false,
    checkpoints: [],
    usualMs: null,
    counts: noOutcomes(),
    failures: [],
    failed: [],
    ends: [],
    steps: {},
    single: null,
    lastRun: { syncId: prepared.syncIds[0] ?? null, executionId: null, status: null },
    search: null,
    unconfirmed: [],
    unconfirmedCount: 0,
    cancellation: null,
    uncertainCreates: [],
    outbox: newOutbox(),
    phase: { name: wishes.paused ? 'paused' : 'running', since: began },
    flushUntil: null,
    pending: {},
    snapshots: {},
    isLeaving: false,
    log: [],
  };
}

/** A wait that nobody picks up is scheduled again: its task queue may not be polled any more. */
export const firstPickupMs = 5 * 60_000;

function settingsOf({ kind, organization, options, setup, fanOut, notify = [] }: PreparedRuns): Settings {
  const { notify: targets, ...limits } = fanOut ?? { ...oneSync, notify };
  return { kind, organization, options, setup, limits, notify: targets };
}

const oneSync: Omit<ResolvedFanOut, 'notify'> = {
  filter: {},
  shard: null,
  maxConcurrent: 1,
  maxConcurrentPerConnection: null,
  startsPerMinute: null,
  failurePolicy: 'continue',
  timeoutPerSyncMs: null,
  dryRun: false,
};

/** Nothing was asked for from outside. */
export function newWishes(): Wishes {
  return { paused: false, maxConcurrent: null, timeoutAt: null, skips: [] };
}

/** How many syncs may run at the same time. */
export function maxConcurrentOf({ wishes, settings }: EngineState): number {
  return wishes.maxConcurrent ?? settings.limits.maxConcurrent;
}

/** When time is up. */
export function timeoutAtOf({ wishes, deadlineAt, latestDeadlineAt }: EngineState): number {
  return Math.min(wishes.timeoutAt ?? deadlineAt, latestDeadlineAt ?? Infinity);
}

/** The number of the next key or command. */
export function takeNumber(state: EngineState): number {
  state.next += 1;
  return state.next - 1;
}

/** All jobs that were admitted and have not ended. */
export function jobsOf(state: EngineState): Job[] {
  return Object.values(state.jobs);
}

/** Activities of these kinds under way. */
export function pendingOf(state: EngineState, ...types: CommandType[]): [string, Pending][] {
  return Object.entries(state.pending).filter(([, { type }]) => types.includes(type));
}
