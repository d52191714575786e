/** Which jobs may come next, by the places that are free in all and on each connection. */
import type { SyncRef } from '../../../contracts/sync-kind';
import { Concurrency, runsOfOthers, type ConcurrencyLimits } from '../../../rules/concurrency';
import type { ActiveJob, Job } from './job';
import type { JobSource } from './job-source';
import type { JobTurns } from './job-turns';

/** Finds jobs for free places. */
export class Places {
  /** Jobs that waits under way will tell about, by the wait's first job. */
  readonly #promised = new Map<ActiveJob, readonly Job[]>();
  #others: Readonly<Record<string, number>> = {};

  constructor(
    readonly limits: ConcurrencyLimits,
    readonly source: JobSource,
    readonly turns: JobTurns,
  ) {}

  /** What is taken, others' runs included. @param except jobs that are counted as if they had ended */
  room(except: ReadonlySet<Job> = new Set()): Concurrency {
    return this.#roomWith(this.#others, except);
  }

  /** Whether a job could start but for runs of others. */
  get blockedByOthers(): boolean {
    const room = this.#roomWith({});
    if (room.free === 0) return false;
    for (const job of this.source.available()) if (room.fits(job.connections)) return true;
    return false;
  }

  /** How many runs, anybody's, touch each connection now. */
  saw(runsByConnection: Readonly<Record<string, number>>): void {
    const running = this.turns.all.filter(
      ({ turn }) => turn.stage.type === 'running' || turn.stage.type === 'stopping',
    );
    this.#others = runsOfOthers(
      runsByConnection,
      running.map(({ connections }) => connections),
    );
  }

  /** What others do must be seen anew. */
  forgetOthers(): void {
    this.#others = {};
  }

  /** Jobs for the places that the end of `chunk` would free; remembered until `returned`. */
  afterEndOf(chunk: readonly ActiveJob[]): Job[] {
    const [first] = chunk;
    if (!first) return [];
    const promised = new Set([...this.#promised.values()].flat());
    const next = pick(this.source.available(), this.room(new Set(chunk)), chunk.length, (job) => !promised.has(job));
    this.#promised.set(first, next);
    return next;
  }

  /** The wait for these jobs is over. */
  returned(chunk: readonly ActiveJob[]): void {
    for (const job of chunk) this.#promised.delete(job);
  }

  /** Jobs for the places that are free now; last those that a wait, which may take long, was to tell about. */
  free(most: number): Job[] {
    const room = this.room();
    const promised = new Set([...this.#promised.values()].flat());
    const next = pick(this.source.available(), room, most, (job) => !promised.has(job));
    return [...next, ...pick(this.source.available(), room, most - next.length, (job) => promised.has(job))];
  }

  #roomWith(others: Readonly<Record<string, number>>, except: ReadonlySet<Job> = new Set()): Concurrency {
    const room = new Concurrency(this.limits, others);
    for (const job of this.turns.all) if (!except.has(job)) room.enter(job.connections);
    return room;
  }
}

/** Two jobs of a pipeline may run the same sync. */
export function keyOf({ kind, syncId }: SyncRef): string {
  return `${kind} ${syncId}`;
}

/** The first jobs that fit, each of which takes its place. */
function pick(jobs: Iterable<Job>, room: Concurrency, most: number, wanted: (job: Job) => boolean): Job[] {
  const picked: Job[] = [];
  for (const job of jobs) {
    if (picked.length >= most || room.free === 0) break;
    if (!wanted(job) || !room.fits(job.connections)) continue;
    room.enter(job.connections);
    picked.push(job);
  }
  return picked;
}
