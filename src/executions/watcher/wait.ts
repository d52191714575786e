/** One call of `watch`: what it still waits for, what has settled, and when it returns. */
import type { SettledExecution } from '../../contracts/waits';
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

/** Gathers ends for one caller. The promise settles once; afterwards the wait holds no timer and no listener. */
export class Wait {
  readonly pending = new Set<WatchedExecution>();
  readonly promise: Promise<WatchOutcome>;
  private readonly settled: SettledExecution[] = [];
  private readonly cancels: (() => void)[] = [];
  private begun = false;
  private over = false;
  private resolve!: (outcome: WatchOutcome) => void;
  private reject!: (reason: unknown) => void;

  constructor(
    readonly request: WatchRequest,
    private readonly hooks: WaitHooks,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Starts to listen for the deadline and the caller's signal. Call after the executions were added. */
  begin(): void {
    const { signal, deadlineAt } = this.request;
    if (signal.aborted) return this.fail(signal.reason);
    const abort = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.cancels.push(() => signal.removeEventListener('abort', abort));
    if (deadlineAt !== null) this.at(deadlineAt, () => this.finish(this.settled.length > 0 ? 'settled' : 'deadline'));
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

  private linger(): void {
    if (this.pending.size === 0) return this.finish('settled');
    this.at(this.hooks.clock.now() + this.request.lingerMs, () => this.finish('settled'));
  }

  finish(reason: WatchOutcome['reason']): void {
    if (!this.leave()) return;
    this.resolve({ reason, settled: reason === 'settled' ? this.settled : [] });
  }

  fail(reason: unknown): void {
    if (this.leave()) this.reject(reason);
  }

  private leave(): boolean {
    if (this.over) return false;
    this.over = true;
    for (const cancel of this.cancels.splice(0)) cancel();
    this.hooks.onLeave(this);
    return true;
  }

  /** Calls back at a time, however far away: one timer cannot last a month. */
  private at(time: number, callback: () => void): void {
    if (this.over) return;
    const { clock } = this.hooks;
    const cancel = clock.setTimer(time - clock.now(), () => {
      if (clock.now() >= time) callback();
      else this.at(time, callback);
    });
    this.cancels.push(cancel);
  }
}
