/** Which jobs may go on or be admitted: the one gate that answers "go" or "not before", for acting and for waking alike. */
import type { UpNextItem } from '../../contracts/waits';
import { Concurrency } from '../../rules/concurrency';
import { allowanceOf, nextAllowanceAt, noteTaken } from '../../rules/pace';
import { decideJob } from './decide';
import { isBetweenAttempts, isDue, isParked, syncKeyOf, type Job } from './job';
import { candidatesOf, takeJobs, type Candidate } from './queue';
import { newProbe } from './probe-state';
import { jobsOf, maxConcurrentOf, pendingOf, type EngineState } from './state';
import { alsoRead, mayRead, noteFruitless } from './unread';

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
  const wanted = wantedIds(state, snapshots);
  if (wanted.length === 0 || !gate || !('go' in gate)) return;
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
    if (!isDue(job, now) || starts >= gate.go) continue;
    if (!isParked(job) || roomOf(state, state.others).fits(job.connections)) decide(job);
  }
  const room = roomOf(state, state.others);
  // Who had its turn before goes first, though what is true of it must still be read.
  pick(parkedDue(state, now).filter(mayRead(state, now)), room, { max: Infinity, wanted: () => true });
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
  if (decided > 0) state.probe = newProbe();
  else noteFruitless(state, wanted, now);
}

/** Which jobs wait for one of these: what a wait was to bring may have been read, and used, before it returned. */
function wantedIds(state: EngineState, snapshots: EngineState['snapshots']): string[] {
  if (Object.keys(snapshots).length === 0) return [];
  const waiting = jobsOf(state).filter(({ stage }) => stage.type === 'needsSnapshot');
  const wanted = [...waiting, ...candidatesOf(state)].filter((one) => snapshots[syncKeyOf(one)] !== undefined);
  return wanted.map(({ id }) => id);
}

/** What snapshots are wanted of now, and when that may change without anything happening. */
export function wantedSnapshots(state: EngineState, now: number): { items: UpNextItem[]; wakeAt: number | null } {
  const gate = startGate(state, now);
  if (!gate || pendingOf(state, 'read').length > 0) return { items: [], wakeAt: null };
  const wake = jobsOf(state).flatMap(({ stage, stop, notBefore }) =>
    stage.type === 'needsSnapshot' && !stop && notBefore > now ? [notBefore] : [],
  );
  let readable = readableJobs(state, now, mayRead(state, now));
  if (readable.length === 0 && readableJobs(state, now, () => true).length > 0) {
    wake.push(state.probe.notBefore);
  } else if (readable.length === 0) {
    const blocked = blockedByOthers(state, now);
    if (blocked.length > 0 && now >= state.probe.notBefore) {
      if (state.probe.fruitless === 0) noteFruitless(state, blocked, now);
      // What others do must be seen anew after a while.
      else state.others = {};
      readable = readableJobs(state, now, mayRead(state, now));
    }
    if (blocked.length > 0 && readable.length === 0) wake.push(state.probe.notBefore);
  }
  if (readable.length > 0 && 'notBefore' in gate) wake.push(gate.notBefore);
  const items = 'go' in gate ? toRead(state, readable, { go: gate.go, now }).map(toUpNextItem) : [];
  return { items, wakeAt: wake.length > 0 ? Math.min(...wake) : null };
}

/** Jobs for the places that the end of `jobs` would free, none of which another wait will bring snapshots of. */
export function nextAfter(state: EngineState, jobs: readonly Job[], now: number): Candidate[] {
  const gate = startGate(state, 0);
  if (!gate || state.settings.limits.startsPerMinute !== null) return [];
  const promised = promisedIds(state);
  const room = roomOf(state, state.others, new Set(jobs.map(({ id }) => id)));
  const next = [...parkedDue(state, now), ...admissible(state)];
  return pick(next, room, { max: jobs.length, wanted: ({ id }) => !promised.has(id) });
}

/** A sync as a read of snapshots is asked about it. */
export function toUpNextItem({ kind, syncId, known }: Candidate): UpNextItem {
  return { kind, syncId, ...(known && { known }) };
}

/** Jobs that have or could have a place now; last those that a wait, which may take long, was to tell about. */
function readableJobs(state: EngineState, now: number, may: (job: { id: string }) => boolean): Candidate[] {
  const room = roomOf(state, state.others);
  const fitting = new Set(pick(parkedDue(state, now).filter(may), room, { max: maxReads, wanted: () => true }));
  const ready = jobsOf(state).filter((job) => fitting.has(job) || (isDue(job, now) && !isParked(job) && may(job)));
  const promised = promisedIds(state);
  const candidates = admissible(state).filter(may);
  const next = pick(candidates, room, { max: maxReads, wanted: ({ id }) => !promised.has(id) });
  const late = pick(candidates, room, { max: maxReads - next.length, wanted: ({ id }) => promised.has(id) });
  return [...ready, ...next, ...late];
}

/** What is to be read now: for so many starts, and where a place is free, more of what was read in vain. */
function toRead(
  state: EngineState,
  readable: readonly Candidate[],
  { go, now }: { go: number; now: number },
): Candidate[] {
  const promised = promisedIds(state);
  const waiting = admissible(state).filter(({ id }) => !promised.has(id));
  const ids = new Set(waiting.map(({ id }) => id));
  const others = readable.some(({ id }) => ids.has(id)) ? alsoRead(state, waiting, now) : [];
  const byId = new Map([...readable.slice(0, Math.min(go, maxReads)), ...others].map((one) => [one.id, one]));
  return [...byId.values()];
}

/** Jobs that could be admitted, or begin their next attempt, but for runs of others. */
function blockedByOthers(state: EngineState, now: number): string[] {
  const room = roomOf(state, {});
  const blocked = [...parkedDue(state, now), ...admissible(state)].filter(({ connections }) => room.fits(connections));
  return blocked.map(({ id }) => id);
}

/** Jobs that need a place again. */
function parkedDue(state: EngineState, now: number): Job[] {
  return jobsOf(state).filter((job) => isParked(job) && isDue(job, now));
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
