/** Decides which execution to read next, and reads: hints first, then what has most likely ended, within the budget. */
import { setMaxListeners } from 'node:events';
import type { Execution } from '../../contracts/execution';
import type { ExecutionRef } from '../../contracts/sync-kind';
import { isPolytomicError } from '../../polytomic/errors';
import type { Budget } from './budget';
import { DueQueue } from './due-queue';
import { judgeAnswer, judgeError, type ReadVerdict } from './single-reads';
import type { WatchedExecution } from './watched-execution';
import type { WatcherClock } from './watcher-clock';
import type { HintSource } from './hint-source';
import type { Survey } from './survey';
import type { Weather } from './weather';

/** At most so many reads are under way at once. */
const mostInFlight = 20;
/** Without a queue of hints fewer are, so that few requests meet a rate limit before it is known. */
const usuallyInFlight = 4;
const hintsPerReadInFlight = 8;

/** What the loop needs. */
export interface LookLoopOptions {
  read: (ref: ExecutionRef, signal: AbortSignal) => Promise<Execution>;
  clock: WatcherClock;
  budget: Budget;
  survey: Survey;
  weather: Weather;
  /** Told of every read; the execution is in no queue then. */
  onVerdict: (watched: WatchedExecution, verdict: ReadVerdict, error: unknown) => void;
}

