/** Searches for runs that others start: one for each client, and one look at a sync for all who search it. */
import type { PolytomicClient } from '../../polytomic/client';
import { adapterFor } from '../adapter-for';
import type { ShapedExecution } from '../sync-adapter';
import type { ReadScheduler } from '../reads/read-scheduler';
import { SyncCalls, type SyncCallsState } from '../reads/sync-calls';
import { SearchedSync, type ExecutionPages, type SearchRequest } from './searched-sync';

/** Builds the one finder that a process needs for a client; it spends of the same budget as the watcher. */
export function createClientRunFinder(client: PolytomicClient, scheduler: ReadScheduler): RunFinder {
  return new RunFinder(scheduler, ({ kind, syncId }, options) =>
    adapterFor(kind, client).executionPages(syncId, options),
  );
}

/** Searches last until a run is found, whatever goes wrong meanwhile, except refusals (401, 403, 404, 400) that last. */
export class RunFinder {
  private readonly searches: SyncCalls<ShapedExecution, SearchRequest, SearchedSync>;

  constructor(
    private readonly scheduler: ReadScheduler,
    executionPages: ExecutionPages,
  ) {
    this.searches = new SyncCalls(
      scheduler,
      (sync) => new SearchedSync(sync, executionPages, () => this.scheduler.moment()),
    );
    scheduler.listeners.add((executionId, syncId) => this.onEnd(executionId, syncId));
  }

  /**
   * Waits for the first run of a sync that ends after a time, or for the one in progress that will; null when the time is
   * up. Throws the signal's reason when the caller leaves, and the `PolytomicError` of a refusal that lasted.
   */
  find(request: SearchRequest): Promise<ShapedExecution | null> {
    return this.searches.wait(request);
  }

  /** How the longest search of a sync stands. */
  stateOf(syncId: string): SyncCallsState {
    return this.searches.stateOf(syncId);
  }

  /** A run is said to have ended. Returns whether its sync is searched. */
  onEnd(_executionId: string, syncId: string | null): boolean {
    const searched = syncId === null ? undefined : this.searches.get(syncId);
    searched?.reportEnd(this.scheduler.moment());
    return searched !== undefined;
  }
}
