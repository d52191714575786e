/** Reads that led to nothing: which syncs could not be read or had to wait, and when to read again. Pure, over the engine's state. */
import type { FailedSnapshot } from '../../contracts/waits';
import { pauseMs } from '../../rules/attempt-state';
import { failJob, toJobFailure } from './ends';
import { syncKeyOf, type Job } from './job';
import { candidatesOf, postponeJobs, takeJobs } from './queue';
import { jobsOf, type EngineState } from './state';

/** Ids of queued jobs that are remembered. */
const maxIds = 500;
/** Reads of other jobs in a row that may lead to nothing as well, as in an outage, before all wait. */
const maxEarly = 10;
/** Of those that led to nothing, and of others, so many are read at once when the pause is over. */
const maxTogether = 10;
/** The longest pause before it is read again: a read and its timers are thirteen events. */
const maxPauseMs = 360_000;

/** These jobs led to nothing: they are read again after 30 s, doubled up to 6 minutes; others may be at once. Without ids all wait. */
export function noteFruitless(state: EngineState, ids: readonly string[], now: number): void {
  const { probe } = state;
  const fruitless = probe.fruitless + 1;
  state.probe = {
    fruitless,
    notBefore: now + Math.min(maxPauseMs, 30_000 * 2 ** Math.min(fruitless - 1, 10)),
    early: ids.length === 0 ? maxEarly : now < probe.notBefore ? probe.early + 1 : probe.early,
    ids: [...new Set([...probe.ids, ...ids])].slice(-maxIds),
  };
}

/** Which jobs may be read now. */
export function mayRead({ probe }: EngineState, now: number): (job: { id: string }) => boolean {
  if (now >= probe.notBefore) return () => true;
  if (probe.early >= maxEarly) return () => false;
  const held = new Set(probe.ids);
  return ({ id }) => !held.has(id);
}

/**
 * After reads that led to nothing, more are read than there are places, as reading takes none: one at a time, many that cannot be
 * read would each keep the next one waiting for a pause.
 */
export function alsoRead<T extends { id: string }>({ probe }: EngineState, candidates: readonly T[], now: number): T[] {
  if (probe.fruitless === 0 || now < probe.notBefore) return [];
  const held = new Set(probe.ids);
  const [again, anew] = [candidates.filter(({ id }) => held.has(id)), candidates.filter(({ id }) => !held.has(id))];
  return [...again.slice(0, maxTogether), ...anew.slice(0, maxTogether)];
}

/** These could not be read: for ever, or for now. Answers those that stay in the queue. */
export function noteUnread(state: EngineState, unread: readonly FailedSnapshot[], now: number): string[] {
  if (unread.length === 0) return [];
  const failures = new Map(unread.map((one) => [syncKeyOf(one), one.failure]));
  for (const job of jobsOf(state)) {
    const failure = failures.get(syncKeyOf(job));
    // What is true before the next attempt must be read when it may begin.
    if (job.stage.type !== 'needsSnapshot' || !failure || job.notBefore > now) continue;
    if (failure.nonRetryable && !isJustCreated(job, now)) failJob(state, job, toJobFailure(failure), now);
    else pauseUnread(job, now);
  }
  const candidates = candidatesOf(state).filter((candidate) => failures.has(syncKeyOf(candidate)));
  const hopeless = candidates.filter((candidate) => failures.get(syncKeyOf(candidate))?.nonRetryable);
  const ids = candidates.filter((candidate) => !hopeless.includes(candidate)).map(({ id }) => id);
  postponeJobs(state, new Set(ids));
  const taken = takeJobs(
    state,
    hopeless.map(({ id }) => id),
    now,
  );
  for (const job of taken) {
    const failure = failures.get(syncKeyOf(job));
    if (failure) failJob(state, job, toJobFailure(failure), now);
  }
  return ids;
}

/** Pauses end at whole multiples of their length, so that in an outage few reads serve all jobs. */
function pauseUnread(job: Job, now: number): void {
  job.unread = (job.unread ?? 0) + 1;
  const pause = pauseMs(job.unread, maxPauseMs);
  job.notBefore = Math.ceil((now + pause) / pause) * pause;
}

/** A sync that was just created may take a moment to be readable. */
function isJustCreated({ create, stageSince }: Job, now: number): boolean {
  return create !== undefined && now - stageSince < 30_000;
}
