/** One call of `watch`: what it still waits for, what has settled, and when it returns. */
import type { AwaitItem, SettledExecution, StalledExecution } from '../../contracts/waits';
import type { Clock } from '../../polytomic/clock';
import { PendingCall, type CallTerms } from './pending-call';
import type { Stillness, WaitCheckpoint } from './wait-checkpoint';
import type { EndListener, WatchedExecution } from './watched-execution';

/** What to wait for, and how long. */
export interface WatchRequest extends Omit<CallTerms, 'waitedMs'> {
  /** Name of this wait, unique per workflow and wait; a newer registration of the same name ends the older. */
  waitId: string;
  items: readonly AwaitItem[];
  /** After the first end, how long to gather more, in milliseconds. */
  lingerMs: number;
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

/** Gathers ends for one caller. */
export class Wait extends PendingCall<WatchOutcome> implements EndListener {
  readonly pending = new Set<WatchedExecution>();
  private readonly settled: SettledExecution[] = [];
  private readonly stalled = new Map<string, StalledExecution>();
  private isListening = false;

  constructor(
    clock: Clock,
    readonly request: WatchRequest,
    private readonly release: (wait: Wait) => void,
  ) {
    const { signal, waitForMs, checkpoint } = request;
    super(clock, { signal, waitForMs, waitedMs: checkpoint?.waitedMs ?? 0 });
  }

  /** Call after the executions were added. */
  override listen(): boolean {
    this.isListening = super.listen();
    if (!this.isListening) return false;
    if (this.settled.length > 0) this.linger();
    else if (this.pending.size === 0) this.return('settled');
    return true;
  }

  /** Notes an end; the first starts the linger, the last ends the wait. */
  addSettled(watched: WatchedExecution, settled: SettledExecution): void {
    this.pending.delete(watched);
    this.settled.push(settled);
    if (this.isListening && (this.settled.length === 1 || this.pending.size === 0)) this.linger();
  }

  /** A run that stands still for as long as was asked is reported once, and the wait returns as for an end. */
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

  /** Ends it, for this reason. */
  return(reason: WatchOutcome['reason']): void {
    const isNews = reason === 'settled';
    const stalled = isNews && this.stalled.size > 0 ? { stalled: [...this.stalled.values()] } : {};
    this.finish({ reason, settled: isNews ? this.settled : [], ...stalled });
  }

  protected onDeadline(): void {
    this.return(this.hasNews ? 'settled' : 'deadline');
  }

  protected onLeave(): void {
    this.release(this);
  }

  private linger(): void {
    if (this.pending.size === 0) return this.return('settled');
    this.callIn(this.request.lingerMs, () => this.return('settled'));
  }
}
