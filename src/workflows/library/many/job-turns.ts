/** The jobs whose turn has come, and what each of them goes through until its result is known. */
import type {
  ItemFailure,
  PreparedRuns,
  RunningExecution,
  StartedItem,
  SyncBefore,
} from '../../../contracts/composite-activities';
import type { Execution } from '../../../contracts/execution';
import type { ResolvedFanOut } from '../../../contracts/prepared-fan-out';
import type { StepResult } from '../../../contracts/fan-out-result';
import type { SettledExecution } from '../../../contracts/waits';
import { lateAfterMs } from '../../../rules/lateness';
import { isSuccess, type Verdict } from '../../../rules/run-outcome';
import { emptyResult, resultOf } from '../../../rules/run-result';
import { decideStart } from '../../../rules/start-decision';
import * as failures from '../failures';
import { drawKeys } from '../keys';
import { toStartItem, type ActiveJob, type Job, type Whose } from './job';
import type { JobSource } from './job-source';
import { frameOf } from './job-stops';
import type { Tally } from './tally';
import type { Telling } from './telling';

/** What turns are built on. */
export interface TurnsOptions {
  prepared: PreparedRuns;
  fanOut: ResolvedFanOut;
  source: JobSource;
  tally: Tally;
  telling: Telling;
  /** Jobs that were carried along. */
  active: ActiveJob[];
}

type Started = Extract<StartedItem, { state: 'started' }>;

/** Weight of one more duration in the running mean. */
const weightOfNewest = 0.1;

/** The jobs in their turn. */
export class JobTurns {
  readonly #active: Map<string, ActiveJob>;
  #usualMs: number | null = null;

  constructor(readonly options: TurnsOptions) {
    this.#active = new Map(options.active.map((job) => [job.id, job]));
  }