/** Reads executions one by one; each is in one queue at most, and in none while it is read. */
export class LookLoop {
  /** Single reads sent so far. */
  reads = 0;
  inFlight = 0;
  private readonly due = new DueQueue<WatchedExecution>();
  private readonly ready = new Set<WatchedExecution>();
  private readonly hints = new Set<WatchedExecution>();
  private surveying = false;
  private resting = true;
  private controller = createController();
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: LookLoopOptions) {}

  /** Looks at an execution when it is due, if somebody waits for it. */
  schedule(watched: WatchedExecution, dueAt: number): void {
    watched.dueAt = dueAt;
    if (watched.listeners.size === 0 || watched.reading || this.hints.has(watched)) return;
    this.ready.delete(watched);
    this.due.set(watched, dueAt);
  }

  /**
   * Something says that the run has ended: reads it at once, on top of the budget the first time. If nobody waits for it
   * just now, it is remembered until somebody does.
   */
  hint(watched: WatchedExecution): void {
    if (watched.reading) {
      watched.hintedWhileReading = true;
      return;
    }
    watched.suspect = true;
    const patience = watched.freeReads > 0 ? 0 : Math.min(1000 * 2 ** watched.falseHints, 60_000);
    this.schedule(watched, Math.min(watched.dueAt, this.options.clock.now() + patience));
  }

  /** Looks at it no more. A read under way is left to end. */
  drop(watched: WatchedExecution): void {
    this.due.delete(watched);
    this.ready.delete(watched);
    this.hints.delete(watched);
  }

  /** Somebody waits. */
  resume(): void {
    this.resting = false;
    this.pump();
  }

  /** Sends what may be sent now and sleeps until the next; nothing while nobody waits. */
  pump(): void {
    if (this.resting) return;
    const now = this.options.clock.now();
    const { openAt } = this.options.weather;
    if (now < openAt) return this.wakeAt(openAt);
    this.options.survey.refresh(now);
    this.options.budget.reserve(this.options.survey.reservedPerMinute);
    while (this.inFlight < this.width() && this.send(now));
    this.wakeAt(this.inFlight < this.width() ? this.nextAt(now) : Infinity);
  }

  /** Nobody waits: ends what is under way, and the timer, until {@link resume}. */
  stop(): void {
    this.resting = true;
    this.cancelTimer();
    this.controller.abort();
    this.controller = createController();
  }

  /** Sends the most useful request, if one may be sent now. */
  private send(now: number): boolean {
    const source = this.surveying || this.options.budget.sharedAt() > now ? undefined : this.options.survey.due(now);
    if (source) {
      this.options.budget.spendShared(now);
      void this.ask(source);
      return true;
    }
    const watched = this.choose(now);
    if (watched) void this.look(watched);
    return watched !== undefined;
  }

  private choose(now: number): WatchedExecution | undefined {
    for (let due = this.due.takeDue(now); due; due = this.due.takeDue(now)) {
      (due.suspect && due.freeReads > 0 ? this.hints : this.ready).add(due);
    }
    const [hinted] = this.hints;
    if (hinted) {
      hinted.freeReads -= 1;
      return hinted;
    }
    if (this.ready.size === 0 || this.options.budget.singleAt() > now) return undefined;
    this.options.budget.spendSingle(now);
    return this.likeliest(now);
  }

  /**
   * Where more is due than may be read: the one that has waited longest by its own measure. As the measure is
   * proportional to 1/sqrt(hazard), that is the likeliest to have ended unseen for long; and as waiting counts, all get
   * their turn.
   */
  private likeliest(now: number): WatchedExecution | undefined {
    let found: WatchedExecution | undefined;
    let most = -Infinity;
    for (const watched of this.ready) {
      const waited = watched.suspect ? Infinity : (now - watched.lookedAt) / watched.intervalMs;
      if (waited > most) [found, most] = [watched, waited];
    }
    return found;
  }

  private async ask(source: HintSource): Promise<void> {
    const { clock, weather, survey } = this.options;
    const { signal } = this.controller;
    this.surveying = true;
    this.inFlight += 1;
    try {
      await survey.look(source, clock.now(), signal);
      weather.answered();
    } catch (error) {
      if (isPolytomicError(error, 'RateLimited')) weather.blame(error, clock.now());
    }
    this.inFlight -= 1;
    this.surveying = false;
    this.pump();
  }

  private async look(watched: WatchedExecution): Promise<void> {
    const { clock, weather } = this.options;
    const { signal } = this.controller;
    this.drop(watched);
    this.begin(watched);
    let error: unknown;
    let verdict: ReadVerdict;
    try {
      const execution = await this.options.read(watched.item, signal);
      weather.succeeded();
      verdict = judgeAnswer(watched, execution, clock.now());
    } catch (caught) {
      error = caught;
      if (!signal.aborted) this.blame(watched, error);
      verdict = judgeError(watched, error, clock.now());
    }
    this.inFlight -= 1;
    watched.reading = false;
    if (signal.aborted) this.schedule(watched, watched.dueAt);
    else this.options.onVerdict(watched, verdict, error);
    this.pump();
  }

  private begin(watched: WatchedExecution): void {
    this.reads += 1;
    this.inFlight += 1;
    watched.reading = true;
    watched.hintedWhileReading = false;
  }

  /** What a failed read says about the API as a whole. */
  private blame(watched: WatchedExecution, error: unknown): void {
    const { weather, clock } = this.options;
    weather.blame(error, clock.now());
    if (isPolytomicError(error, 'Unauthorized', 'Forbidden')) watched.deniedSince ??= weather.deniedSince;
  }

  private width(): number {
    if (this.options.weather.bad) return 1;
    return Math.min(mostInFlight, Math.max(usuallyInFlight, Math.ceil(this.hints.size / hintsPerReadInFlight)));
  }

  private nextAt(now: number): number {
    const { budget, survey } = this.options;
    const single = this.ready.size > 0 ? budget.singleAt() : this.due.nextAt;
    const shared = this.surveying ? Infinity : Math.max(survey.dueAt, budget.sharedAt());
    return Math.max(now, Math.min(single, shared, survey.refreshAt));
  }

  private wakeAt(time: number): void {
    this.cancelTimer();
    this.cancelTimer = () => undefined;
    if (time === Infinity) return;
    this.cancelTimer = this.options.clock.setTimer(Math.max(0, time - this.options.clock.now()), () => this.pump());
  }
}

/** Each request under way listens to its signal; from the eleventh on Node would warn of a leak. */
function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
