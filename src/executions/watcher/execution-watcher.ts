/** The one who looks at Polytomic for all who wait: one per client, however many executions are awaited. */
import type { Execution } from '../../contracts/execution';
import type { ExecutionRef, SyncKind } from '../../contracts/sync-kind';
import { isPolytomicError } from '../../polytomic/errors';
import { Budget } from './budget';
import { shortestIntervalMs, wantedIntervalMs } from './hazard';
import { LookLoop } from './look-loop';
import { inRootContext } from './root-context';
import { denialGraceMs, type ReadVerdict } from './single-reads';
import { recall, takeMemory, type WatchMemory } from './watch-memory';
import { toProgress, type WatchProgress } from './watch-progress';
import { lastSeen, watchedExecution, type WatchedExecution, type WatchItem } from './watched-execution';
import { systemClock, type WatcherClock } from './watcher-clock';
import { WatchedExecutions } from './watched-executions';
import { Wait, type WatchOutcome, type WatchRequest } from './wait';
import { Weather } from './weather';

export type { WatchOutcome, WatchRequest } from './wait';

/** What a watcher is built from. */
export interface WatcherOptions {
  /** Reads an execution by its id; throws a `PolytomicError`. The signal aborts when nobody waits any more. */
  read: (ref: ExecutionRef, signal: AbortSignal) => Promise<Execution>;
  /** Requests a minute for looking, at least 1; one read to confirm each end comes on top. */
  requestsPerMinute: number;
  /** Whether a status has a known meaning; others are logged, once each. Default: all are known. */
  isKnownStatus?: (kind: SyncKind, status: string) => boolean;
  /** Default: the machine's clock. */
  clock?: WatcherClock;
  /** From 0 up to 1. Default: `Math.random`. */
  random?: () => number;
  log?: { warn(message: string, attributes?: Record<string, unknown>): void };
}

/** What a watcher is doing, for health and benchmarks. */
export interface WatcherStats {
  /** Requests sent since it was built. */
  requests: number;
  inFlight: number;
  waits: number;
  /** Executions that are remembered, waited for or not. */
  executions: number;
}

/** A run just started whose usual duration is known is first looked at then: starts that fail, fail soon. */
const firstLookMs = 3_000;
/** The same where nothing is known: it may take a second. */
const firstBlindLookMs = 1_000;

/** Waits for ends of executions. Bad answers of Polytomic never end a wait; see {@link ReadVerdict} for what does. */
export class ExecutionWatcher {
  private readonly clock: WatcherClock;
  private readonly random: () => number;
  private readonly weather: Weather;
  private readonly loop: LookLoop;
  private readonly executions: WatchedExecutions;
  private readonly waits = new Map<string, Wait>();
  private readonly logged = new Set<string>();
  private closed = false;

  constructor(private readonly options: WatcherOptions) {
    const { read, requestsPerMinute, clock = systemClock, random = Math.random } = options;
    if (!(requestsPerMinute >= 1)) {
      throw new RangeError(`requestsPerMinute: expected a number from 1 up, got ${String(requestsPerMinute)}`);
    }
    this.clock = clock;
    this.random = random;
    this.weather = new Weather(random);
    this.executions = new WatchedExecutions(clock);
    this.loop = new LookLoop({
      read,
      clock,
      budget: new Budget(Math.floor(requestsPerMinute)),
      weather: this.weather,
      onVerdict: (watched, verdict, error) => this.apply(watched, verdict, error),
    });
  }

  /**
   * Waits until some of the executions settle (or the deadline passes, or a newer wait of the same name takes over).
   * Throws the signal's reason when the caller leaves, and an Error when the watcher is closed.
   */
  watch(request: WatchRequest): Promise<WatchOutcome> {
    return inRootContext(() => this.register(request));
  }

  /** What a next worker needs to know to go on with a wait; empty for a waiter that is not waiting. */
  memory(waiter: string): WatchMemory {
    return takeMemory(this.waits.get(waiter)?.pending ?? [], this.weather.deniedSince);
  }

  /** Where the executions of a wait stood at their last look. */
  live(waiter: string): WatchProgress {
    return toProgress(this.waits.get(waiter)?.pending ?? []);
  }

  /** Says that an execution may have ended, so that it is read at once. Others than those waited for are ignored. */
  hint(executionId: string): void {
    const watched = this.executions.get(executionId);
    if (!watched || watched.listeners.size === 0) return;
    inRootContext(() => {
      this.loop.hint(watched);
      this.loop.pump();
    });
  }

  /** Fails every wait and leaves nothing behind. */
  close(): void {
    this.closed = true;
    for (const wait of [...this.waits.values()]) wait.fail(new Error('The execution watcher is closed.'));
    this.executions.clear();
  }

