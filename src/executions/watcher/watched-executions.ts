/** All executions that the watcher knows: awaited, just left by their waits, and lately ended. */
import type { SettledExecution } from '../../contracts/waits';
import type { WatchedExecution } from './watched-execution';
import type { WatcherClock } from './watcher-clock';

/** A wait may be issued again (another worker's task, a next chunk); what it left is kept for so long. */
const retentionMs = 600_000;
/** At most so many are kept that nobody waits for; the oldest go first, and cost a look if they come back. */
const mostRetired = 1_000;

/** Keeps the ends and timings of executions that nobody waits for, for a while and not without bound. */
export class WatchedExecutions {
  private readonly byId = new Map<string, WatchedExecution>();
  /** Those without listeners, in the order in which they lost the last. */
  private readonly retired = new Set<WatchedExecution>();
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly clock: WatcherClock) {}

  get size(): number {
    return this.byId.size;
  }

  get(executionId: string): WatchedExecution | undefined {
    this.forgetOld();
    return this.byId.get(executionId);
  }

  /** Every execution that somebody waits for. */
  *awaited(): Iterable<WatchedExecution> {
    for (const watched of this.byId.values()) if (watched.listeners.size > 0) yield watched;
  }

  /** Remembers an execution: as long as somebody waits for it, and a while longer. */
  keep(watched: WatchedExecution): void {
    this.byId.set(watched.item.executionId, watched);
    this.retired.delete(watched);
    if (watched.listeners.size > 0) return;
    watched.idleSince = this.clock.now();
    this.retired.add(watched);
    this.forgetOld();
  }

  /** Tells all who wait; an end is remembered for who asks again, a loss is not, as it may be repaired. */
  settle(watched: WatchedExecution, settled: SettledExecution): void {
    const listeners = [...watched.listeners];
    watched.listeners.clear();
    watched.seen = null;
    if (settled.state === 'lost') {
      this.byId.delete(watched.item.executionId);
    } else {
      watched.settled = settled;
      this.keep(watched);
    }
    for (const listener of listeners) listener.add(watched, settled);
  }

  clear(): void {
    this.byId.clear();
    this.retired.clear();
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private forgetOld(): void {
    const now = this.clock.now();
    for (const watched of this.retired) {
      if (watched.idleSince + retentionMs > now && this.retired.size <= mostRetired) break;
      this.retired.delete(watched);
      this.byId.delete(watched.item.executionId);
    }
    if (this.retired.size > 0) this.cancelTimer ??= this.clock.setTimer(retentionMs, () => this.wake(), true);
  }

  private wake(): void {
    this.cancelTimer = null;
    this.forgetOld();
  }
}
