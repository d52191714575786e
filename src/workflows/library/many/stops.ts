/** Ends the turns of jobs early: their own runs are cancelled or left, in either case read a last time. */
import type { PreparedRuns } from '../../../contracts/composite-activities';
import type { Verdict } from '../../../rules/run-outcome';
import { stopRuns } from '../stop-runs';
import { chunksOf } from './chunks-of';
import type { ActiveJob } from './job';
import { stoppedJobResult, toCancelItem } from './job-stops';
import type { JobTurns } from './job-turns';
import type { Starts } from './starts';
import type { UnderWay } from './under-way';

/** Items of one cancel activity. */
const mostInRequest = 200;

/** How jobs are stopped. */
export interface StopOptions {
  /** Cancel runs of our own; others' are left alone in any case. */
  cancel: boolean;
  /** What a job counts as, unless its run ended by itself meanwhile. */
  verdict: Verdict;
}

/** The stops under way. */
export class Stops {
  #count = 0;
  /** Runs whose end was not seen after the cancel request. */
  readonly unconfirmed: string[] = [];

  constructor(readonly options: { prepared: PreparedRuns; underWay: UnderWay; turns: JobTurns; starts: Starts }) {}

  get none(): boolean {
    return this.#count === 0;
  }

  /**
   * Jobs that have nothing to cancel or read end at once; those that are being stopped are left alone. A start that an
   * activity is at comes to its end first, or is given up where it takes long: its job is to be stopped again then.
   */
  begin(jobs: readonly ActiveJob[], { cancel, verdict }: StopOptions): void {
    this.options.starts.abandon(jobs.filter(isBusy));
    const stoppable = jobs.filter((job) => !isBusy(job) && job.turn.stage.type !== 'stopping');
    const ending = stoppable.flatMap((job) => {
      const item = toCancelItem(job, cancel);
      if (!item) this.#end(job, { settled: null, verdict });
      return item ? [{ job, item }] : [];
    });
    for (const chunk of chunksOf(ending, mostInRequest)) {
      for (const { job, item } of chunk) job.turn.stage = { type: 'stopping', executionId: item.executionId };
      this.#request(chunk, verdict);
    }
  }

  #request(chunk: { job: ActiveJob; item: NonNullable<ReturnType<typeof toCancelItem>> }[], verdict: Verdict): void {
    const { organization, setup, options } = this.options.prepared;
    const items = chunk.map(({ item }) => item);
    const { errorText } = options;
    const request = { organization, items, timeoutMs: setup.cancelTimeoutMs, errorText, compact: true };
    this.#count += 1;
    this.options.underWay.begin(
      () => stopRuns(request).finally(() => (this.#count -= 1)),
      (stopped) => {
        for (const [index, { job, item }] of chunk.entries()) {
          const settled = stopped[index] ?? null;
          if (item.cancel && settled?.executionId && !settled.confirmed) this.unconfirmed.push(settled.executionId);
          this.#end(job, { settled, verdict });
        }
      },
    );
  }

  #end(job: ActiveJob, ending: Pick<Parameters<typeof stoppedJobResult>[1], 'settled' | 'verdict'>): void {
    const { prepared, turns } = this.options;
    const { organization, options } = prepared;
    turns.end(job, stoppedJobResult(job, { ...ending, organization }, options));
  }
}

function isBusy({ turn: { stage } }: ActiveJob): boolean {
  return stage.type === 'starting' && stage.busy;
}
