/** The one who looks at Polytomic for all who wait: one per client, however many executions are awaited. */
import type { Execution } from '../../contracts/execution';
import type { ExecutionRef, SyncKind } from '../../contracts/sync-kind';
import type { ReadBatchStatus } from './batch-status';
import type { ReadEvents } from './event-feed';
import { Lookout } from './lookout';
import { inRootContext } from './root-context';
import { Wait, type WatchOutcome, type WatchRequest } from './wait';
import { takeMemory, type WatchMemory } from './watch-memory';
import { toProgress, type WatchProgress } from './watch-progress';
import { systemClock, type WatcherClock } from './watcher-clock';

export type { WatchOutcome, WatchRequest } from './wait';

/** What a watcher is built from. */
export interface WatcherOptions {
  /** Reads an execution by its id; throws a `PolytomicError`. The signal aborts when nobody waits any more. */
  read: (ref: ExecutionRef, signal: AbortSignal) => Promise<Execution>;
  /** Requests a minute for looking, at least 1; one read to confirm each end comes on top. */
  requestsPerMinute: number;
  /** Reads events, as hints when to look; default: none. */
  readEvents?: ReadEvents;
  /** Reads the batch status of bulk syncs, as hints when to look; default: none. */
  readBatchStatus?: ReadBatchStatus;
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

/**
 * Waits for ends of executions. No answer of Polytomic ends a wait but a read of the execution itself that shows its end,
 * and refusals (401, 403, 404, 400) that lasted.
 */
export class ExecutionWatcher {
  private readonly clock: WatcherClock;
  private readonly lookout: Lookout;
  private readonly waits = new Map<string, Wait>();
  private closed = false;

  /** @throws RangeError that names `requestsPerMinute` when it is below 1. */
  constructor(options: WatcherOptions) {
    const { requestsPerMinute, clock = systemClock, random = Math.random } = options;
    if (!(requestsPerMinute >= 1)) {
      throw new RangeError(`requestsPerMinute: expected a number from 1 up, got ${String(requestsPerMinute)}`);
    }
    this.clock = clock;
    this.lookout = new Lookout({ ...options, requestsPerMinute: Math.floor(requestsPerMinute), clock, random });
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
    return takeMemory(this.waits.get(waiter)?.pending ?? [], this.lookout.memory);
  }

  /** Where the executions of a wait stood at their last look. */
  live(waiter: string): WatchProgress {
    return toProgress(this.waits.get(waiter)?.pending ?? []);
  }

  /** Says that an execution may have ended, so that it is read at once. Others than those waited for are ignored. */
  hint(executionId: string): void {
    inRootContext(() => this.lookout.hint(executionId));
  }

  /** Says that somebody else sent a request that belongs to this watcher's budget. */
  countRequest(): void {
    this.lookout.spend();
  }

  /** Fails every wait and leaves nothing behind. */
  close(): void {
    this.closed = true;
    for (const wait of [...this.waits.values()]) wait.fail(closedError());
    this.lookout.forget();
  }

  get stats(): WatcherStats {
    return { ...this.lookout.stats, waits: this.waits.size };
  }

  private register(request: WatchRequest): Promise<WatchOutcome> {
    const wait = new Wait(request, { clock: this.clock, onLeave: (left) => this.release(left) });
    if (this.closed) wait.fail(closedError());
    else this.begin(wait);
    return wait.promise;
  }

  private begin(wait: Wait): void {
    const { waiter, items, memory } = wait.request;
    const older = this.waits.get(waiter);
    this.waits.set(waiter, wait);
    for (const watched of this.lookout.join(items, wait, memory)) wait.pending.add(watched);
    older?.finish('superseded');
    wait.begin();
    if (this.waits.size > 0) this.lookout.resume();
  }

  private release(wait: Wait): void {
    if (this.waits.get(wait.request.waiter) === wait) this.waits.delete(wait.request.waiter);
    this.lookout.leave(wait.pending, wait);
    if (this.waits.size === 0) this.lookout.rest();
  }
}

const closedError = (): Error => new Error('The execution watcher is closed.');