  get stats(): WatcherStats {
    const { reads: requests, inFlight } = this.loop;
    return { requests, inFlight, waits: this.waits.size, executions: this.executions.size };
  }

  private register(request: WatchRequest): Promise<WatchOutcome> {
    const wait = new Wait(request, { clock: this.clock, onLeave: (left) => this.release(left) });
    const older = this.waits.get(request.waiter);
    this.waits.set(request.waiter, wait);
    if (request.memory?.denied) this.weather.recallDenied(request.memory.denied * 1000);
    for (const item of request.items) this.add(wait, item, request.memory);
    older?.finish('superseded');
    if (this.closed) wait.fail(new Error('The execution watcher is closed.'));
    wait.begin();
    this.loop.pump();
    return wait.promise;
  }

  private add(wait: Wait, item: WatchItem, memory: WatchMemory | undefined): void {
    const now = this.clock.now();
    const known = this.executions.get(item.executionId);
    if (known?.settled) return wait.add(known, known.settled);
    const watched = known ?? watchedExecution(item, { now, ...recall(memory, item.executionId) });
    const idle = watched.listeners.size === 0;
    watched.listeners.add(wait);
    wait.pending.add(watched);
    if (!known) this.begin(watched, now);
    else if (idle) this.loop.schedule(watched, watched.dueAt);
    this.executions.keep(watched);
  }

  private begin(watched: WatchedExecution, now: number): void {
    const seenBefore = watched.lookedAt < now;
    if (seenBefore) return this.plan(watched, this.interval(watched));
    watched.intervalMs = shortestIntervalMs;
    const youngest = watched.item.usual ? firstLookMs : firstBlindLookMs;
    const wait = watched.beganAt < now ? 0 : Math.min(youngest, this.interval(watched));
    this.loop.schedule(watched, now + wait * (0.8 + 0.4 * this.random()));
  }

  private interval({ item, beganAt }: WatchedExecution): number {
    return wantedIntervalMs(item.usual, this.clock.now() - beganAt);
  }

  private plan(watched: WatchedExecution, intervalMs: number): void {
    watched.intervalMs = intervalMs;
    this.loop.schedule(watched, watched.lookedAt + intervalMs * (0.85 + 0.2 * this.random()));
  }

  private apply(watched: WatchedExecution, verdict: ReadVerdict, error: unknown): void {
    const now = this.clock.now();
    const { executionId, syncId, kind } = watched.item;
    switch (verdict.kind) {
      case 'ended':
        return this.executions.settle(watched, { state: 'ended', execution: verdict.execution });
      case 'lost':
        if (this.deniedTooLong(now, error)) return this.loseAll(verdict);
        return this.executions.settle(watched, { state: 'lost', executionId, syncId, kind, failure: verdict.failure });
      case 'running':
        return this.goOn(watched, verdict.execution, now);
      case 'unread':
        if (!isPolytomicError(error))
          this.warnOnce('A read of an execution failed unexpectedly', { error: String(error) });
        this.retry(watched, verdict.afterMs, now);
    }
  }

  private goOn(watched: WatchedExecution, execution: Execution, now: number): void {
    const { kind, status } = execution;
    if (this.options.isKnownStatus?.(kind, status) === false) {
      this.warnOnce('Waiting on an execution with an unknown status', { kind, status });
    }
    watched.seen = lastSeen(execution);
    watched.lookedAt = watched.aliveAt = now;
    this.plan(watched, this.interval(watched));
    if (watched.hinted) this.loop.hint(watched);
  }

  private retry(watched: WatchedExecution, afterMs: number, now: number): void {
    this.loop.schedule(watched, now + afterMs * (0.8 + 0.2 * this.random()));
  }

  private deniedTooLong(now: number, error: unknown): boolean {
    const { deniedSince } = this.weather;
    return isPolytomicError(error, 'Unauthorized', 'Forbidden') && now - (deniedSince ?? now) >= denialGraceMs;
  }

  private loseAll({ failure }: ReadVerdict & { kind: 'lost' }): void {
    for (const watched of [...this.executions.awaited()]) {
      const { executionId, syncId, kind } = watched.item;
      this.executions.settle(watched, { state: 'lost', executionId, syncId, kind, failure });
    }
  }

  private release(wait: Wait): void {
    if (this.waits.get(wait.request.waiter) === wait) this.waits.delete(wait.request.waiter);
    for (const watched of wait.pending) {
      watched.listeners.delete(wait);
      if (watched.listeners.size > 0) continue;
      this.loop.drop(watched);
      this.executions.keep(watched);
    }
    if (this.waits.size === 0) this.loop.stop();
  }

  private warnOnce(message: string, attributes: Record<string, unknown>): void {
    const key = message + JSON.stringify(attributes);
    if (this.logged.has(key) || this.logged.size >= 100) return;
    this.logged.add(key);
    this.options.log?.warn(message, attributes);
  }
}
