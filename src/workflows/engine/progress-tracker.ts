/** Where the run of one sync stands, from step to step. */
import type { RunPhase, RunProgress } from '../../contracts/progress';
import { runProgressOf } from './progress';
import { jobsOf, type EngineState } from './state';

/** Keeps what the query `progress` answers, and calls back at each change with the name of the sync. */
export class ProgressTracker {
  #current: RunProgress = { phase: 'preparing', syncId: null, since: new Date().toISOString(), late: false };
  #name: string | null = null;

  constructor(readonly listener: (progress: RunProgress, name: string | null) => void) {}

  get current(): RunProgress {
    return this.#current;
  }

  /** The workflow fails before there is a state, as with an input that is not valid. */
  end(): void {
    this.#current = { ...this.#current, phase: 'ended', since: new Date().toISOString() };
    this.listener(this.#current, this.#name);
  }

  update(state: EngineState): void {
    const before = this.#current;
    // A run that has ended has no job any more; the sync keeps its name.
    this.#name = jobsOf(state)[0]?.name ?? this.#name;
    const sinceOf = (phase: RunPhase): string => (phase === before.phase ? before.since : new Date().toISOString());
    const progress = runProgressOf(state, sinceOf);
    if (JSON.stringify(progress) === JSON.stringify(before)) return;
    this.#current = progress;
    this.listener(progress, this.#name);
  }
}
