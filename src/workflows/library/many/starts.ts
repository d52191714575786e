/** Starts jobs in lots, so that nothing that takes long holds the others up. */
import { CancellationScope } from '@temporalio/workflow';
import type { ItemFailure, StartedItem, StartItem, SyncBefore } from '../../../contracts/composite-activities';
import { startExecutions } from '../composites';
import { chunksOf } from './chunks-of';
import { isFinal, toItemFailure } from './item-failure';
import type { ActiveJob, Stage } from './job';
import type { UnderWay } from './under-way';

/** Starts in one activity: at some twenty requests at once they are done well within its timeout. */
const mostAtOnce = 100;

/** Starts that need more than one step go on together in small lots, as each lot is as slow as its slowest. */
const mostTroubled = 20;

type Started = Extract<StartedItem, { state: 'started' }>;

/** What becomes of a start. */
export interface StartListener {
  started(job: ActiveJob, started: Started): void;
  /** Another run is in progress; this is what is true now. */
  refused(job: ActiveJob, before: SyncBefore): void;
  failed(job: ActiveJob, failure: ItemFailure): void;
}

interface Lot {
  jobs: ActiveJob[];
  scope: CancellationScope;
  /** Whether the others wait for it: its first step, done in a moment. */
  first: boolean;
}

/** The starts under way. */
export class Starts {
  readonly #lots = new Set<Lot>();

  constructor(
    readonly organization: string,
    readonly underWay: UnderWay,
    readonly listener: StartListener,
  ) {}

  /** Whether some start takes its first step. */
  get inFirstStep(): boolean {
    return [...this.#lots].some(({ first }) => first);
  }

  get none(): boolean {
    return this.#lots.size === 0;
  }

  /** Starts jobs whose stage is `starting`. Those that need more than one step go on by themselves. */
  begin(jobs: readonly ActiveJob[]): void {
    for (const lot of chunksOf(jobs, mostAtOnce)) this.#begin(lot, { first: true });
  }

  /**
   * Gives starts up that take long, all in the lots of `jobs`. What is known by then is told; the others end `starting`
   * with nothing at it, to be begun again (carefully), or stopped.
   */
  abandon(jobs: readonly ActiveJob[]): void {
    const wanted = new Set(jobs);
    for (const { jobs: lot, first, scope } of this.#lots) {
      if (!first && lot.some((job) => wanted.has(job))) scope.cancel();
    }
  }

  /** Goes on with starts that were given up. */
  resume(jobs: readonly ActiveJob[]): void {
    for (const lot of chunksOf(jobs, mostTroubled)) this.#begin(lot, { first: false });
  }

  #begin(jobs: ActiveJob[], { first }: Pick<Lot, 'first'>): void {
    const lot: Lot = { jobs, first, scope: new CancellationScope() };
    const items = jobs.map((job) => stageOf(job).item);
    for (const job of jobs) stageOf(job).busy = true;
    this.#lots.add(lot);
    const request = { organization: this.organization, items, ...(first ? { oneStep: true } : {}) };
    this.underWay.begin(
      () => lot.scope.run(() => startExecutions(request)),
      (started) => this.#came(lot, started),
      (error) => this.#broke(lot, error),
    );
  }

  #came(lot: Lot, started: StartedItem[]): void {
    this.#lots.delete(lot);
    const troubled = lot.jobs.filter((job, index) => !this.#tell(job, started[index]));
    this.resume(troubled);
  }

  /** False when it is to be gone on with. */
  #tell(job: ActiveJob, started: StartedItem | undefined): boolean {
    switch (started?.state) {
      case 'started':
        this.listener.started(job, started);
        return true;
      case 'refused':
        this.listener.refused(job, started.before);
        return true;
      case 'failed':
        this.listener.failed(job, started.failure);
        return true;
      case 'again':
      case undefined:
        Object.assign(stageOf(job), { item: { ...stageOf(job).item, note: started?.note }, busy: false });
        return false;
    }
  }

  /** Given up: a try may be out there, unanswered. Any other error is one that no try again will heal. */
  #broke(lot: Lot, error: unknown): void {
    this.#lots.delete(lot);
    for (const job of lot.jobs) {
      if (isFinal(error) && !lot.scope.consideredCancelled) this.listener.failed(job, toItemFailure(error));
      else Object.assign(stageOf(job), { item: unsure(stageOf(job).item), busy: false });
    }
  }
}

/** What the activity had learnt went with it. */
function unsure({ note: _lost, ...item }: StartItem): StartItem {
  return { ...item, unsure: true };
}

function stageOf({ turn: { stage } }: ActiveJob): Extract<Stage, { type: 'starting' }> {
  if (stage.type !== 'starting') throw new Error(`a start was expected, not "${stage.type}"`);
  return stage;
}
