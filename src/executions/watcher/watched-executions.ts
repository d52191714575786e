/** All executions that the watcher knows: awaited, just left by their waits, and lately ended. */
import type { Clock } from '../../polytomic/clock';
import { patienceMs } from './tuning';
import type { WatchedExecution } from './watched-execution';

/** At most so many are kept that nobody waits for; the oldest go first, and cost a read if they come back. */
const maxRetired = 1_000;

/** A wait may be issued again (another worker's task, a next chunk), so what it left is kept for a while, and not without bound. */
export class WatchedExecutions {
  private readonly byId = new Map<string, WatchedExecution>();
  /** Those without listeners, in the order in which they lost the last. */
  private readonly retired = new Set<WatchedExecution>();
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly clock: Clock) {}

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
  retain(watched: WatchedExecution): void {
    this.byId.set(watched.executionId, watched);
    this.retired.delete(watched);
    if (watched.listeners.size > 0) return;
    watched.idleSince = this.clock.monotonic();
    this.retired.add(watched);
    this.forgetOld();
  }

  remove(watched: WatchedExecution): void {
    this.byId.delete(watched.executionId);
    this.retired.delete(watched);
  }

  clear(): void {
    this.byId.clear();
    this.retired.clear();
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private forgetOld(): void {
    const now = this.clock.monotonic();
    for (const watched of this.retired) {
      if (watched.idleSince + patienceMs > now && this.retired.size <= maxRetired) break;
      this.remove(watched);
    }
    if (this.retired.size > 0) this.cancelTimer ??= this.clock.setTimer(patienceMs, () => this.wake(), true);
  }

  private wake(): void {
    this.cancelTimer = null;
    this.forgetOld();
  }
}
