/** Searches for runs that others start: one for each client, and one look at a sync for all who search it. */
import type { PolytomicClient } from '../../polytomic/client';
import { adapterFor } from '../adapter-for';
import type { ShapedExecution } from '../sync-adapter';
import { PendingCall } from '../watcher/pending-call';
import type { ReadScheduler } from '../watcher/read-scheduler';
import { inRootContext } from '../watcher/root-context';
import { SearchedSync, type ExecutionPages, type SearchRequest } from './searched-sync';

/** Builds the one finder that a process needs for a client; it spends of the same budget as the watcher. */
export function createClientRunFinder(client: PolytomicClient, scheduler: ReadScheduler): RunFinder {
  return new RunFinder(scheduler, ({ kind, syncId }, options) =>
    adapterFor(kind, client).executionPages(syncId, options),
  );
}

/** How a search stands, for the next worker and for whoever looks at it. Lengths in milliseconds. */
export interface SearchState {
  waitedMs: number;
  refusedForMs: number | null;
  /** Polytomic's time; null: its runs were never read. */
  lookedAt: number | null;
}

/** Searches last until a run is found, whatever goes wrong meanwhile, except refusals (401, 403, 404, 400) that last. */
export class RunFinder {
  private readonly syncs = new Map<string, SearchedSync>();

  constructor(
    private readonly scheduler: ReadScheduler,
    private readonly executionPages: ExecutionPages,
  ) {
    scheduler.listeners.add((executionId, syncId) => this.onEnd(executionId, syncId));
  }

  /**
   * Waits for the first run of a sync that ends after a time, or for the one in progress that will; null when the time is
   * up. Throws the signal's reason when the caller leaves, and the `PolytomicError` of a refusal that lasted.
   */
  find(request: SearchRequest): Promise<ShapedExecution | null> {
    return inRootContext(() => {
      const { clock } = this.scheduler;
      const sync = this.syncs.get(request.syncId) ?? this.createSync(request);
      const search = new PendingCall<ShapedExecution | null, SearchRequest>(clock, request, () => {
        sync.searches.delete(search);
        if (sync.searches.size > 0) return;
        this.syncs.delete(sync.syncId);
        this.scheduler.remove(sync);
      });
      sync.searches.add(search);
      if (search.listen(() => search.finish(null))) {
        // Who comes while others search is not kept waiting for their next look.
        if (sync.searches.size > 1) sync.reportEnd(this.scheduler.moment());
        this.scheduler.add(sync);
        this.scheduler.dispatch();
      }
      return search.promise;
    });
  }

  /** How the longest search of a sync stands. */
  stateOf(syncId: string): SearchState {
    const sync = this.syncs.get(syncId);
    if (!sync) return { waitedMs: 0, refusedForMs: null, lookedAt: null };
    const { refusedSince } = sync.history;
    return {
      waitedMs: Math.max(...[...sync.searches].map(({ waitedMs }) => waitedMs)),
      refusedForMs: refusedSince === null ? null : this.scheduler.clock.monotonic() - refusedSince,
      lookedAt: Number.isFinite(sync.aliveAt) ? sync.aliveAt : null,
    };
  }

  /** A run is said to have ended. */
  onEnd(_executionId: string, syncId: string | null): void {
    if (syncId !== null) this.syncs.get(syncId)?.reportEnd(this.scheduler.moment());
  }

  private createSync(request: SearchRequest): SearchedSync {
    const sync = new SearchedSync(request, this.executionPages, () => this.scheduler.moment());
    this.syncs.set(request.syncId, sync);
    const { refusedForMs = null } = request;
    if (refusedForMs !== null) sync.history.refusedSince = this.scheduler.clock.monotonic() - refusedForMs;
    return sync;
  }
}
