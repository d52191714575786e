/** Begins the turns of jobs of which it is known what is true, as far as there is room. */
import type { ItemFailure, SyncBefore } from '../../../contracts/composite-activities';
import type { FailedBefore } from '../../../contracts/waits';
import type { Pace } from '../../../rules/pace';
import type { ActiveJob } from './job';
import type { JobSource } from './job-source';
import type { JobTurns } from './job-turns';
import { keyOf, type Places } from './places';

/** What beginnings are built on. */
export interface BeginningsOptions {
  turns: JobTurns;
  places: Places;
  source: JobSource;
  pace: Pace;
  failed(job: ActiveJob, failure: ItemFailure): void;
}

/** What was read of syncs, until the next step of the loop: later it would be out of date. */
export class Beginnings {
  readonly #befores = new Map<string, SyncBefore>();

  constructor(readonly options: BeginningsOptions) {}

  /** This is true now. */
  know(before: SyncBefore): void {
    this.#befores.set(keyOf(before), before);
  }

  /** These could not be read: for ever, or for now. */
  couldNotRead(failed: readonly FailedBefore[]): void {
    if (failed.length === 0) return;
    const failures = new Map(failed.map((one) => [keyOf(one), one.failure]));
    const { turns, source } = this.options;
    for (const job of turns.between) this.#blame(failures.get(keyOf(job)), () => job);
    for (const job of [...source.available()]) {
      const failure = failures.get(keyOf(job));
      if (failure && !failure.nonRetryable) source.postpone(job);
      else this.#blame(failure, () => turns.begin(job));
    }
  }

  /** Nothing of it is to be used. */
  forget(): void {
    this.#befores.clear();
  }

  /** Lets jobs begin; answers those that are to be started, and how many were decided on. */
  begin(now: number): { starting: ActiveJob[]; decided: number } {
    const starting: ActiveJob[] = [];
    if (this.#befores.size === 0) return { starting, decided: 0 };
    const { turns, places, source, pace } = this.options;
    const allowance = pace.allowance(now);
    const known = this.#befores.size;
    const decide = (job: ActiveJob, before: SyncBefore): void => {
      this.#befores.delete(keyOf(job));
      if (turns.decide(job, before)) starting.push(job);
    };
    for (const job of turns.between) {
      const before = this.#befores.get(keyOf(job));
      if (before && starting.length < allowance) decide(job, before);
    }
    const room = places.room();
    for (const job of [...source.available()]) {
      const before = this.#befores.get(keyOf(job));
      if (!before || starting.length >= allowance || !room.fits(job.connections)) continue;
      room.enter(job.connections);
      decide(turns.begin(job), before);
    }
    pace.took(starting.length, now);
    return { starting, decided: known - this.#befores.size };
  }

  #blame(failure: ItemFailure | undefined, toJob: () => ActiveJob): void {
    if (failure?.nonRetryable) this.options.failed(toJob(), failure);
  }
}
