/** The syncs of an organization that a fan-out takes, read in windows, as all of them may not fit into a history. */
import type { CompositeActivities, PreparedRuns } from '../../../contracts/composite-activities';
import type { ListedSyncs } from '../../../contracts/list-syncs';
import type { ResolvedFanOut } from '../../../contracts/prepared-fan-out';
import { longestLingerMs } from '../../../rules/linger';
import { newJob, type Job } from './job';
import type { JobSource } from './job-source';

/** Syncs that may be marked as skipped before they were read. */
const mostMarks = 1_000;

/** What a workflow that continues as new carries along; a few hundred kilobytes at most, in a payload of its own. */
export interface FanOutSourceState {
  window: Pick<ListedSyncs, 'ids' | 'names' | 'active' | 'connections' | 'source' | 'target'>;
  /** The id to go on from; null: all were read. */
  after: string | null;
  total: number | null;
  taken: number;
  complete: boolean;
  /** Syncs to skip when they are read. */
  marked: string[];
}

/** What a source asks, and tells besides jobs. */
export interface FanOutSourceHooks {
  list: CompositeActivities['listSyncs'];
  /** Jobs that do not run: marked to be skipped, or ids of the filter that no sync has. */
  skipped(job: Job): void;
  missing(job: Job): void;
}

/** Windows of syncs in the order of their ids, so that each is read once although the list changes meanwhile. */
export class FanOutSource implements JobSource {
  readonly keepsSchemas = false;
  readonly mostLingerMs = longestLingerMs;
  readonly #waiting = new Map<string, Job>();
  readonly #marked: Set<string>;
  #after: string | null;
  #total: number | null;
  #taken: number;
  #complete: boolean;

  constructor(
    readonly prepared: PreparedRuns,
    readonly fanOut: ResolvedFanOut,
    readonly hooks: FanOutSourceHooks,
    state: FanOutSourceState = { window: emptyWindow, after: '', total: null, taken: 0, complete: true, marked: [] },
  ) {
    this.#after = state.after;
    this.#total = state.total;
    this.#taken = state.taken;
    this.#complete = state.complete;
    this.#marked = new Set(state.marked);
    for (const job of this.#jobsOf(state.window)) this.#waiting.set(job.id, job);
  }

  get total(): number | null {
    return this.#total;
  }

  get waiting(): number {
    return this.#after === null ? this.#waiting.size : Math.max(this.#waiting.size, (this.#total ?? 1) - this.#taken);
  }

  /** Whether Polytomic's list was proved to be complete. */
  get complete(): boolean {
    return this.#complete;
  }

  get wantsMore(): boolean {
    return this.#after !== null && this.#waiting.size <= this.fanOut.maxConcurrent;
  }

  get state(): FanOutSourceState {
    const window = toWindow([...this.#waiting.values()]);
    const { total, complete } = this;
    return { window, after: this.#after, total, taken: this.#taken, complete, marked: [...this.#marked] };
  }

  available(): Iterable<Job> {
    return this.#waiting.values();
  }

  take({ id }: Job): void {
    if (this.#waiting.delete(id)) this.#taken += 1;
  }

  postpone(job: Job): void {
    this.#waiting.delete(job.id);
    this.#waiting.set(job.id, job);
  }

  ended(): [] {
    return [];
  }

  drop(): { jobs: Job[]; unread: number } {
    const jobs = [...this.#waiting.values()];
    const unread = this.waiting - jobs.length;
    this.#taken += this.waiting;
    this.#waiting.clear();
    this.#after = null;
    return { jobs, unread: this.#total === null ? 0 : unread };
  }

  checkSkip(id: string): void {
    if (this.#waiting.has(id)) return;
    if (this.#after === null || id <= this.#after) throw new Error(`skip: no sync ${id} waits for its start`);
    if (this.#marked.size >= mostMarks) throw new Error(`skip: ${mostMarks} syncs are already to be skipped once read`);
  }

  skip(id: string): Job | null {
    const job = this.#waiting.get(id);
    if (job) this.take(job);
    else this.#marked.add(id);
    return job ?? null;
  }

  async load(): Promise<void> {
    const { organization, kind } = this.prepared;
    const { filter, shard } = this.fanOut;
    const listed = await this.hooks.list({ organization, kind, filter, shard, after: this.#after });
    if (this.#after === null) return;
    for (const id of listed.missing) this.hooks.missing(this.#job(id, { name: null, connections: [] }));
    this.#total ??= listed.total + listed.missing.length;
    this.#taken += listed.missing.length;
    this.#after = listed.nextAfter;
    this.#complete &&= listed.complete;
    for (const job of this.#jobsOf(listed)) {
      this.#waiting.set(job.id, job);
      if (!this.#marked.delete(job.id)) continue;
      this.take(job);
      this.hooks.skipped(job);
    }
    // What changed since the first window shows at the last.
    if (this.#after === null) this.#total = this.#taken + this.#waiting.size;
  }

  #jobsOf({ ids, names, active, connections, source, target }: FanOutSourceState['window']): Job[] {
    return ids.map((id, row) => {
      const places = [source[row] ?? -1, target[row] ?? -1].flatMap((place) => connections[place] ?? []);
      const name = names[row] ?? '';
      const known = { name, active: active[row] ?? true };
      return this.#job(id, { name, connections: [...new Set(places)], known });
    });
  }

  #job(syncId: string, fields: Pick<Job, 'name' | 'connections' | 'known'>): Job {
    const { kind, options } = this.prepared;
    const { ifInactive, startedAfter, retryFailedSchemas: retriesLeft } = options;
    return newJob({ kind, syncId, start: {}, startedAfter, ifInactive, retriesLeft, ...fields });
  }
}

const emptyWindow: FanOutSourceState['window'] = {
  ids: [],
  names: [],
  active: [],
  connections: [],
  source: [],
  target: [],
};

/** The order of connections within a job does not matter any more, so the first is called its source. */
function toWindow(jobs: readonly Job[]): FanOutSourceState['window'] {
  const connections = [...new Set(jobs.flatMap((job) => job.connections))];
  const places = new Map(connections.map((id, place) => [id, place]));
  const placeOf = (id: string | undefined): number => places.get(id ?? '') ?? -1;
  return {
    ids: jobs.map(({ id }) => id),
    names: jobs.map(({ name }) => name ?? ''),
    active: jobs.map(({ known }) => known?.active ?? true),
    connections,
    source: jobs.map((job) => placeOf(job.connections[0])),
    target: jobs.map((job) => placeOf(job.connections[1])),
  };
}
