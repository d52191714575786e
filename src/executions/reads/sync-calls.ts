/** Calls that wait for what reads of a sync will show: one read serves all who wait for the same sync. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { PolytomicError } from '../../polytomic/errors';
import { PendingCall, type CallTerms } from './pending-call';
import type { ReadScheduler } from './read-scheduler';
import { inRootContext } from './root-context';
import { ScheduledRead } from './scheduled-read';

/** Who waits, for which sync, and how long: the longer it has waited, the rarer are the reads. */
export interface SyncCallTerms extends CallTerms, SyncRef {
  /** How long earlier attempts had been refused when they ended; null: they were not. */
  refusedForMs?: number | null;
}

/** How the waits for a sync stand, for the next worker and for whoever looks at them. Lengths in milliseconds. */
export interface SyncCallsState {
  waitedMs: number;
  refusedForMs: number | null;
  /** Polytomic's time; null: it was never read. */
  lookedAt: number | null;
}

/** A sync that is read as long as a caller waits. */
export abstract class SyncRead<Answer, Terms extends SyncCallTerms> extends ScheduledRead {
  readonly executionId = null;
  readonly calls = new Set<PendingCall<Answer | null, Terms>>();

  constructor({ kind, syncId }: SyncRef) {
    super(kind, syncId);
  }

  giveUp(error: PolytomicError): void {
    for (const call of [...this.calls]) call.fail(error);
  }

  /** Age of the youngest call: what it waits for may have been set off just now. */
  protected get ageMs(): number {
    return Math.min(...[...this.calls].map(({ waitedMs }) => waitedMs));
  }
}

/** The calls of one kind, by sync. */
export class SyncCalls<Answer, Terms extends SyncCallTerms, Read extends SyncRead<Answer, Terms>> {
  private readonly reads = new Map<string, Read>();

  constructor(
    private readonly scheduler: ReadScheduler,
    private readonly createRead: (sync: SyncRef) => Read,
  ) {}

  /** The sync's read; undefined while nobody waits. */
  get(syncId: string): Read | undefined {
    return this.reads.get(syncId);
  }

  /**
   * Waits for an answer; null when the time is up. Throws the signal's reason when the caller leaves, and the
   * `PolytomicError` of a refusal that lasted.
   */
  wait(terms: Terms): Promise<Answer | null> {
    return inRootContext(() => {
      const { scheduler } = this;
      const read = this.reads.get(terms.syncId) ?? this.addRead(terms);
      const call = new PendingCall<Answer | null, Terms>(scheduler.clock, terms, () => {
        read.calls.delete(call);
        if (read.calls.size > 0) return;
        this.reads.delete(read.syncId);
        scheduler.remove(read);
      });
      read.calls.add(call);
      if (call.listen(() => call.finish(null))) {
        if (read.calls.size > 1) read.recordJoin(scheduler.moment());
        scheduler.add(read);
        scheduler.dispatch();
      }
      return call.promise;
    });
  }

  /** How the longest wait for a sync stands. */
  stateOf(syncId: string): SyncCallsState {
    const read = this.reads.get(syncId);
    if (!read) return { waitedMs: 0, refusedForMs: null, lookedAt: null };
    return {
      waitedMs: Math.max(...[...read.calls].map(({ waitedMs }) => waitedMs)),
      refusedForMs: read.history.refused.forMs(this.scheduler.clock.monotonic()),
      lookedAt: Number.isFinite(read.aliveAt) ? read.aliveAt : null,
    };
  }

  private addRead(terms: Terms): Read {
    const read = this.createRead(terms);
    this.reads.set(terms.syncId, read);
    read.history.refused.restore(terms.refusedForMs ?? null);
    return read;
  }
}
