/** What comes next: the window of a list of syncs, or the steps of a graph. Pure, over the engine's state. */
import type { StartOptions } from '../../contracts/run-options';
import type { ListedSyncs } from '../../contracts/list-syncs';
import type { ResolvedStep, ResolvedSteps } from '../../contracts/prepared-fan-out';
import type { SyncRunResult } from '../../contracts/run-result';
import { dependentsOf } from '../../rules/graph';
import { executionOf, newJob, type Job } from './job';
import type { Queue, QueuedSync } from './queue-state';
import { maxConcurrentOf, type EngineState, type Settings } from './state';

/** A job that may be admitted. */
export type Candidate = Pick<Job, 'id' | 'kind' | 'syncId' | 'connections' | 'known'>;

/** Syncs that may be marked to be skipped before they were read. */
const maxMarks = 1_000;

/** A list of which nothing was read yet. */
export function newListQueue(): Queue {
  return { type: 'list', waiting: [], after: '', total: null, taken: 0, complete: true };
}

/** The steps of a pipeline. */
export function newGraphQueue(steps: ResolvedSteps): Queue {
  return { type: 'graph', steps, waiting: steps.map(({ id }) => id), succeeded: [], startedAfter: {} };
}

/** All jobs, those that are done included; null until they are known. */
export function totalOf({ queue }: Pick<EngineState, 'queue'>): number | null {
  if (queue.type === 'none') return 1;
  return queue.type === 'list' ? queue.total : queue.steps.length;
}

/** Jobs that were not admitted yet, those included that were not read or cannot start yet. */
export function waitingOf({ queue }: Pick<EngineState, 'queue'>): number {
  if (queue.type === 'none') return 0;
  if (queue.type === 'graph' || queue.after === null) return queue.waiting.length;
  return Math.max(queue.waiting.length, (queue.total ?? 1) - queue.taken);
}

/** Whether more of the list should be read. */
export function wantsMore(state: EngineState): boolean {
  const { queue } = state;
  return queue.type === 'list' && queue.after !== null && queue.waiting.length <= maxConcurrentOf(state);
}

/** Jobs that could be admitted now, in their order. */
export function candidatesOf({ queue, settings }: EngineState): Candidate[] {
  if (queue.type === 'none') return [];
  if (queue.type === 'list') return queue.waiting.map((sync) => listedCandidate(sync, settings));
  return queue.waiting.flatMap((id) => {
    const step = stepOf(queue.steps, id);
    const isReady = step?.after.every((name) => queue.succeeded.includes(name));
    return step && isReady ? [{ id, kind: step.kind, syncId: step.syncId, connections: [] }] : [];
  });
}

/** Takes jobs out of the queue, to be admitted or ended. */
export function takeJobs(state: EngineState, ids: readonly string[], now: number): Job[] {
  const { queue } = state;
  if (queue.type === 'none' || ids.length === 0) return [];
  const wanted = new Set(ids);
  if (queue.type === 'graph') {
    const steps = queue.waiting.flatMap((id) => (wanted.has(id) ? (stepOf(queue.steps, id) ?? []) : []));
    queue.waiting = queue.waiting.filter((id) => !wanted.has(id));
    return steps.map((step) => stepJob(state, step, now));
  }
  const byId = new Map(queue.waiting.map((sync) => [sync.id, sync]));
  queue.waiting = queue.waiting.filter(({ id }) => !wanted.has(id));
  const taken = ids.flatMap((id) => byId.get(id) ?? []);
  queue.taken += taken.length;
  return taken.map((sync) => listedJob(state.settings, sync, now));
}

/** These cannot be read for now: others come first. */
export function postponeJobs({ queue }: EngineState, ids: ReadonlySet<string>): void {
  if (queue.type === 'list') {
    const postponed = queue.waiting.filter(({ id }) => ids.has(id));
    queue.waiting = [...queue.waiting.filter(({ id }) => !ids.has(id)), ...postponed];
  } else if (queue.type === 'graph') {
    queue.waiting = [...queue.waiting.filter((id) => !ids.has(id)), ...queue.waiting.filter((id) => ids.has(id))];
  }
}

/** Nothing more is to start: the jobs that never will, and how many more there are that were not read. */
export function dropQueue(state: EngineState, now: number): { jobs: Job[]; unread: number } {
  const { queue } = state;
  if (queue.type === 'none') return { jobs: [], unread: 0 };
  const waiting = waitingOf(state);
  const ids = queue.type === 'list' ? queue.waiting.map(({ id }) => id) : queue.waiting;
  const jobs = takeJobs(state, ids, now);
  const unread = queue.type === 'list' && queue.total !== null ? waiting - jobs.length : 0;
  if (queue.type === 'list') {
    queue.taken += unread;
    queue.after = null;
  }
  return { jobs, unread };
}

/** A window of the list was read. Answers jobs for ids of the filter that no sync has, and those marked to be skipped. */
export function noteListed(state: EngineState, listed: ListedSyncs, now: number): { missing: Job[]; skipped: Job[] } {
  const { queue, settings, wishes } = state;
  if (queue.type !== 'list' || queue.after === null) return { missing: [], skipped: [] };
  const missing = listed.missing.map((id) => listedJob(settings, { id, name: '', active: true, connections: [] }, now));
  for (const job of missing) job.name = null;
  queue.total ??= listed.total + missing.length;
  queue.taken += missing.length;
  queue.after = listed.nextAfter;
  queue.complete &&= listed.complete;
  queue.waiting.push(...syncsOf(listed));
  const marked = new Set(wishes.skips);
  const skipped = takeJobs(
    state,
    queue.waiting.flatMap(({ id }) => (marked.has(id) ? [id] : [])),
    now,
  );
  wishes.skips = wishes.skips.filter((id) => !skipped.some((job) => job.id === id));
  // What changed since the first window shows at the last.
  if (queue.after === null) queue.total = queue.taken + queue.waiting.length;
  return { missing, skipped };
}

