/** The one loop behind fan-outs and pipelines: keeps as many jobs running as may run, until all of them are done. */
import { condition } from '@temporalio/workflow';
import type { ItemFailure } from '../../../contracts/composite-activities';
import { reactionTo } from '../../../rules/failure-policy';
import { gatheredDeadline, lingerMs } from '../../../rules/linger';
import type { Pace } from '../../../rules/pace';
import type { Verdict } from '../../../rules/run-outcome';
import { emptyResult } from '../../../rules/run-result';
import { Alarm } from './alarm';
import { Beginnings } from './beginnings';
import { concernsAll } from './item-failure';
import type { ActiveJob, Job } from './job';
import { frameOf } from './job-stops';
import { JobTurns, type TurnsOptions } from './job-turns';
import { LookRhythm } from './look-rhythm';
import { Places } from './places';
import { Starts } from './starts';
import { Stops, type StopOptions } from './stops';
import { UnderWay } from './under-way';
import { Waits, type WaitOptions } from './waits';

/** What a loop is built on. */
export interface LoopOptions extends TurnsOptions {
  /** Name of the loop among all that wait. */
  name: string;
  pace: Pace;
  paused: boolean;
  /** Whether to stop, with nothing but waits under way, so that the workflow may continue as new. */
  shouldLeave: () => boolean;
  /** Told after each step. */
  onStep: () => void;
}

/** Runs jobs until all are done. */
export class SelectLoop {
  readonly turns: JobTurns;
  readonly stops: Stops;
  paused: boolean;
  /** Why nothing is started any more. */
  #closed: Verdict | null = null;
  #leaving = false;
  #fatal: ItemFailure | null = null;
  #loading = false;
  /** A look has come back since the last step. */
  #looked = false;
  readonly #rhythm = new LookRhythm();
  readonly #underWay = new UnderWay();
  readonly #alarm = new Alarm(this.#underWay);
  readonly #starts: Starts;
  readonly #waits: Waits;
  readonly #places: Places;
  readonly #beginnings: Beginnings;

