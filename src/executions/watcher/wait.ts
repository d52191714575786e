/** One call of `watch`: what it still waits for, what has settled, and when it returns. */
import type { SettledExecution } from '../../contracts/waits';
import { PendingCall } from './pending-call';
import type { WatchedExecution, WatchItem } from './watched-execution';
import type { WatchMemory } from './watch-memory';
import type { WatcherClock } from './watcher-clock';

/** What to wait for, and how long. */
export interface WatchRequest {
  /** Name of this wait, unique per workflow and wait; a newer registration of the same name ends the older. */
  waiter: string;
  items: WatchItem[];
  /** After the first end, how long to gather more, in milliseconds. */
  lingerMs: number;
  /** Return at this time at the latest, milliseconds since the epoch; null: wait without end. */
  deadlineAt: number | null;
  /** Leaves at once, with the signal's reason as the error: the caller's activity was cancelled or the worker stops. */
  signal: AbortSignal;
  /** What a previous worker handed over, as {@link ExecutionWatcher.memory} gave it there. */
  memory?: WatchMemory;
}

/** Why a wait returned. `settled` lists something only with the reason `settled`. */
export interface WatchOutcome {
  reason: 'settled' | 'deadline' | 'superseded';
  settled: SettledExecution[];
}

interface WaitHooks {
  clock: WatcherClock;
  /** Runs in the watcher's own context. */
  onLeave: (wait: Wait) => void;
}

/** Gathers ends for one caller. */
export class Wait {
  readonly pending = new Set<WatchedExecution>();
  private readonly settled: SettledExecution[] = [];
  private readonly call: PendingCall<WatchOutcome>;
  private begun = false;

  constructor(
    readonly request: WatchRequest,
    private readonly hooks: WaitHooks,
  ) {
    const { clock, onLeave } = hooks;
    this.call = new PendingCall({ clock, signal: request.signal, onLeave: () => onLeave(this) });
  }

  get promise(): Promise<WatchOutcome> {
    return this.call.promise;
  }

  /** Starts to listen for the deadline and the caller's signal. Call after the executions were added. */
  begin(): void {
    const { deadlineAt } = this.request;
    if (!this.call.listen()) return;
    if (deadlineAt !== null) {
      this.call.at(deadlineAt, () => this.finish(this.settled.length > 0 ? 'settled' : 'deadline'));
    }
    this.begun = true;
    if (this.settled.length > 0) this.linger();
    else if (this.pending.size === 0) this.finish('settled');
  }

  /** Notes an end; the first starts the linger, the last ends the wait. */
  add(watched: WatchedExecution, settled: SettledExecution): void {
    this.pending.delete(watched);
    this.settled.push(settled);
    if (this.begun && (this.settled.length === 1 || this.pending.size === 0)) this.linger();
  }

  finish(reason: WatchOutcome['reason']): void {
    this.call.finish({ reason, settled: reason === 'settled' ? this.settled : [] });
  }

  fail(reason: unknown): void {
    this.call.fail(reason);
  }

  private linger(): void {
    if (this.pending.size === 0) return this.finish('settled');
    this.call.at(this.hooks.clock.now() + this.request.lingerMs, () => this.finish('settled'));
  }
}