/** The start options that the input gives for a job. */
export function requestedStartOf({ queue, settings }: EngineState, { stepId }: Job): StartOptions {
  const step = queue.type === 'graph' ? stepOf(queue.steps, stepId ?? '') : undefined;
  return step?.start ?? settings.options.start;
}

/** A job ended; of a graph, others may become available or pointless. Answers those that are skipped on its account. */
export function noteEnded(
  state: EngineState,
  job: Job,
  { outcome, completedAt }: Pick<SyncRunResult, 'outcome' | 'completedAt'>,
  now: number,
): Job[] {
  const { queue } = state;
  if (queue.type !== 'graph') return [];
  if (outcome === 'completed' || outcome === 'completedWithErrors') {
    queue.succeeded.push(job.id);
    const endedAt = Date.parse(completedAt ?? '');
    startAfter(queue, job.id, Number.isNaN(endedAt) ? now : endedAt);
    return [];
  }
  // Only what truly completed lets its dependents go on; a step that was skipped has moved no data.
  const dependents = dependentsOf(queue.steps, job.id);
  return takeJobs(
    state,
    queue.waiting.filter((id) => dependents.has(id)),
    now,
  );
}

/** @throws Error for what cannot be the id of a sync or step */
export function checkJobId(id: unknown): asserts id is string {
  if (typeof id === 'string' && id !== '' && id.length <= 255 && id.isWellFormed()) return;
  throw new Error('skip: expected the id of a sync (in a pipeline, of a step), in valid Unicode');
}

/** @throws Error that says why the sync or step cannot be skipped */
export function checkSkip(state: EngineState, id: unknown): asserts id is string {
  checkJobId(id);
  const job = Object.hasOwn(state.jobs, id) ? state.jobs[id] : undefined;
  if (job) throw new Error(`skip: too late, ${id} has its turn (execution ${executionOf(job) ?? 'not yet known'})`);
  const { queue } = state;
  if (queue.type === 'graph' && !queue.waiting.includes(id)) {
    throw new Error(`skip: no step "${id}" waits for its start`);
  }
  if (queue.type !== 'list' || queue.waiting.some((sync) => sync.id === id)) return;
  if (queue.after === null || id <= queue.after) throw new Error(`skip: no sync ${id} waits for its start`);
  checkMarks(state.wishes.skips);
}

/** @throws Error when no more may be marked */
export function checkMarks(skips: readonly string[]): void {
  if (skips.length >= maxMarks) throw new Error(`skip: ${maxMarks} syncs are already to be skipped once read`);
}

/** A run that began before all predecessors had ended may have missed their data. */
function startAfter(queue: Extract<Queue, { type: 'graph' }>, id: string, endedAt: number): void {
  for (const waiting of queue.waiting) {
    if (!stepOf(queue.steps, waiting)?.after.includes(id)) continue;
    const known = queue.startedAfter[waiting];
    const latest = known === undefined ? endedAt : Math.max(endedAt, Date.parse(known));
    queue.startedAfter[waiting] = new Date(latest).toISOString();
  }
}

function stepOf(steps: ResolvedSteps, id: string): ResolvedStep | undefined {
  return steps.find((step) => step.id === id);
}

function stepJob({ queue, settings }: EngineState, step: ResolvedStep, now: number): Job {
  const { id: stepId, kind, syncId, start, ifInactive } = step;
  const after = queue.type === 'graph' ? queue.startedAfter[stepId] : undefined;
  const { startedAfter: asked, retryFailedSchemas } = settings.options;
  const times = [after, asked].filter((time) => typeof time === 'string');
  const startedAfter = times.toSorted((one, other) => Date.parse(other) - Date.parse(one))[0] ?? null;
  const retriesLeft = kind === 'bulk' ? retryFailedSchemas : 0;
  return newJob(
    { kind, syncId, stepId, name: null, connections: [], start, ifInactive, startedAfter, retriesLeft },
    now,
  );
}

function listedCandidate({ id, connections, name, active }: QueuedSync, { kind }: Settings): Candidate {
  return { id, kind, syncId: id, connections, known: { name, active } };
}

function listedJob({ kind, options }: Settings, { id, name, active, connections }: QueuedSync, now: number): Job {
  const { ifInactive, startedAfter, retryFailedSchemas: retriesLeft, start } = options;
  const fields = { kind, syncId: id, name, connections, start, ifInactive, startedAfter, retriesLeft };
  return newJob({ ...fields, known: { name, active } }, now);
}

function syncsOf({ ids, names, active, connections, source, target }: ListedSyncs): QueuedSync[] {
  return ids.map((id, row) => {
    const places = [source[row] ?? -1, target[row] ?? -1].flatMap((place) => connections[place] ?? []);
    return { id, name: names[row] ?? '', active: active[row] ?? true, connections: [...new Set(places)] };
  });
}
