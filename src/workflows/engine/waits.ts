/** Waits for runs, reads of snapshots, and the search for a run, as commands. Pure, over the engine's state. */
import type { AwaitExecutionsRequest, AwaitItem, ManyWait, UpNextItem } from '../../contracts/waits';
import { lingerMs, longestLingerMs } from '../../rules/linger';
import { nextAfter, startGate, toUpNextItem } from './admission';
import type { Command, WaitPlace } from './commands';
import type { Job } from './job';
import { waitingOf } from './queue';
import { describeItems } from './summaries';
import { jobsOf, pendingOf, takeNumber, type EngineState, type Settings } from './state';

/** Executions in one wait: an end costs only the wait in which it happened. */
const maxExecutions = 200;
/** A pipeline has few steps, each of which others may wait for: nothing is saved by gathering. */
const graphLingerMs = 500;
/** While starts are under way, waits return after half the usual duration, so that what was started joins them. */
const boundedMs = { min: 2_000, unknown: 10_000, max: 30_000 };

/** Waits for every run that no wait under way covers. */
export function waitCommands(state: EngineState, now: number): { commands: Command[]; wakeAt: number | null } {
  if (state.isLeaving) return { commands: [], wakeAt: null };
  const unawaited = jobsOf(state).filter(({ stage, stop }) => stage.type === 'running' && !stage.isAwaited && !stop);
  if (unawaited.length === 0) return { commands: [], wakeAt: null };
  if (state.needsSetup) return { commands: [], wakeAt: null };
  if (now < state.emptyWaits.notBefore) return { commands: [], wakeAt: state.emptyWaits.notBefore };
  const isStarting = pendingOf(state, 'start').some(([, { isFirstTry }]) => isFirstTry);
  const isCovered = pendingOf(state, 'wait').some(([, { isBounded }]) => isBounded);
  // What was just started joins the wait that returns soon.
  if (isCovered) return { commands: [], wakeAt: null };
  const commands: Command[] = [];
  for (let at = 0; at < unawaited.length; at += maxExecutions) {
    commands.push(waitCommand(state, unawaited.slice(at, at + maxExecutions), { isBounded: isStarting }, now));
  }
  return { commands, wakeAt: null };
}

/** One read of snapshots. */
export function readCommand(state: EngineState, items: readonly UpNextItem[], now: number): Command {
  const id = `read-${takeNumber(state)}`;
  state.pending[id] = { type: 'read', jobs: [], scheduledAt: now };
  const many = { ...manyOf(state), spare: items.length };
  const request = { ...requestOf(state, `${state.base}-read`), executions: [], upNext: [...items], many };
  return { type: 'read', id, text: describeItems('Read the state of', items), place: placeOf(state), request };
}

/** The search for a run that another user starts, or the wait until an ingestion has caught up. */
export function searchCommands(state: EngineState, now: number): { commands: Command[]; wakeAt: number | null } {
  const none = { commands: [], wakeAt: null };
  const job = jobsOf(state).find(({ stage }) => stage.type === 'searching');
  if (job?.stage.type !== 'searching' || job.stage.isInFlight || job.stop || state.isLeaving) return none;
  if (state.needsSetup) return none;
  if (now < state.emptyWaits.notBefore) return { ...none, wakeAt: state.emptyWaits.notBefore };
  const { caughtUpWithinMs: withinMs } = job.stage;
  const command = withinMs === undefined ? searchCommand(state, job) : catchUpCommand(state, job, withinMs);
  if (!command) return none;
  job.stage.isInFlight = true;
  state.pending[command.id] = { type: command.type, jobs: [job.id], scheduledAt: now };
  return { ...none, commands: [command] };
}

function searchCommand(state: EngineState, job: Job): Command | null {
  if (!state.search) return null;
  const { kind, syncId } = job;
  const { organization } = state.settings;
  const request = { organization, kind, syncId, ...state.search, waitForMs: null, ...checkpointOf(state) };
  const text = describeItems('Look for a run of', [job]);
  return { type: 'search', id: `search-${takeNumber(state)}`, text, place: placeOf(state), request };
}

function catchUpCommand(state: EngineState, job: Job, withinMs: number): Command {
  const { syncId } = job;
  const { organization } = state.settings;
  const request = { organization, syncId, withinMs, waitForMs: null, ...checkpointOf(state) };
  const text = describeItems('Wait for the ingestion of', [job]);
  return { type: 'catchUp', id: `catchUp-${takeNumber(state)}`, text, place: placeOf(state), request };
}

/** Waits whose jobs are all being stopped or over. */
export function obsoleteWaits(state: EngineState): string[] {
  return Object.entries(state.pending).flatMap(([id, { type, jobs }]) => {
    const isWait = type === 'wait' || type === 'search' || type === 'catchUp';
    const isWanted = jobs.some((job) => {
      const { stage, stop } = state.jobs[job] ?? {};
      return (stage?.type === 'running' || stage?.type === 'searching') && !stop;
    });
    return isWait && !isWanted ? [id] : [];
  });
}

