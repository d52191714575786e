/** Keeps the executions that are awaited, plans when each is looked at, and acts on what was seen. */
import type { Execution } from '../../contracts/execution';
import { isPolytomicError } from '../../polytomic/errors';
import { Budget } from './budget';
import type { WatcherOptions, WatcherStats } from './execution-watcher';
import { LookLoop } from './look-loop';
import { planLook } from './plan-look';
import { denialGraceMs, type ReadVerdict } from './single-reads';
import { Survey } from './survey';
import { recall, type CommonMemory, type WatchMemory } from './watch-memory';
import {
  lastSeen,
  watchedExecution,
  type EndListener,
  type LastSeen,
  type WatchedExecution,
  type WatchItem,
} from './watched-execution';
import { WatchedExecutions } from './watched-executions';
import type { WatcherClock } from './watcher-clock';
import { Weather } from './weather';

/** So often a run that is said to have ended, yet reads as running, is looked at again soon. */
const mostRechecks = 3;
const mostWarnings = 100;

interface LookoutOptions extends WatcherOptions {
  clock: WatcherClock;
  random: () => number;
}

/** The watcher without its waits. */
export class Lookout {
  private readonly budget: Budget;
  private readonly weather: Weather;
  private readonly survey: Survey;
  private readonly loop: LookLoop;
  private readonly executions: WatchedExecutions;
  private readonly warned = new Set<string>();

  constructor(private readonly options: LookoutOptions) {
    const { read, requestsPerMinute, clock, random } = options;
    const budget = (this.budget = new Budget(requestsPerMinute));
    this.weather = new Weather(random);
    this.executions = new WatchedExecutions(clock);
    this.survey = this.createSurvey();
    const { weather, survey } = this;
    const onVerdict = this.apply.bind(this);
    this.loop = new LookLoop({ read, clock, budget, weather, survey, onVerdict });
  }

  get stats(): Omit<WatcherStats, 'waits'> {
    const { reads, inFlight } = this.loop;
    return { requests: reads + this.survey.requests, inFlight, executions: this.executions.size };
  }

  /** What a next worker should know of the client as a whole. */
  get memory(): CommonMemory {
    return { deniedSince: this.weather.deniedSince, eventsReadUpTo: this.survey.eventsReadUpTo };
  }

  /** Adds a listener to executions. Tells it at once of those known to have ended; returns the others. */
  join(items: readonly WatchItem[], listener: EndListener, memory: WatchMemory | undefined): WatchedExecution[] {
    const now = this.options.clock.now();
    if (memory?.denied) this.weather.recallDenied(memory.denied * 1000);
    const joined = items.map((item) => this.executions.get(item.executionId) ?? this.begin(item, memory));
    const awaited = joined.filter(({ settled }) => !settled);
    for (const watched of awaited) {
      watched.listeners.add(listener);
      this.executions.keep(watched);
    }
    if (awaited.some(({ registeredAt }) => registeredAt === now)) {
      this.survey.grew(now, memory?.events && memory.events * 1000);
    }
    for (const watched of awaited) this.plan(watched);
    for (const watched of joined) if (watched.settled) listener.add(watched, watched.settled);
    return awaited;
  }

