/**
 * One step of the engine: what is to be done now, when to look again at the latest, and whether all is done. Pure, over the
 * engine's state, which it changes: what it commands counts as under way. What decides whether something may go also says
 * when to wake.
 */
import { lateAfterMs } from '../../rules/lateness';
import { admitJobs, wantedSnapshots } from './admission';
import type { Command } from './commands';
import { compareCommands } from './compare-records';
import { notifiedSyncOf } from './ends';
import { executionOf, type Job } from './job';
import { deliveryCommands, isOutboxEmpty, maxFlushMs, recordLate } from './outbox';
import { waitingOf, wantsMore } from './queue';
import { closeIfDue, expiresAt, obsoleteTries, stopCommands } from './stops';
import { tryCommands } from './tries';
import { jobsOf, pendingOf, takeNumber, timeoutAtOf, type EngineState } from './state';
import { obsoleteWaits, readCommand, searchCommands, waitCommands } from './waits';

/** What a step came to. */
export interface Step {
  commands: Command[];
  /** Ids of activities under way that should end. */
  abandon: string[];
  /** Milliseconds since the epoch; null: only something under way can change anything. */
  wakeAt: number | null;
  /** Nothing is left to be done; what is under way is not waited for. */
  isDone: boolean;
}

/** The workflow that a state belongs to. */
export interface Identity {
  workflowId: string;
  runId: string;
}

/** A state that nothing will ever change is a defect: it is looked at again after this time, and logged. */
const stuckMs = 60_000;

/** Takes one step. */
export function step(state: EngineState, now: number, identity: Identity): Step {
  const wake: (number | null)[] = [];
  closeIfDue(state, now);
  markLate(state, now);
  if (!state.closing) admitJobs(state, now);
  else state.snapshots = {};
  const stops = stopCommands(state, now);
  const tries = tryCommands(state, now);
  const waits = waitCommands(state, now);
  const comparisons = compareCommands(state, now);
  const searches = searchCommands(state, now);
  const reads = readCommands(state, now, wake);
  const lists = listCommands(state, now);
  const isIdle = isWorkDone(state);
  if (isIdle) state.flushUntil ??= now + maxFlushMs;
  const deliveries = deliveryCommands(state, { now, ids: identity, isFlushing: isIdle });
  const isDone = isIdle && (isOutboxEmpty(state) || now >= (state.flushUntil ?? now));
  wake.push(
    tries.wakeAt,
    waits.wakeAt,
    comparisons.wakeAt,
    searches.wakeAt,
    deliveries.wakeAt,
    isIdle ? state.flushUntil : null,
  );
  // What is only due some time makes nothing go on.
  const goesOnAt = earliest(wake);
  if (!isIdle) wake.push(...dueTimes(state));
  const commands = [
    ...stops,
    ...setupCommands(state, now),
    ...tries.commands,
    ...waits.commands,
    ...comparisons.commands,
    ...searches.commands,
    ...reads,
    ...lists,
    ...deliveries.commands,
  ];
  const wakeAt = earliest(wake);
  const abandon = isDone
    ? Object.keys(state.pending)
    : [...obsoleteTries(state), ...obsoleteWaits(state), ...obsoleteLists(state)];
  return { commands, abandon, wakeAt: isDone ? null : notStuck(state, { goesOnAt, wakeAt, now }), isDone };
}

/** Whether nothing but notifications is left. */
function isWorkDone(state: EngineState): boolean {
  if (jobsOf(state).length > 0) return false;
  if (pendingOf(state, 'start', 'create', 'cancel').length > 0) return false;
  if (state.closing) return true;
  if (pendingOf(state, 'list').length > 0) return false;
  if (state.settings.limits.dryRun && state.queue.type === 'list') return state.queue.total !== null;
  return waitingOf(state) === 0 && !wantsMore(state);
}

/** Whether the workflow may continue as new: nothing is under way but waits, which end by themselves, and notifications. */
export function mayLeave(state: EngineState): boolean {
  return pendingOf(state, 'start', 'create', 'cancel', 'list').length === 0;
}

function markLate(state: EngineState, now: number): void {
  for (const job of jobsOf(state)) {
    const lateAt = lateAtOf(state, job);
    if (lateAt === null || now < lateAt) continue;
    job.late = true;
    const sync = notifiedSyncOf(job, executionOf(job));
    state.log.push({ message: 'A sync runs later than usual', attributes: { ...sync } });
    recordLate(state, sync);
  }
}

/** When the job is late; null: never, or it is already. */
function lateAtOf({ settings }: EngineState, { late, stage, since, stop }: Job): number | null {
  if (late || stop) return null;
  const { warnAfter } = settings.options;
  if (stage.type === 'searching') return 'ms' in warnAfter ? since + warnAfter.ms : null;
  if (stage.type !== 'running' || stage.beganAt === null) return null;
  const after = lateAfterMs(warnAfter, stage.usual);
  return after === null ? null : stage.beganAt + after;
}

function dueTimes(state: EngineState): (number | null)[] {
  const isOver = state.closing?.reason === 'cancel' || state.closing?.reason === 'timeout';
  const perJob = jobsOf(state).flatMap((job) => [lateAtOf(state, job), expiresAt(state, job)]);
  return [isOver ? null : timeoutAtOf(state), ...perJob];
}

function readCommands(state: EngineState, now: number, wake: (number | null)[]): Command[] {
  if (state.needsSetup) return [];
  // Where starts are under way or waits return soon, these tell what is true; a read on its own would be early.
  const { items, wakeAt } = wantedSnapshots(state, now);
  wake.push(wakeAt);
  return items.length > 0 ? [readCommand(state, items, now)] : [];
}

function listCommands(state: EngineState, now: number): Command[] {
  const { queue, settings, closing, isLeaving, wishes } = state;
  const isWanted =
    wantsMore(state) && !closing && !isLeaving && !wishes.paused && pendingOf(state, 'list').length === 0;
  if (queue.type !== 'list' || !isWanted) return [];
  const id = `list-${takeNumber(state)}`;
  state.pending[id] = { type: 'list', jobs: [], scheduledAt: now };
  const { organization, kind, limits } = settings;
  const request = { organization, kind, filter: limits.filter, shard: limits.shard, after: queue.after };
  return [{ type: 'list', id, text: 'List the syncs', request }];
}

function setupCommands(state: EngineState, now: number): Command[] {
  if (!state.needsSetup || pendingOf(state, 'setup').length > 0) return [];
  const id = `setup-${takeNumber(state)}`;
  state.pending[id] = { type: 'setup', jobs: [], scheduledAt: now };
  const { organization } = state.settings;
  return [{ type: 'setup', id, text: 'Ask which task queue is polled for waits', request: { organization } }];
}

/** A list is not waited for where nothing is started any more. */
function obsoleteLists(state: EngineState): string[] {
  return state.isLeaving || state.closing ? pendingOf(state, 'list').map(([id]) => id) : [];
}

/** Whenever jobs are left and nothing is paused, something is under way or it is known when something will be. */
function notStuck(
  state: EngineState,
  { goesOnAt, wakeAt, now }: { goesOnAt: number | null; wakeAt: number | null; now: number },
): number | null {
  const isMoving = goesOnAt !== null || Object.keys(state.pending).length > 0;
  if (isMoving || state.wishes.paused || state.isLeaving) return wakeAt;
  state.log.push({ message: 'The engine has nothing under way: a defect', attributes: { jobs: jobsOf(state).length } });
  return Math.min(now + stuckMs, wakeAt ?? Infinity);
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null && Number.isFinite(time)) as number[];
  return known.length > 0 ? Math.min(...known) : null;
}
