/** One call of `watch`: what it still waits for, what has settled, and when it returns. */
import type { SettledExecution, StalledExecution } from '../../contracts/waits';
import type { Clock } from '../../polytomic/clock';
import { PendingCall } from './pending-call';
import type { WaitCheckpoint } from './wait-checkpoint';
import type { EndListener, Stillness, WatchedExecution, WatchItem } from './watched-execution';

/** What to wait for, and how long. */
export interface WatchRequest {
  /** Name of this wait, unique per workflow and wait; a newer registration of the same name ends the older. */
  waitId: string;
  items: readonly WatchItem[];
  /** After the first end, how long to gather more, in milliseconds. */
  lingerMs: number;
  /** Return after so many milliseconds at the latest, those included that were waited before; null: wait without end. */
  waitForMs: number | null;
  /** Leaves at once, with the signal's reason as the error: the caller's activity was cancelled or the worker stops. */
  signal: AbortSignal;
  /** What an earlier attempt of the same wait handed over. */
  checkpoint?: WaitCheckpoint;
}

/** Why a wait returned. `settled` lists something only with the reason `settled`. */
export interface WatchOutcome {
  reason: 'settled' | 'deadline' | 'superseded';
  settled: SettledExecution[];
  /** Runs that go on and stand still. Absent: none. */
  stalled?: StalledExecution[];
}

interface WaitOptions {
  clock: Clock;
  /** Runs in the watcher's own context. */
  onLeave: (wait: Wait) => void;
}

/** Gathers ends for one caller. */
export class Wait implements EndListener {
  readonly pending = new Set<WatchedExecution>();
  private readonly settled: SettledExecution[] = [];
  private readonly stalled = new Map<string, StalledExecution>();
  private readonly call: PendingCall<WatchOutcome>;
  private readonly clock: Clock;
  private readonly beganAt: number;
  private isListening = false;

  constructor(
    readonly request: WatchRequest,
    { clock, onLeave }: WaitOptions,
  ) {
    this.clock = clock;
    this.beganAt = clock.monotonic() - (request.checkpoint?.waitedMs ?? 0);
    this.call = new PendingCall({ clock, signal: request.signal, onLeave: () => onLeave(this) });
  }

  get promise(): Promise<WatchOutcome> {
    return this.call.promise;
  }

  /** How long it has waited, earlier attempts included. */
  get waitedMs(): number {
    return this.clock.monotonic() - this.beganAt;
  }

  /** Starts to listen for the deadline and the caller's signal. Call after the executions were added. */
  listen(): void {
    const { waitForMs } = this.request;
    if (!this.call.listen()) return;
    if (waitForMs !== null) {
      this.call.callAt(this.beganAt + waitForMs, () => this.finish(this.hasNews ? 'settled' : 'deadline'));
    }
    this.isListening = true;
    if (this.settled.length > 0) this.linger();
    else if (this.pending.size === 0) this.finish('settled');
  }

  /** Notes an end; the first starts the linger, the last ends the wait. */
  addSettled(watched: WatchedExecution, settled: SettledExecution): void {
    this.pending.delete(watched);
    this.settled.push(settled);
    if (this.isListening && (this.settled.length === 1 || this.pending.size === 0)) this.linger();
  }

  /** A run that stands still for as long as was asked is told once, and the wait returns as for an end. */
  addStill({ executionId }: WatchedExecution, { counts, forMs }: Stillness): void {
    const { stalledAfterMs = Infinity } = this.request.items.find((item) => item.executionId === executionId) ?? {};
    if (forMs < stalledAfterMs || this.stalled.has(executionId)) return;
    const isFirst = !this.hasNews;
    this.stalled.set(executionId, { executionId, stillMs: forMs, counts });
    if (this.isListening && isFirst) this.linger();
  }

  private get hasNews(): boolean {
    return this.settled.length + this.stalled.size > 0;
  }

  finish(reason: WatchOutcome['reason']): void {
    const isNews = reason === 'settled';
    const stalled = isNews && this.stalled.size > 0 ? { stalled: [...this.stalled.values()] } : {};
    this.call.finish({ reason, settled: isNews ? this.settled : [], ...stalled });
  }

  fail(reason: unknown): void {
    this.call.fail(reason);
  }

  private linger(): void {
    if (this.pending.size === 0) return this.finish('settled');
    this.call.callAt(this.clock.monotonic() + this.request.lingerMs, () => this.finish('settled'));
  }
}
