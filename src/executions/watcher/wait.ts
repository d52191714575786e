/** One call of `watch`: what it still waits for, what has settled, and when it returns. */
import type {
  AwaitExecutionsResult,
  AwaitItem,
  SettledExecution,
  StalledExecution,
  Stillness,
} from '../../contracts/waits';
import type { Clock } from '../../polytomic/clock';
import { PendingCall, type CallTerms } from '../reads/pending-call';
import type { WaitCheckpoint } from './wait-checkpoint';
import type { EndListener, WatchedExecution } from './watched-execution';

/** What to wait for, and how long. */
export interface WatchRequest extends CallTerms {
  /** Name of this wait, unique per workflow and wait; a newer registration of the same name ends the older. */
  waitId: string;
  items: readonly AwaitItem[];
  /** After the first end, how long to gather more, in milliseconds. */
  lingerMs: number;
  /** What an earlier attempt of the same wait handed over; the time that it had waited is the default of `waitedMs`. */
  checkpoint?: WaitCheckpoint;
}

/** Why a wait returned. `settled` lists something only with the reason `settled`. */
export interface WatchOutcome {
  reason: 'settled' | 'deadline' | 'superseded';
  settled: SettledExecution[];
  /** Runs that go on and stand still. Absent: none. */
  stalled?: StalledExecution[];
  /** What the next wait must know of the counts of those that go on. Absent: nothing. */
  still?: NonNullable<AwaitExecutionsResult['still']>;
}

/** Gathers ends for one caller. */
export class Wait extends PendingCall<WatchOutcome, WatchRequest> implements EndListener {
  readonly pending = new Set<WatchedExecution>();
  private readonly settled: SettledExecution[] = [];
  private readonly stalled = new Map<string, StalledExecution>();

  constructor(clock: Clock, request: WatchRequest, onLeave: () => void) {
    super(clock, { waitedMs: request.checkpoint?.waitedMs ?? 0, ...request }, onLeave);
  }

  /** Waits for those that have not settled yet. */
  begin(executions: readonly WatchedExecution[]): void {
    for (const watched of executions) {
      if (watched.settled) this.settled.push(watched.settled);
      else this.pending.add(watched);
    }
    const isWaiting = this.listen(() => this.return(this.newsCount > 0 ? 'settled' : 'deadline'));
    if (isWaiting && (this.newsCount > 0 || this.pending.size === 0)) this.linger();
  }

  /** Notes an end; the first starts the linger, the last ends the wait. */
  addSettled(watched: WatchedExecution, settled: SettledExecution): void {
    this.pending.delete(watched);
    this.settled.push(settled);
    if (this.newsCount === 1 || this.pending.size === 0) this.linger();
  }

  /** A run that stands still for as long as was asked is reported once, and the wait returns as for an end. */
  addStill({ executionId }: WatchedExecution, { counts, forMs }: Stillness): void {
    const { stalledAfterMs = Infinity } = this.terms.items.find((item) => item.executionId === executionId) ?? {};
    if (forMs < stalledAfterMs || this.stalled.has(executionId)) return;
    this.stalled.set(executionId, { executionId, stillMs: forMs, counts });
    if (this.newsCount === 1) this.linger();
  }

  /** Ends it, for this reason. */
  return(reason: WatchOutcome['reason']): void {
    const isNews = reason === 'settled';
    const stalled = isNews && this.stalled.size > 0 ? { stalled: [...this.stalled.values()] } : {};
    const still = reason === 'superseded' ? [] : this.newStillness();
    this.finish({ reason, settled: isNews ? this.settled : [], ...stalled, ...(still.length > 0 && { still }) });
  }

  /** Of runs that are compared and go on; what the caller knows already is left out. */
  private newStillness(): NonNullable<WatchOutcome['still']> {
    const now = this.clock.monotonic();
    const items = new Map(this.terms.items.map((item) => [item.executionId, item]));
    return [...this.pending].flatMap((watched) => {
      const { executionId } = watched;
      const { stalledAfterMs, still: known } = items.get(executionId) ?? {};
      const still = stalledAfterMs === undefined ? null : watched.stillness(now);
      return still && still.counts !== known?.counts ? [{ executionId, ...still, forMs: Math.round(still.forMs) }] : [];
    });
  }

  private get newsCount(): number {
    return this.settled.length + this.stalled.size;
  }

  private linger(): void {
    if (this.pending.size === 0) return this.return('settled');
    this.callIn(this.terms.lingerMs, () => this.return('settled'));
  }
}