  get all(): ActiveJob[] {
    return [...this.#active.values()];
  }

  get count(): number {
    return this.#active.size;
  }

  /** How long runs take, as far as known. */
  get usualMs(): number | null {
    return this.#usualMs;
  }

  /** Jobs of which it must be read what is true before they go on. */
  get between(): ActiveJob[] {
    return this.all.filter(({ turn }) => turn.stage.type === 'between');
  }

  /** The job's turn has come; `decide` says what it does first. */
  begin(job: Job): ActiveJob {
    this.options.source.take(job);
    const active = Object.assign(job, {
      turn: { since: Date.now(), late: false, stage: { type: 'between' } },
    } as const);
    this.#active.set(active.id, active);
    return active;
  }

  /** Goes on from what is true of the sync; answers whether a start is wanted, which `Starts` is to make. */
  decide(job: ActiveJob, before: SyncBefore): boolean {
    const { ifRunning } = this.options.prepared.options;
    const { start, startedAfter, ifInactive } = job;
    job.name = before.name ?? job.name;
    // A re-run of failed schemas must be a run of its own.
    const again = job.executions.length > 0;
    const rules = { ifRunning: again ? 'waitThenStart' : ifRunning, start, startedAfter, ifInactive } as const;
    const decision = decideStart(before, rules);
    switch (decision.action) {
      case 'skip':
        this.#skipFor(job, decision.running);
        return false;
      case 'failRunning':
        this.failed(job, failures.alreadyRunning(before, decision.running.executionId));
        return false;
      case 'failInactive':
        this.failed(job, failures.inactive(before));
        return false;
      case 'failProblems':
        this.failed(job, failures.hasProblems(before));
        return false;
      case 'attach':
        job.attached = true;
        this.#follow(job, decision.running, { whose: 'attached', before });
        return false;
      case 'waitForOther':
        this.#follow(job, decision.running, { whose: 'other', before });
        return false;
      case 'start': {
        const item = toStartItem(job, before, { keys: drawKeys(), activate: decision.activate });
        job.turn.stage = { type: 'starting', item, usual: before.usual, busy: false };
        // Until runs of our own tell, earlier ones do.
        this.#usualMs ??= before.usual?.medianMs ?? null;
        return true;
      }
    }
  }

  /** A start of the job's own was made. */
  started(job: ActiveJob, { executionId, createdAt }: Started): void {
    const { stage } = job.turn;
    const usual = stage.type === 'starting' ? stage.usual : null;
    const beganAt = Date.now();
    job.turn.stage = { type: 'running', whose: 'own', executionId, createdAt, usual, beganAt, awaited: false };
  }

  /** A wait told of jobs that were in it. */
  settled(jobs: readonly ActiveJob[], settled: readonly SettledExecution[]): void {
    const byExecution = new Map<string, ActiveJob>();
    for (const job of jobs) if (job.turn.stage.type === 'running') byExecution.set(job.turn.stage.executionId, job);
    for (const end of settled) {
      const id = end.state === 'ended' ? end.execution.executionId : end.executionId;
      const job = byExecution.get(id);
      if (job?.turn.stage.type === 'running') this.#over(job, end, job.turn.stage.whose);
    }
  }

  /** The job cannot go on. */
  failed(job: Job, { type, message }: Pick<ItemFailure, 'message'> & { type?: string | null }): void {
    const verdict: Verdict = { outcome: 'failed', reason: `${type}: ${message}` };
    this.end(job, emptyResult(frameOf(job, this.options.prepared.organization), verdict, null));
  }

  /**
   * Nothing more may start, so jobs that would have to are over: those that wait for others' runs or for a re-run. They
   * end as their earlier runs did, or else as `verdict` says.
   */
  endIdle(verdict: Verdict): void {
    const { organization, options } = this.options.prepared;
    for (const job of this.all) {
      const { stage } = job.turn;
      if (stage.type !== 'between' && !(stage.type === 'running' && stage.whose === 'other')) continue;
      const frame = frameOf(job, organization);
      const { executions } = job;
      this.end(job, executions.length > 0 ? resultOf(frame, executions, options) : emptyResult(frame, verdict, null));
    }
  }

  /** The result of a job is known, and with it perhaps that of others that hang on it. */
  end(job: Job, result: StepResult): void {
    const { source, tally, telling, prepared } = this.options;
    this.#active.delete(job.id);
    tally.add(job, result, Date.now());
    telling.ended(job, result);
    for (const { job: dependent, because } of source.ended(job, result)) {
      const verdict: Verdict = { outcome: 'skipped', reason: `"${because}" did not succeed` };
      const skipped = { ...emptyResult(frameOf(dependent, prepared.organization), verdict, null), because };
      tally.add(dependent, skipped, Date.now());
    }
  }

  /** When the job is late, or out of time, next; null: never. */
  dueAt(job: ActiveJob): number | null {
    const times = [this.#lateAt(job), this.expiresAt(job)].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** When the job is out of time; null: never, or it is being stopped. */
  expiresAt({ turn }: ActiveJob): number | null {
    const { timeoutPerSyncMs } = this.options.fanOut;
    return timeoutPerSyncMs === null || turn.stage.type === 'stopping' ? null : turn.since + timeoutPerSyncMs;
  }

  /** Tells of the jobs that have become late. */
  markLate(now: number): void {
    for (const job of this.all) {
      const lateAt = this.#lateAt(job);
      if (lateAt === null || now < lateAt) continue;
      job.turn.late = true;
      this.options.telling.late(job);
    }
  }

  #lateAt({ turn: { late, stage } }: ActiveJob): number | null {
    if (late || stage.type !== 'running') return null;
    const after = lateAfterMs(this.options.prepared.options.warnAfter, stage.usual);
    return after === null ? null : stage.beganAt + after;
  }

  #over(job: ActiveJob, end: SettledExecution, whose: Whose): void {
    if (whose === 'other') {
      // However it ended, or whether it can still be read: what is true now must be read anyway.
      job.turn.stage = { type: 'between' };
    } else if (end.state === 'lost') {
      const verdict: Verdict = { outcome: 'failed', reason: `${end.failure.type}: ${end.failure.message}` };
      this.end(job, emptyResult(frameOf(job, this.options.prepared.organization), verdict, end.executionId));
    } else {
      this.#ended(job, end.execution);
    }
  }

  #ended(job: ActiveJob, execution: Execution): void {
    const { prepared } = this.options;
    job.executions.push(execution);
    this.#noteDuration(execution);
    const result = resultOf(frameOf(job, prepared.organization), job.executions, prepared.options);
    const { failedSchemas } = execution;
    if (isSuccess(result.outcome) || job.retriesLeft === 0 || !failedSchemas?.length) return this.end(job, result);
    job.retriesLeft -= 1;
    job.start = { ...job.start, schemas: failedSchemas };
    job.turn.stage = { type: 'between' };
  }

  #skipFor(job: ActiveJob, { executionId, status }: RunningExecution): void {
    const verdict: Verdict = { outcome: 'skipped', reason: 'a run is in progress' };
    const frame = frameOf(job, this.options.prepared.organization);
    this.end(job, { ...emptyResult(frame, verdict, executionId), status });
  }

  #follow(job: ActiveJob, run: RunningExecution, { whose, before }: { whose: Whose; before: SyncBefore }): void {
    const { executionId, createdAt, startedAt } = run;
    const began = Date.parse(startedAt ?? createdAt ?? '');
    const beganAt = Number.isNaN(began) ? Date.now() : Math.min(began, Date.now());
    const { usual } = before;
    job.turn.stage = { type: 'running', whose, executionId, createdAt, usual, beganAt, awaited: false };
  }

  #noteDuration({ ending, createdAt, completedAt }: Execution): void {
    const ms = Date.parse(completedAt ?? '') - Date.parse(createdAt ?? '');
    if (ending !== 'completed' || !(ms > 0)) return;
    this.#usualMs = this.#usualMs === null ? ms : this.#usualMs * (1 - weightOfNewest) + ms * weightOfNewest;
  }
}