function waitCommand(
  state: EngineState,
  chunk: readonly Job[],
  { isBounded }: { isBounded: boolean },
  now: number,
): Command {
  const id = `wait-${takeNumber(state)}`;
  const next = state.mode === 'single' ? rereads(state, chunk) : nextAfter(state, chunk, now);
  const slot = freeSlot(state);
  const promised = next.map((one) => one.id);
  const jobs = chunk.map((job) => job.id);
  state.pending[id] = { type: 'wait', jobs, scheduledAt: now, promised, isBounded, slot };
  for (const { stage } of chunk) if (stage.type === 'running') stage.isAwaited = true;
  const linger = state.mode === 'single' ? 0 : lingerOf(state, chunk);
  const request: AwaitExecutionsRequest = {
    ...requestOf(state, `${state.base}-${slot}`),
    executions: chunk.flatMap((job) => toAwaitItem(job, state.settings, now)),
    lingerMs: linger,
    waitForMs: isBounded ? linger + boundOf(state) : null,
    upNext: next.map(toUpNextItem),
    ...(state.mode === 'many' && { many: { ...manyOf(state), spare: 0 } }),
    ...checkpointOf(state),
  };
  return { type: 'wait', id, text: describeItems('Wait for', chunk), place: placeOf(state), request };
}

/** Of a single sync, what is true after the end is read on the way out where something may follow. */
function rereads(state: EngineState, chunk: readonly Job[]): Job[] {
  if (state.closing || !startGate(state, 0)) return [];
  return chunk.filter(
    ({ stage, retriesLeft }) => stage.type === 'running' && (stage.ownership === 'other' || retriesLeft > 0),
  );
}

function lingerOf(state: EngineState, chunk: readonly Job[]): number {
  const { closing, wishes, isLeaving, usualMs, settings, queue } = state;
  const mayStart = !closing && !wishes.paused && !isLeaving;
  const mayRetry = settings.options.retry !== undefined || chunk.some(({ retriesLeft }) => retriesLeft > 0);
  const startsMore = mayStart && (waitingOf(state) > 0 || mayRetry);
  const endsMatter = startsMore || settings.limits.failurePolicy === 'cancelRest';
  return lingerMs(usualMs, { endsMatter, mostMs: queue.type === 'graph' ? graphLingerMs : longestLingerMs });
}

function boundOf({ usualMs }: EngineState): number {
  if (usualMs === null) return boundedMs.unknown;
  return Math.round(Math.min(boundedMs.max, Math.max(boundedMs.min, usualMs / 2)));
}

function manyOf({ settings, queue }: EngineState): Omit<ManyWait, 'spare'> {
  const { options, limits } = settings;
  return {
    // Others than lists may run one sync several times, and need to know its newest run.
    fullBefore: queue.type !== 'list' || options.ifRunning !== 'waitThenStart',
    failedSchemas: options.retryFailedSchemas > 0,
    schemas: queue.type === 'graph',
    connections: limits.maxConcurrentPerConnection !== null,
  };
}

function requestOf(
  { settings }: EngineState,
  waiter: string,
): Pick<AwaitExecutionsRequest, 'organization' | 'waiter' | 'lingerMs' | 'errorText' | 'waitForMs'> {
  const { organization, options } = settings;
  return { organization, waiter, lingerMs: 0, waitForMs: null, errorText: options.errorText };
}

function placeOf({ settings, pickupMs }: EngineState): WaitPlace {
  return { setup: settings.setup, pickupMs };
}

function checkpointOf(state: EngineState): { checkpoint?: unknown } {
  const checkpoint = state.checkpoints.shift();
  return checkpoint === undefined ? {} : { checkpoint };
}

/** Names are used again, so that a workflow that continues as new ends the waits that it left behind. */
function freeSlot(state: EngineState): number {
  const taken = new Set(pendingOf(state, 'wait').map(([, { slot }]) => slot));
  let slot = 0;
  while (taken.has(slot)) slot += 1;
  return slot;
}

function toAwaitItem(job: Job, { options }: Settings, now: number): AwaitItem[] {
  const { kind, syncId, stage } = job;
  if (stage.type !== 'running') return [];
  const { executionId, createdAt, usual, still: seen } = stage;
  const { liveCountsMs } = options;
  const still = seen && { counts: seen.counts, forMs: Math.max(0, now - seen.since) };
  const live = liveCountsMs === undefined ? {} : { liveCountsMs };
  const stalledAfterMs = stalledAfterMsOf(job, executionId, options);
  const compared = stalledAfterMs === undefined ? {} : { stalledAfterMs, ...(still && { still }) };
  const doubt = stage.ownership !== 'other' && mayStillFail(job, options) ? { mayStillFail: true as const } : {};
  return [{ kind, syncId, executionId, createdAt, usual, ...compared, ...live, ...doubt }];
}

/** Whether a run that completes without an error may count as a failure: its execution alone does not say so. */
function mayStillFail({ executions }: Job, options: Settings['options']): boolean {
  const { minRecords, minRecordsRatio, maxWarnings } = options;
  return executions.length > 0 || minRecords !== null || minRecordsRatio !== undefined || maxWarnings !== undefined;
}

/** When the run counts as stalled; undefined: its counts are not compared, or it has been reported. */
function stalledAfterMsOf(
  { stalled, stalledAgainAfterMs }: Job,
  executionId: string,
  { stalledAfterMs }: Settings['options'],
): number | undefined {
  return stalled === executionId ? stalledAgainAfterMs : stalledAfterMs;
}
