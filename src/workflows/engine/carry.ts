/** What continue-as-new carries along: the engine's state, whole, in several payloads whose sum is bounded. */
import type { SyncFilter } from '../../contracts/list-syncs';
import { fitFailures, fitSteps } from '../../rules/fan-out-tally';
import { jsonBytes } from '../../rules/json-bytes';
import type { Job } from './job';
import { cutOutbox } from './outbox';
import type { QueuedSync } from './queue-state';
import { jobsOf, stateVersion, type EngineState } from './state';

/** Arguments of the next run after its input. */
export type CarriedArguments = [head: CarriedState, ...parts: CarriedPart[]];

/** The state without what is in parts, or begins anew. */
export type CarriedState = Omit<EngineState, 'jobs' | 'pending' | 'snapshots' | 'log'>;

/** A part of the jobs, or of the list's window as columns. */
export type CarriedPart = { jobs: Job[] } | { window: Window };

interface Window {
  ids: string[];
  names: string[];
  active: boolean[];
  connections: string[];
  places: number[][];
}

/** Temporal refuses a command whose payloads exceed 2 MB in all. */
export const maxCarriedBytes = 1_500_000;
/** Of names of failed schemas; beyond, they are read from the execution that failed. */
const maxSchemaBytes = 500_000;
/** Executions of earlier attempts, of all jobs together. */
const maxEarlierExecutions = 5_000;
/** In one payload. */
const maxPartBytes = 150_000;

/** The arguments, or null where they would be too large for Temporal: then the workflow goes on as it is. */
export function toArguments(state: EngineState, runId: string): CarriedArguments | null {
  const { jobs: _jobs, pending: _pending, snapshots: _snapshots, log: _log, ...rest } = state;
  const { queue, settings } = rest;
  const head: CarriedState = {
    ...rest,
    writer: runId,
    // The filter is in the input, where a list of ids may be long.
    settings: { ...settings, limits: { ...settings.limits, filter: {} } },
    queue: queue.type === 'list' ? { ...queue, waiting: [] } : queue,
    failures: fitFailures(rest.failures),
    steps: fitSteps(rest.steps),
    outbox: cutOutbox(state),
    isLeaving: false,
    checkpoints: [],
  };
  const windows = queue.type === 'list' ? inParts(queue.waiting).map((part) => ({ window: toWindow(part) })) : [];
  const parts = [...windows, ...inParts(lightJobs(jobsOf(state))).map((jobs) => ({ jobs }))];
  const carried: CarriedArguments = [head, ...parts];
  return jsonBytes(carried) <= maxCarriedBytes ? carried : null;
}

/**
 * The state that the run before this one wrote; null where nobody carried anything to this run, as in a first run, and
 * where a retry or a caller hands in the state of another one.
 *
 * @param continuedFrom id of the run that this one continues
 * @throws Error for a version that this code does not know: the task is tried again until a worker knows it
 */
export function fromArguments(
  input: unknown,
  carried: readonly unknown[],
  continuedFrom: string | undefined,
): EngineState | null {
  const [head, ...parts] = carried as Partial<CarriedArguments>;
  if (!head || continuedFrom === undefined || head.writer !== continuedFrom) return null;
  if (head.v !== stateVersion)
    throw new Error(`state of version ${String(head.v)} cannot be understood by this version`);
  const jobs: Record<string, Job> = {};
  const waiting: QueuedSync[] = [];
  for (const part of parts) {
    if (!part) continue;
    if ('jobs' in part) for (const job of part.jobs) jobs[job.id] = restored(job);
    else waiting.push(...fromWindow(part.window));
  }
  const { queue, settings } = head;
  return {
    ...head,
    settings: { ...settings, limits: { ...settings.limits, filter: filterOf(input) } },
    queue: queue.type === 'list' ? { ...queue, waiting } : queue,
    jobs,
    pending: {},
    snapshots: {},
    log: [],
  };
}

function filterOf(input: unknown): SyncFilter {
  const { filter } = (typeof input === 'object' && input !== null ? input : {}) as { filter?: SyncFilter };
  return filter ?? {};
}

/** Whatever was under way is begun anew: waits of the same names end those that were left. */
export function forgetPending(state: EngineState): void {
  state.pending = {};
  state.isLeaving = false;
  for (const job of jobsOf(state)) restored(job);
}

/** What was under way for a job in the run before is not in this one. */
function restored(job: Job): Job {
  const { stage } = job;
  if (stage.type === 'running') stage.isAwaited = false;
  if ('isInFlight' in stage) stage.isInFlight = false;
  return job;
}

/** Jobs with no more than what decides their results. */
function lightJobs(jobs: readonly Job[]): Job[] {
  let left = maxSchemaBytes;
  const idsEach = Math.max(1, Math.floor(maxEarlierExecutions / jobs.length));
  return jobs.map((job) => {
    const executions = job.executions.map(({ schemas: _schemas, failedSchemas: _failed, ...execution }) => ({
      ...execution,
      errors: execution.errors.slice(0, 3).map((text) => text.slice(0, 200)),
    }));
    const { earlier } = job;
    const light = {
      ...job,
      executions,
      ...(earlier && { earlier: { ...earlier, executions: earlier.executions.slice(-idsEach) } }),
    };
    const { schemas } = job.start;
    const failedIn = job.executions.at(-1)?.executionId;
    if (!schemas || failedIn === undefined) return light;
    left -= jsonBytes(schemas);
    if (left >= 0) return light;
    const { schemas: _names, ...start } = job.start;
    return { ...light, start, failedSchemasOf: failedIn };
  });
}

function inParts<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = jsonBytes(item);
    if (bytes > left || parts.length === 0) {
      parts.push([]);
      left = maxPartBytes;
    }
    parts.at(-1)?.push(item);
    left -= bytes;
  }
  return parts;
}

function toWindow(syncs: readonly QueuedSync[]): Window {
  const connections = [...new Set(syncs.flatMap((sync) => sync.connections))];
  const places = new Map(connections.map((id, place) => [id, place]));
  return {
    ids: syncs.map(({ id }) => id),
    names: syncs.map(({ name }) => name),
    active: syncs.map(({ active }) => active),
    connections,
    places: syncs.map((sync) => sync.connections.flatMap((id) => places.get(id) ?? [])),
  };
}

function fromWindow({ ids, names, active, connections, places }: Window): QueuedSync[] {
  return ids.map((id, row) => ({
    id,
    name: names[row] ?? '',
    active: active[row] ?? true,
    connections: (places[row] ?? []).flatMap((place) => connections[place] ?? []),
  }));
}
