/** What continue-as-new carries along: the engine's state, whole, in several payloads whose sum is bounded. */
import type { SyncFilter } from '../../contracts/list-syncs';
import { fitFailures, fitSteps } from '../../rules/fan-out-tally';
import { jsonBytes } from '../../rules/json-bytes';
import { pack, unpack, type Packed } from '../../rules/packed-json';
import { cutJobs, cutsInOrder, cutWaiting, type Cut } from './carry-cuts';
import type { Job } from './job';
import { cutOutbox } from './outbox';
import type { QueuedSync } from './queue-state';
import { jobsOf, maxUnconfirmed, stateVersion, type EngineState } from './state';

/** Arguments of the next run after its input. */
export type CarriedArguments = [head: CarriedState, ...parts: CarriedPart[]];

/** The state without what is in parts, or begins anew. */
export type CarriedState = Omit<EngineState, 'v' | 'jobs' | 'pending' | 'snapshots' | 'log'> & { v: number };

/** A part of the jobs, or of the list's window as columns. */
export type CarriedPart = { jobs: Job[] } | { packedJobs: Packed } | { window: Window };

/** Version of a state whose jobs are packed, which older workers do not understand. */
const packedVersion = 2;

interface Window {
  ids: string[];
  names: string[];
  active: boolean[];
  connections: string[];
  places: number[][];
}

/** Temporal refuses a command whose payloads exceed 2 MB in all. */
export const maxCarriedBytes = 1_500_000;
/** In one payload. */
const maxPartBytes = 150_000;

/** The arguments, or null where they would be too large for Temporal whatever was cut: then the workflow goes on as it is. */
export function toArguments(state: EngineState, runId: string): CarriedArguments | null {
  for (const cut of cutsInOrder()) {
    const carried = cutArguments(state, runId, cut);
    if (jsonBytes(carried) <= maxCarriedBytes) return carried;
  }
  return null;
}

function cutArguments(state: EngineState, runId: string, cut: Cut): CarriedArguments {
  const { jobs: _jobs, pending: _pending, snapshots: _snapshots, log: _log, ...rest } = state;
  const { queue, settings } = rest;
  const head: CarriedState = {
    ...rest,
    v: cut.isPacked ? packedVersion : stateVersion,
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
  const waiting = queue.type === 'list' ? inParts(cutWaiting(queue.waiting, cut)) : [];
  const jobs = inParts(cutJobs(jobsOf(state), cut));
  return [
    head,
    ...waiting.map((part) => ({ window: toWindow(part) })),
    ...jobs.map((part) => (cut.isPacked ? { packedJobs: pack(part) } : { jobs: part })),
  ];
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
  if (head.v !== stateVersion && head.v !== packedVersion)
    throw new Error(`state of version ${String(head.v)} cannot be understood by this version`);
  const jobs: Record<string, Job> = {};
  const waiting: QueuedSync[] = [];
  for (const part of parts) {
    if (!part) continue;
    if ('jobs' in part) for (const job of part.jobs) jobs[job.id] = restored(job);
    else if ('packedJobs' in part) for (const job of unpack(part.packedJobs) as Job[]) jobs[job.id] = restored(job);
    else waiting.push(...fromWindow(part.window));
  }
  const { queue, settings } = head;
  return {
    ...head,
    v: stateVersion,
    settings: { ...settings, limits: { ...settings.limits, filter: filterOf(input) } },
    queue: queue.type === 'list' ? { ...queue, waiting } : queue,
    jobs,
    ...unconfirmedOf(head),
    pending: {},
    snapshots: {},
    log: [],
  };
}

/** Older releases kept all of them, without a count. */
function unconfirmedOf({
  unconfirmed,
  unconfirmedCount = unconfirmed.length,
}: Pick<CarriedState, 'unconfirmed'> & Partial<CarriedState>): Pick<EngineState, 'unconfirmed' | 'unconfirmedCount'> {
  return { unconfirmed: unconfirmed.slice(0, maxUnconfirmed), unconfirmedCount };
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
