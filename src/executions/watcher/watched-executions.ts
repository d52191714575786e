/** All executions that the watcher knows: awaited, just left by their waits, and lately ended. */
import type { Clock } from '../../polytomic/clock';
import { patienceMs } from '../reads/tuning';
import type { WatchedExecution } from './watched-execution';

/** At most so many are kept that nobody waits for; the oldest go first, and cost a read if they come back. */
const maxRetired = 1_000;

/** A wait may be issued again (another worker's task, a next chunk), so what it left is kept for a while, and not without bound. */
export class WatchedExecutions {
  private readonly byId = new Map<string, WatchedExecution>();
  /** Those that nobody waits for, oldest first, and since when, of the monotonic clock. */
  private readonly retired = new Map<WatchedExecution, number>();

  constructor(private readonly clock: Clock) {}

  get size(): number {
    this.forgetOld();
    return this.byId.size;
  }

  get(executionId: string): WatchedExecution | undefined {
    this.forgetOld();
    return this.byId.get(executionId);
  }

  /** Remembers an execution: as long as somebody waits for it, and a while longer. */
  retain(watched: WatchedExecution): void {
    this.remove(watched);
    this.byId.set(watched.executionId, watched);
    if (watched.listeners.size === 0) this.retired.set(watched, this.clock.monotonic());
  }

  remove(watched: WatchedExecution): void {
    this.byId.delete(watched.executionId);
    this.retired.delete(watched);
  }

  private forgetOld(): void {
    for (const [watched, since] of this.retired) {
      if (this.retired.size <= maxRetired && since > this.clock.monotonic() - patienceMs) return;
      this.remove(watched);
    }
  }
}
