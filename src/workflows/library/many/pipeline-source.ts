/** The steps of a pipeline, each available once all that come before it have succeeded. */
import type { PreparedRuns } from '../../../contracts/composite-activities';
import type { ResolvedSteps } from '../../../contracts/prepared-fan-out';
import type { SyncRunResult } from '../../../contracts/run-result';
import { dependentsOf } from '../../../rules/graph';
import { newJob, type Job } from './job';
import type { JobSource } from './job-source';

/** Steps by their graph. */
export class PipelineSource implements JobSource {
  readonly wantsMore = false;
  readonly keepsSchemas = true;
  /** Few steps, each of which others may wait for: nothing is saved by gathering. */
  readonly mostLingerMs = 500;
  readonly #waiting = new Map<string, Job>();
  readonly #after: ReadonlyMap<string, readonly string[]>;
  readonly #succeeded = new Set<string>();

  constructor(
    readonly steps: ResolvedSteps,
    { options }: PreparedRuns,
  ) {
    this.#after = new Map(steps.map(({ id, after }) => [id, after]));
    for (const { id: stepId, after: _after, kind, ...step } of steps) {
      const retriesLeft = kind === 'bulk' ? options.retryFailedSchemas : 0;
      const rest = { name: null, connections: [], startedAfter: options.startedAfter, retriesLeft };
      this.#waiting.set(stepId, newJob({ ...step, ...rest, kind, stepId }));
    }
  }

  get total(): number {
    return this.steps.length;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  *available(): Iterable<Job> {
    for (const job of this.#waiting.values()) {
      if (this.#after.get(job.id)?.every((id) => this.#succeeded.has(id))) yield job;
    }
  }

  take({ id }: Job): void {
    this.#waiting.delete(id);
  }

  postpone(job: Job): void {
    this.#waiting.delete(job.id);
    this.#waiting.set(job.id, job);
  }

  /** Only what truly completed lets its dependents go on; a step that was skipped has moved no data. */
  ended({ id }: Job, { outcome, completedAt }: SyncRunResult): { job: Job; because: string }[] {
    if (outcome === 'completed' || outcome === 'completedWithErrors') {
      this.#succeeded.add(id);
      this.#startAfter(id, completedAt ?? new Date().toISOString());
      return [];
    }
    const dependents = dependentsOf(this.steps, id);
    return [...this.#waiting.values()].flatMap((job) => {
      if (!dependents.has(job.id)) return [];
      this.#waiting.delete(job.id);
      return [{ job, because: id }];
    });
  }

  drop(): { jobs: Job[]; unread: number } {
    const jobs = [...this.#waiting.values()];
    this.#waiting.clear();
    return { jobs, unread: 0 };
  }

  checkSkip(id: string): void {
    if (!this.#waiting.has(id)) throw new Error(`skip: no step "${id}" waits for its start`);
  }

  skip(id: string): Job | null {
    const job = this.#waiting.get(id);
    this.#waiting.delete(id);
    return job ?? null;
  }

  load(): Promise<void> {
    return Promise.resolve();
  }

  /** A run that began before all predecessors had ended may have missed their data. */
  #startAfter(id: string, endedAt: string): void {
    for (const job of this.#waiting.values()) {
      if (!this.#after.get(job.id)?.includes(id)) continue;
      const latest = Math.max(Date.parse(endedAt), Date.parse(job.startedAfter ?? endedAt));
      job.startedAfter = new Date(latest).toISOString();
    }
  }
}