  constructor(readonly options: LoopOptions) {
    const { prepared, fanOut, name, source } = options;
    const { organization, setup } = prepared;
    const { ifRunning, errorText, retryFailedSchemas } = prepared.options;
    this.paused = options.paused;
    this.turns = new JobTurns(options);
    this.#places = new Places(fanOut, source, this.turns);
    this.#starts = new Starts(organization, this.#underWay, {
      started: (job, started) => this.turns.started(job, started),
      refused: (job, before) => {
        job.turn.stage = { type: 'between' };
        this.#beginnings.know(before);
      },
      failed: (job, failure) => this.#failed(job, failure),
    });
    this.stops = new Stops({ prepared, underWay: this.#underWay, turns: this.turns, starts: this.#starts });
    this.#beginnings = new Beginnings({
      ...{ turns: this.turns, places: this.#places, source, pace: options.pace },
      failed: (job, failure) => this.#failed(job, failure),
    });
    const many = {
      fullBefore: ifRunning !== 'waitThenStart',
      failedSchemas: retryFailedSchemas > 0,
      schemas: source.keepsSchemas,
      connections: fanOut.maxConcurrentPerConnection !== null,
    };
    this.#waits = new Waits({ organization, setup, errorText, many, name }, this.#underWay, {
      returned: (jobs, settled) => {
        this.#places.returned(jobs);
        this.turns.settled(jobs, settled);
      },
      looked: () => (this.#looked = true),
      read: (befores, failed) => {
        for (const before of befores) this.#beginnings.know(before);
        this.#beginnings.couldNotRead(failed);
      },
      saw: (runs) => this.#places.saw(runs),
    });
  }

  /** What keeps every sync from being started, once all that ran has ended. */
  get fatal(): ItemFailure | null {
    return this.#fatal;
  }

  /** Goes on until all jobs are done, or only waits are under way and `shouldLeave`. */
  async run(): Promise<'done' | 'leave'> {
    for (;;) {
      this.#underWay.check();
      this.#step(Date.now());
      this.options.onStep();
      if (this.#isDone) return 'done';
      if (this.#leaving && this.#starts.none && this.stops.none && !this.#loading) return 'leave';
      await condition(() => this.#underWay.changed);
      this.#underWay.changed = false;
    }
  }

  /** Something was asked for from outside: the loop takes a step. */
  poke(): void {
    this.#underWay.changed = true;
  }

  /** After a cancellation or timeout: stops whatever goes on, nothing more being started, and waits for the ends. */
  async stopAll(how: StopOptions): Promise<void> {
    this.close(how.verdict);
    this.stops.begin(this.turns.all, how);
    await this.#underWay.ended();
    // Only now is it known what the starts that were under way have made.
    this.stops.begin(this.turns.all, how);
    await this.#underWay.ended();
  }

  /** Starts nothing more; jobs that have not started count as `verdict`. */
  close(verdict: Verdict): void {
    if (this.#closed) return;
    this.#closed = verdict;
    const { source, tally, prepared } = this.options;
    const { jobs, unread } = source.drop();
    for (const job of jobs) {
      tally.add(job, emptyResult(frameOf(job, prepared.organization), verdict, null), Date.now());
    }
    tally.addMany(verdict.outcome, unread);
  }

  get #mayStart(): boolean {
    return !this.paused && !this.#closed && !this.#leaving;
  }

  get #isDone(): boolean {
    if (this.turns.count > 0 || this.#loading) return false;
    return this.#closed !== null || (this.options.source.waiting === 0 && !this.options.source.wantsMore);
  }

  #step(now: number): void {
    const { source, telling } = this.options;
    this.#leaving ||= this.options.shouldLeave();
    if (this.#fatal) this.close({ outcome: 'skipped', reason: this.#fatal.message });
    this.turns.markLate(now);
    this.#stopExpired(now);
    this.#obeyPolicy();
    if (this.#closed) this.turns.endIdle(this.#closed);
    this.#start(now);
    this.#tendStarts();
    this.#wait();
    this.#look(now);
    if (source.wantsMore && !this.#loading && this.#mayStart) this.#load();
    if (!this.#leaving) telling.notifier.flush();
    this.#alarm.setFor(this.#wakeTimes(now), now);
  }

  #stopExpired(now: number): void {
    const expired = this.turns.all.filter((job) => (this.turns.expiresAt(job) ?? Infinity) <= now);
    const cancel = this.options.prepared.options.onTimeout === 'cancelOwn';
    this.stops.begin(expired, { cancel, verdict: { outcome: 'timedOut', reason: 'timeoutPerSync has passed' } });
  }

  #obeyPolicy(): void {
    const { fanOut, tally } = this.options;
    const { mayStart, cancelRunning } = reactionTo(fanOut.failurePolicy, tally.unsuccessful);
    const reason = 'another sync did not succeed';
    if (!mayStart) this.close({ outcome: 'skipped', reason });
    if (!cancelRunning) return;
    this.stops.begin(this.turns.all, { cancel: true, verdict: { outcome: 'canceled', reason } });
  }

  #start(now: number): void {
    if (this.#mayStart) {
      const { starting, decided } = this.#beginnings.begin(now);
      if (decided > 0 || this.#looked) this.#rhythm.note(decided > 0, now);
      this.#starts.begin(starting);
    }
    this.#looked = false;
    this.#beginnings.forget();
  }

  #tendStarts(): void {
    const idle = this.turns.all.filter(({ turn: { stage } }) => stage.type === 'starting' && !stage.busy);
    if (this.#leaving) this.#starts.abandon(this.turns.all);
    else this.#starts.resume(idle);
  }

  /** One wait for what goes on and what was just started: so the first step of starts is awaited before. */
  #wait(): void {
    if (this.#starts.inFirstStep || this.#leaving) return;
    const unawaited = this.turns.all.filter(({ turn: { stage } }) => stage.type === 'running' && !stage.awaited);
    this.#waits.begin(unawaited, (chunk) => this.#waitOptions(chunk));
  }

  #waitOptions(chunk: ActiveJob[]): WaitOptions {
    const { pace, source, fanOut } = this.options;
    const due = chunk.flatMap((job) => this.turns.dueAt(job) ?? []);
    const startsMore = this.#mayStart && (source.waiting > 0 || chunk.some(({ retriesLeft }) => retriesLeft > 0));
    const endsMatter = startsMore || fanOut.failurePolicy === 'cancelRest';
    const linger = lingerMs(this.turns.usualMs, { endsMatter, mostMs: source.mostLingerMs });
    // Where starts are paced, what is true is read just before they may come.
    const upNext = this.#mayStart && pace.perMinute === null ? this.#places.afterEndOf(chunk) : [];
    return { deadlineAt: gatheredDeadline(due, { now: Date.now(), lingerMs: linger }), lingerMs: linger, upNext };
  }

  #look(now: number): void {
    if (!this.#mayStart || this.#waits.looking || this.#starts.inFirstStep || now < this.#rhythm.at) return;
    if (this.#rhythm.isStuck) this.#places.forgetOthers();
    const allowance = this.options.pace.allowance(now);
    if (allowance === 0) return;
    const jobs: Job[] = [...this.turns.between, ...this.#places.free(allowance)];
    if (jobs.length > 0) this.#waits.look(jobs);
    else if (this.#places.blockedByOthers) this.#rhythm.note(false, now);
  }

  /** What no activity under way would tell in time. */
  #wakeTimes(now: number): number[] {
    const unawaited = this.turns.all.filter(({ turn: { stage } }) => !('awaited' in stage));
    const expiries = this.#starts.inFirstStep ? [] : unawaited.flatMap((job) => this.turns.expiresAt(job) ?? []);
    return [...expiries, ...this.#nextBeginnings(now)].filter((at) => at > now);
  }

  #nextBeginnings(now: number): number[] {
    const { pace, source } = this.options;
    if (!this.#mayStart || this.#waits.looking || source.waiting + this.turns.between.length === 0) return [];
    const isPaced = this.#places.room().free > 0 && pace.allowance(now) === 0;
    return [this.#rhythm.at, ...(isPaced ? [pace.nextAt(now)] : [])];
  }

  #load(): void {
    this.#loading = true;
    const over = (): void => void (this.#loading = false);
    this.#underWay.begin(() => this.options.source.load().finally(over), over);
  }

  #failed(job: ActiveJob, failure: ItemFailure): void {
    if (concernsAll(failure)) this.#fatal ??= failure;
    this.turns.failed(job, failure);
  }
}
