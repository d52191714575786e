/** Waits for the runs of many jobs in chunks, and reads what is true of those that come next. */
import type { ResolvedRunOptions, SyncBefore, WorkerSetup } from '../../../contracts/composite-activities';
import type { AwaitExecutionsResult, FailedBefore, ManyWait, SettledExecution } from '../../../contracts/waits';
import { awaitExecutions } from '../composites';
import { chunksOf } from './chunks-of';
import type { ActiveJob, Job } from './job';
import type { UnderWay } from './under-way';

/** Executions in one wait: an end costs only the wait in which it happened. */
const mostInChunk = 200;

/** "Before"s that one read on its own may ask for. */
const mostLooks = 200;

/** What a wait is asked besides the runs of its jobs. */
export interface WaitOptions {
  /** Milliseconds since the epoch, null: none. */
  deadlineAt: number | null;
  lingerMs: number;
  /** Jobs that may come next. */
  upNext: Job[];
}

/** What came of a wait. */
export interface WaitListener {
  /** The wait for these jobs is over; what is not told has not ended. */
  returned(jobs: ActiveJob[], settled: SettledExecution[]): void;
  /** A read by itself came back; `read` tells of what. */
  looked(): void;
  read(befores: SyncBefore[], failed: FailedBefore[]): void;
  /** How many runs, anybody's, touch each connection. */
  saw(runsByConnection: Record<string, number>): void;
}

/** What all waits of a loop share. */
export interface WaitFrame {
  organization: string;
  setup: WorkerSetup;
  errorText: ResolvedRunOptions['errorText'];
  many: Omit<ManyWait, 'spare'>;
  /** Name of the loop among all that wait. */
  name: string;
}

/** The waits under way. */
export class Waits {
  readonly #taken = new Set<number>();
  #looking = false;

  constructor(
    readonly frame: WaitFrame,
    readonly underWay: UnderWay,
    readonly listener: WaitListener,
  ) {}

  /** Whether it is being read what is true of jobs, and not only on the way out of a wait. */
  get looking(): boolean {
    return this.#looking;
  }

  /** Waits for jobs whose stage is `running`; `optionsFor` is asked for each chunk. */
  begin(jobs: readonly ActiveJob[], optionsFor: (chunk: ActiveJob[]) => WaitOptions): void {
    for (const chunk of chunksOf(jobs, mostInChunk)) this.#wait(chunk, optionsFor(chunk));
  }

  /** Reads what is true of jobs, and of the connections; one such read at a time. */
  look(jobs: readonly Job[]): void {
    const asked = jobs.slice(0, mostLooks);
    this.#looking = true;
    const over = () => (this.#looking = false);
    const options = { deadlineAt: null, lingerMs: 0, upNext: asked };
    const answer = this.#ask('look', { jobs: [], options, spare: asked.length });
    this.underWay.begin(
      () => answer.finally(over),
      (result) => {
        this.listener.looked();
        this.#tell(result);
      },
    );
  }

  #wait(chunk: ActiveJob[], options: WaitOptions): void {
    const place = this.#freePlace();
    this.#taken.add(place);
    for (const { turn } of chunk) if (turn.stage.type === 'running') turn.stage.awaited = true;
    const answer = this.#ask(String(place), { jobs: chunk, options, spare: 0 });
    this.underWay.begin(
      () => answer.finally(() => this.#taken.delete(place)),
      (result) => {
        for (const { turn } of chunk) if (turn.stage.type === 'running') turn.stage.awaited = false;
        this.listener.returned(chunk, result.settled);
        this.#tell(result);
      },
    );
  }

  #ask(
    place: string,
    { jobs, options, spare }: { jobs: ActiveJob[]; options: WaitOptions; spare: number },
  ): Promise<AwaitExecutionsResult> {
    const { organization, setup, errorText, many, name } = this.frame;
    const { deadlineAt, lingerMs, upNext } = options;
    return awaitExecutions(setup)({
      organization,
      waiter: `${name}-${place}`,
      executions: jobs.flatMap(toAwaitItem),
      deadline: deadlineAt === null ? null : new Date(deadlineAt).toISOString(),
      lingerMs,
      upNext: upNext.map(({ kind, syncId, known }) => ({ kind, syncId, ...(known && { known }) })),
      errorText,
      many: { ...many, spare },
    });
  }

  #tell({ upNext, failedBefores = [], runsByConnection }: AwaitExecutionsResult): void {
    if (runsByConnection) this.listener.saw(runsByConnection);
    this.listener.read(upNext, failedBefores);
  }

  /** Names are used again, so that a workflow that continues as new ends the waits that it left behind. */
  #freePlace(): number {
    let place = 0;
    while (this.#taken.has(place)) place += 1;
    return place;
  }
}

function toAwaitItem({ kind, syncId, turn: { stage } }: ActiveJob) {
  if (stage.type !== 'running') return [];
  const { executionId, createdAt, usual } = stage;
  return [{ kind, syncId, executionId, createdAt, usual }];
}
