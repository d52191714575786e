/** Counts how jobs ended, and keeps what is told of those without success. */
import type { FailedSync } from '../../../contracts/fan-out-progress';
import type { OutcomeCounts, StepResult } from '../../../contracts/fan-out-result';
import type { RunOutcome, SyncRunResult } from '../../../contracts/run-result';
import { fitFailures, noOutcomes, withoutSchemas } from '../../../rules/fan-out-tally';
import { isSuccess } from '../../../rules/run-outcome';
import type { Job } from './job';

const mostFailures = 100;
/** The rate is that of so many minutes at most. */
const rateMinutes = 10;
const minuteMs = 60_000;

/** Everything of a tally, small enough to be carried along. */
export interface TallyState {
  counts: OutcomeCounts;
  /** Without schemas. */
  failures: SyncRunResult[];
  failed: FailedSync[];
  /** Minute (since the epoch) and number of ends in it. */
  ends: [minute: number, count: number][];
}

/** How jobs ended so far. */
export class Tally {
  /** Results by step, of pipelines only: theirs are few. */
  readonly steps = new Map<string, StepResult>();
  #state: TallyState;

  constructor(state: TallyState = { counts: noOutcomes(), failures: [], failed: [], ends: [] }) {
    this.#state = state;
  }

  get counts(): OutcomeCounts {
    return this.#state.counts;
  }

  /** Jobs that ended, whatever came of them. */
  get ended(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Jobs that ended without success. */
  get unsuccessful(): number {
    return Object.entries(this.counts).reduce(
      (sum, [outcome, count]) => sum + (isSuccess(outcome as RunOutcome) ? 0 : count),
      0,
    );
  }

  get failures(): SyncRunResult[] {
    return fitFailures(this.#state.failures);
  }

  get failed(): FailedSync[] {
    return this.#state.failed;
  }

  get state(): TallyState {
    return { ...this.#state, failures: this.failures };
  }

  add(job: Job, result: StepResult, now: number): void {
    this.addMany(result.outcome, 1);
    if (job.stepId !== undefined) this.steps.set(job.stepId, result);
    if (job.turn) this.#noteEnd(now);
    if (isSuccess(result.outcome) || this.#state.failures.length >= mostFailures) return;
    this.#state.failures.push(withoutSchemas(result));
    const { syncId, name, executionId, outcome } = result;
    this.#state.failed.push({
      ...(job.stepId === undefined ? {} : { stepId: job.stepId }),
      syncId,
      name,
      executionId,
      outcome,
    });
  }

  /** Jobs of which nothing else is known. */
  addMany(outcome: RunOutcome, count: number): void {
    this.#state.counts = { ...this.counts, [outcome]: this.counts[outcome] + count };
  }

  /** Ends a minute, over the last ten minutes or since the first end; null before that. */
  endsPerMinute(now: number): number | null {
    const since = Math.floor(now / minuteMs) - rateMinutes;
    const recent = this.#state.ends.filter(([minute]) => minute > since);
    const [first] = recent;
    if (!first) return null;
    const minutes = Math.max(1, (now - first[0] * minuteMs) / minuteMs);
    return recent.reduce((sum, [, count]) => sum + count, 0) / minutes;
  }

  #noteEnd(now: number): void {
    const minute = Math.floor(now / minuteMs);
    const last = this.#state.ends.at(-1);
    if (last?.[0] === minute) last[1] += 1;
    else this.#state.ends = [...this.#state.ends, [minute, 1] satisfies [number, number]].slice(-rateMinutes - 1);
  }
}
