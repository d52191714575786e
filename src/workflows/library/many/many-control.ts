/** What can be asked of a running fan-out or pipeline from outside. */
import type { FanOutPhase, FanOutProgress } from '../../../contracts/fan-out-progress';
import type { ResolvedFanOut } from '../../../contracts/prepared-fan-out';
import { emptyResult } from '../../../rules/run-result';
import { executionOf } from './job';
import { frameOf } from './job-stops';
import { progressOf } from './many-progress';
import type { SelectLoop } from './select-loop';

/** Syncs at the same time, at most: more make waits and payloads too large for one workflow. */
export const mostConcurrent = 1_000;

/** Reads and steers one loop. Each method answers at once. */
export class ManyControl {
  #phase: { name: FanOutPhase; since: string } = { name: 'running', since: new Date().toISOString() };

  /** @param limits the loop's own: changing them changes the loop */
  constructor(
    readonly loop: SelectLoop,
    readonly limits: Pick<ResolvedFanOut, 'maxConcurrent'>,
  ) {
    if (loop.paused) this.enter('paused');
  }

  get progress(): FanOutProgress {
    const { source, tally } = this.loop.options;
    const { name: phase, since } = this.#phase;
    const { maxConcurrent } = this.limits;
    return progressOf({ phase, since, loop: this.loop, source, tally, maxConcurrent });
  }

  enter(name: FanOutPhase): void {
    if (this.#phase.name !== name) this.#phase = { name, since: new Date().toISOString() };
  }

  /** What runs may end; nothing is started until `resume`. */
  pause(): { paused: true } {
    this.loop.paused = true;
    if (this.#phase.name === 'running') this.enter('paused');
    return { paused: true };
  }

  resume(): { paused: false } {
    this.loop.paused = false;
    if (this.#phase.name === 'paused') this.enter('running');
    this.loop.poke();
    return { paused: false };
  }

  /** @throws Error that says what was expected */
  checkConcurrency(maxConcurrent: unknown): void {
    if (Number.isInteger(maxConcurrent) && Number(maxConcurrent) >= 1 && Number(maxConcurrent) <= mostConcurrent)
      return;
    throw new Error(`setConcurrency: expected a whole number from 1 to ${mostConcurrent}`);
  }

  /** Fewer than run now: no more are started until enough of them have ended. */
  setConcurrency(maxConcurrent: number): { maxConcurrent: number } {
    this.limits.maxConcurrent = maxConcurrent;
    this.loop.poke();
    return { maxConcurrent };
  }

  /** @param id the sync's, in a pipeline the step's @throws Error that says why it cannot be skipped */
  checkSkip(id: unknown): asserts id is string {
    if (typeof id !== 'string' || id === '')
      throw new Error('skip: expected the id of a sync (in a pipeline, of a step)');
    const job = this.loop.turns.all.find((active) => active.id === id);
    if (job) throw new Error(`skip: too late, ${id} has its turn (execution ${executionOf(job) ?? 'not yet known'})`);
    this.loop.options.source.checkSkip(id);
  }

  /** It counts as `skipped`; in a pipeline, so do the steps that wait for it. */
  skip(id: string): { skipped: string } {
    const { source, prepared } = this.loop.options;
    const job = source.skip(id);
    const verdict = { outcome: 'skipped', reason: 'skipped on request' } as const;
    if (job) this.loop.turns.end(job, emptyResult(frameOf(job, prepared.organization), verdict, null));
    this.loop.poke();
    return { skipped: id };
  }
}