  /** Removes a listener; what nobody listens to is not looked at any more. */
  leave(executions: Iterable<WatchedExecution>, listener: EndListener): void {
    for (const watched of executions) {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0) continue;
      this.loop.drop(watched);
      this.executions.keep(watched);
    }
  }

  hint(executionId: string): void {
    this.suspect(executionId);
    this.loop.pump();
  }

  /** Somebody else spent a request of the budget. */
  spend(): void {
    this.budget.spendShared(this.options.clock.now());
  }

  resume(): void {
    this.loop.resume();
  }

  /** Nobody waits: ends what is under way, and the timer. */
  rest(): void {
    this.loop.stop();
  }

  forget(): void {
    this.executions.clear();
  }

  private createSurvey(): Survey {
    const { readEvents, readBatchStatus, random, requestsPerMinute } = this.options;
    return new Survey({
      ...(readEvents && { readEvents }),
      ...(readBatchStatus && { readBatchStatus }),
      random,
      requestsPerMinute,
      awaited: () => this.executions.awaited(),
      onEnd: (executionId) => this.suspect(executionId),
      onRunning: (watched, at, seen) => this.heardRunning(watched, at, seen),
      onCoverage: () => this.planAll(),
      warn: (message, attributes) => this.warn(message, attributes),
    });
  }

  private begin(item: WatchItem, memory: WatchMemory | undefined): WatchedExecution {
    const watched = watchedExecution(item, { now: this.options.clock.now(), ...recall(memory, item.executionId) });
    watched.jitter = watched.looked ? this.jitter() : 0.3 + 0.7 * this.options.random();
    if (this.survey.heardOf(item.executionId)) this.loop.hint(watched);
    return watched;
  }

  private plan(watched: WatchedExecution): void {
    this.loop.schedule(watched, planLook(watched, this.options.clock.now(), this.survey));
  }

  private planAll(): void {
    for (const watched of this.executions.awaited()) this.plan(watched);
  }

  private suspect(executionId: string): void {
    const watched = this.executions.get(executionId);
    if (watched && !watched.settled) this.loop.hint(watched);
  }

  private apply(watched: WatchedExecution, verdict: ReadVerdict, error: unknown): void {
    const { clock, random } = this.options;
    switch (verdict.kind) {
      case 'ended':
        this.survey.found({ watched, at: clock.now(), completedAt: verdict.execution.completedAt });
        return this.executions.settle(watched, { state: 'ended', execution: verdict.execution });
      case 'lost':
        for (const lost of this.deniedTooLong(error) ? [...this.executions.awaited()] : [watched]) {
          const { executionId, syncId, kind } = lost.item;
          this.loop.drop(lost);
          this.executions.settle(lost, { state: 'lost', executionId, syncId, kind, failure: verdict.failure });
        }
        return;
      case 'running':
        return this.goOn(watched, verdict.execution);
      case 'unread':
        if (!isPolytomicError(error)) this.warn('A read of an execution failed unexpectedly', { error: String(error) });
        this.loop.schedule(watched, clock.now() + verdict.afterMs * (0.8 + 0.2 * random()));
    }
  }

  private goOn(watched: WatchedExecution, execution: Execution): void {
    const { kind, status } = execution;
    if (this.options.isKnownStatus?.(kind, status) === false) {
      this.warn('Waiting on an execution with an unknown status', { kind, status });
    }
    const wasSuspect = watched.suspect;
    watched.suspect = false;
    this.saw(watched, this.options.clock.now(), lastSeen(execution));
    if (wasSuspect) this.recheck(watched);
    if (watched.hintedWhileReading) this.loop.hint(watched);
  }

  /** A hint came before the execution shows its end, or was wrong: a few more looks tell. */
  private recheck(watched: WatchedExecution): void {
    watched.freeReads = 0;
    watched.falseHints += 1;
    if (watched.falseHints > mostRechecks) return;
    watched.suspect = true;
    this.loop.schedule(watched, this.options.clock.now() + 1000 * 2 ** watched.falseHints);
  }

  private saw(watched: WatchedExecution, at: number, seen: LastSeen): void {
    watched.seen = seen;
    watched.lookedAt = watched.aliveAt = at;
    watched.looked = true;
    watched.jitter = this.jitter();
    this.plan(watched);
  }

  /** A source says that it runs. That may be wrong, so it puts off no read beyond what trust in the source allows. */
  private heardRunning(watched: WatchedExecution, at: number, seen: LastSeen): void {
    if (watched.settled || watched.reading || at < watched.aliveAt) return;
    watched.seen = seen;
    watched.aliveAt = at;
    this.plan(watched);
  }

  private deniedTooLong(error: unknown): boolean {
    const now = this.options.clock.now();
    const since = this.weather.deniedSince ?? now;
    return isPolytomicError(error, 'Unauthorized', 'Forbidden') && now - since >= denialGraceMs;
  }

  private jitter(): number {
    return 0.85 + 0.2 * this.options.random();
  }

  /** Warns once of each thing, and not without end. */
  private warn(message: string, attributes: Record<string, unknown>): void {
    const key = message + JSON.stringify(attributes);
    if (this.warned.has(key) || this.warned.size >= mostWarnings) return;
    this.warned.add(key);
    this.options.log?.warn(message, attributes);
  }
}
