/** Which jobs may go on or be admitted: the one gate that answers "go" or "not before", for acting and for waking alike. */
import type { UpNextItem } from '../../contracts/waits';
import { Concurrency } from '../../rules/concurrency';
import { allowanceOf, nextAllowanceAt, noteTaken } from '../../rules/pace';
import { noteFruitless } from './apply-answers';
import { decideJob } from './decide';
import { isBetweenAttempts, isParked, syncKeyOf, type Job } from './job';
import { candidatesOf, takeJobs, type Candidate } from './queue';
import { jobsOf, maxConcurrentOf, pendingOf, type EngineState } from './state';

/** Snapshots that one read on its own may ask for. */
const maxReads = 200;
/** Jobs that take no place: with more of them nothing is admitted, as all jobs are carried along when continuing as new. */
const maxParked = 300;

/** How many may be decided on now, or when; null: what keeps them is no time. */
type Gate = { go: number } | { notBefore: number } | null;

/** Whether anything may be admitted or started. */
export function startGate(state: EngineState, now: number): Gate {
  if (state.closing || state.wishes.paused || state.isLeaving) return null;
  const go = allowanceOf(state.pace, state.settings.limits.startsPerMinute, now);
  return go > 0 ? { go } : { notBefore: nextAllowanceAt(state.pace, state.settings.limits.startsPerMinute, now) };
}

/** Lets jobs go on from the snapshots that have come; afterwards these are out of date. */
export function admitJobs(state: EngineState, now: number): void {
  const { snapshots } = state;
  state.snapshots = {};
  // What is true before the next attempt must be read when it may begin.
  for (const job of jobsOf(state)) {
    if (isBetweenAttempts(job) && job.notBefore > now) delete snapshots[syncKeyOf(job)];
  }
  const gate = startGate(state, now);
  if (!isAnyWanted(state, snapshots) || !gate || !('go' in gate)) return;
  let decided = 0;
  let starts = 0;
  const decide = (job: Job): void => {
    const snapshot = snapshots[syncKeyOf(job)];
    if (!snapshot) return;
    delete snapshots[syncKeyOf(job)];
    decideJob(state, job, { snapshot }, now);
    decided += 1;
    if (state.jobs[job.id]?.stage.type === 'starting') starts += 1;
  };
  for (const job of jobsOf(state)) {
    if (job.stage.type !== 'needsSnapshot' || job.notBefore > now || job.stop || starts >= gate.go) continue;
    if (!isParked(job) || roomOf(state, state.others).fits(job.connections)) decide(job);
  }
  const room = roomOf(state, state.others);
  for (const candidate of admissible(state)) {
    if (starts >= gate.go || room.free === 0) break;
    if (!snapshots[syncKeyOf(candidate)] || !room.fits(candidate.connections)) continue;
    room.enter(candidate.connections);
    for (const job of takeJobs(state, [candidate.id], now)) {
      state.jobs[job.id] = job;
      decide(job);
    }
  }
  state.pace = noteTaken(state.pace, { perMinute: state.settings.limits.startsPerMinute, count: starts, now });
  if (decided > 0) state.probe = { fruitless: 0, notBefore: 0 };
  else noteFruitless(state, now);
}

/** Whether anything waits for one of these: what a wait was to bring may have been read, and used, before it returned. */
function isAnyWanted(state: EngineState, snapshots: EngineState['snapshots']): boolean {
  if (Object.keys(snapshots).length === 0) return false;
  const waiting = jobsOf(state).filter(({ stage }) => stage.type === 'needsSnapshot');
  return [...waiting, ...candidatesOf(state)].some((one) => snapshots[syncKeyOf(one)] !== undefined);
}

/** What snapshots are wanted of now, and when that may change without anything happening. */
export function wantedSnapshots(state: EngineState, now: number): { items: UpNextItem[]; wakeAt: number | null } {
  const gate = startGate(state, now);
  if (!gate || pendingOf(state, 'read').length > 0) return { items: [], wakeAt: null };
  const waiting = jobsOf(state).filter(({ stage, stop }) => stage.type === 'needsSnapshot' && !stop);
  const due = waiting.filter(({ notBefore }) => notBefore <= now);
  const later = waiting.flatMap(({ notBefore }) => (notBefore > now ? [notBefore] : []));
  const limit = 'go' in gate ? Math.min(gate.go, maxReads) : maxReads;
  if (state.probe.fruitless > 0 && now >= state.probe.notBefore) state.others = {};
  const parked = due.filter(isParked);
  const fitting = new Set(pick(parked, roomOf(state, state.others), { max: parked.length, wanted: () => true }));
  const ready = due.filter((job) => !isParked(job) || fitting.has(job));
  const free = freeCandidates(state, Math.max(0, limit - ready.length));
  const wake = [...later];
  const hasWork = ready.length + free.length > 0;
  if (!hasWork && isBlockedByOthers(state, parked)) {
    // What others do must be seen anew after a while.
    if (now >= state.probe.notBefore) noteFruitless(state, now);
    wake.push(state.probe.notBefore);
  }
  if (hasWork && 'notBefore' in gate) wake.push(gate.notBefore);
  if (hasWork && now < state.probe.notBefore) wake.push(state.probe.notBefore);
  const mayRead = hasWork && 'go' in gate && now >= state.probe.notBefore;
  const items = mayRead ? [...ready, ...free].slice(0, limit).map(toUpNextItem) : [];
  return { items, wakeAt: wake.length > 0 ? Math.min(...wake) : null };
}

/** Jobs for the places that the end of `jobs` would free, none of which another wait will bring snapshots of. */
export function nextAfter(state: EngineState, jobs: readonly Job[]): Candidate[] {
  const gate = startGate(state, 0);
  if (!gate || state.settings.limits.startsPerMinute !== null) return [];
  const promised = promisedIds(state);
  const room = roomOf(state, state.others, new Set(jobs.map(({ id }) => id)));
  return pick(admissible(state), room, { max: jobs.length, wanted: ({ id }) => !promised.has(id) });
}

/** A sync as a read of snapshots is asked about it. */
export function toUpNextItem({ kind, syncId, known }: Candidate): UpNextItem {
  return { kind, syncId, ...(known && { known }) };
}

/** Jobs for the places that are free now; last those that a wait, which may take long, was to tell about. */
function freeCandidates(state: EngineState, max: number): Candidate[] {
  if (max === 0) return [];
  const room = roomOf(state, state.others);
  const promised = promisedIds(state);
  const candidates = admissible(state);
  const next = pick(candidates, room, { max, wanted: ({ id }) => !promised.has(id) });
  return [...next, ...pick(candidates, room, { max: max - next.length, wanted: ({ id }) => promised.has(id) })];
}

/** Whether a job could be admitted, or begin its next attempt, but for runs of others. */
function isBlockedByOthers(state: EngineState, parked: readonly Job[]): boolean {
  const room = roomOf(state, {});
  return room.free > 0 && [...parked, ...admissible(state)].some(({ connections }) => room.fits(connections));
}

function admissible(state: EngineState): Candidate[] {
  return jobsOf(state).filter(isParked).length < maxParked ? candidatesOf(state) : [];
}

function promisedIds(state: EngineState): Set<string> {
  return new Set(pendingOf(state, 'wait').flatMap(([, { promised = [] }]) => promised));
}

function roomOf(
  state: EngineState,
  others: Readonly<Record<string, number>>,
  except: ReadonlySet<string> = new Set(),
): Concurrency {
  const { maxConcurrentPerConnection } = state.settings.limits;
  const room = new Concurrency({ maxConcurrent: maxConcurrentOf(state), maxConcurrentPerConnection }, others);
  for (const job of jobsOf(state)) {
    if (except.has(job.id)) continue;
    if (!isParked(job)) room.enter(job.connections);
    else if (job.stage.type === 'running') room.occupy(job.connections);
  }
  return room;
}

function pick<T extends Candidate>(
  candidates: readonly T[],
  room: Concurrency,
  { max, wanted }: { max: number; wanted: (candidate: T) => boolean },
): T[] {
  const picked: T[] = [];
  for (const candidate of candidates) {
    if (picked.length >= max || room.free === 0) break;
    if (!wanted(candidate) || !room.fits(candidate.connections)) continue;
    room.enter(candidate.connections);
    picked.push(candidate);
  }
  return picked;
}
