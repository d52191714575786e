/** Searches for runs that others start: one for each client, and one look at a sync for all who search it. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { PolytomicClient } from '../../polytomic/client';
import { PolytomicError } from '../../polytomic/errors';
import { adapterFor } from '../adapter-for';
import type { ReadOptions, ShapedExecution } from '../sync-adapter';
import type { OrganizationReads } from '../watcher/organization-reads';
import { inRootContext } from '../watcher/root-context';
import { pickRun, reachesBack } from './pick-run';
import { RunSearch, type SearchRequest } from './run-search';
import { SearchedSync, type PageReader, type PageWalk } from './searched-sync';

/** Runs of a sync, newest first. After an error the next page is asked for again. Throws a `PolytomicError`. */
export type ExecutionPages = (sync: SyncRef, options: ReadOptions) => AsyncIterable<ShapedExecution[]>;

/** Builds the one finder that a process needs for a client; it spends of the same budget as the watcher. */
export function createClientRunFinder(client: PolytomicClient, reads: OrganizationReads): RunFinder {
  return new RunFinder(reads, ({ kind, syncId }, options) => adapterFor(kind, client).executionPages(syncId, options));
}

/** So far back a search looks. */
const maxPages = 50;

/** How a search stands, for the next worker and for whoever looks at it. Lengths in milliseconds. */
export interface SearchState {
  waitedMs: number;
  refusedForMs: number | null;
  /** Polytomic's time; null: its runs were never read. */
  lookedAt: number | null;
}

/** Searches last until a run is found, whatever goes wrong meanwhile, except refusals (401, 403, 404, 400) that last. */
export class RunFinder implements PageReader {
  private readonly syncs = new Map<string, SearchedSync>();

  constructor(
    private readonly shared: OrganizationReads,
    private readonly executionPages: ExecutionPages,
  ) {
    shared.listeners.add((executionId, syncId) => this.onEnd(executionId, syncId));
  }

  /**
   * Waits for the first run of a sync that ends after a time, or for the one in progress that will; null when the time is
   * up. Throws the signal's reason when the caller leaves, and the `PolytomicError` of a refusal that lasted.
   */
  find(request: SearchRequest): Promise<ShapedExecution | null> {
    return inRootContext(() => {
      const search = new RunSearch(this.shared.clock, request, (left) => this.release(left));
      const sync = this.syncs.get(request.syncId) ?? this.createSync(request);
      sync.searches.add(search);
      if (search.listen()) {
        // Who comes while others search is not kept waiting for their next look.
        if (sync.searches.size > 1) sync.reportEnd(this.shared.moment());
        this.shared.scheduler.add(sync);
        this.shared.scheduler.dispatch();
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
      refusedForMs: refusedSince === null ? null : this.shared.clock.monotonic() - refusedSince,
      lookedAt: Number.isFinite(sync.aliveAt) ? sync.aliveAt : null,
    };
  }

  /** A run is said to have ended. */
  onEnd(_executionId: string, syncId: string | null): void {
    if (syncId !== null) this.syncs.get(syncId)?.reportEnd(this.shared.moment());
  }

  /** A look is as many pages as the search that looks back farthest needs. */
  async readPage(sync: SearchedSync, signal: AbortSignal): Promise<() => void> {
    const walk = (sync.walk ??= this.startWalk(sync, signal));
    const next: IteratorResult<ShapedExecution[], unknown> = await walk.pages.next();
    return () => this.applyPage(sync, walk, next.done ? null : next.value);
  }

  private createSync(request: SearchRequest): SearchedSync {
    const sync = new SearchedSync(request, this);
    this.syncs.set(request.syncId, sync);
    const { refusedForMs = null } = request;
    if (refusedForMs !== null) sync.history.refusedSince = this.shared.clock.monotonic() - refusedForMs;
    return sync;
  }

  private release(search: RunSearch): void {
    const sync = this.syncs.get(search.request.syncId);
    sync?.searches.delete(search);
    if (!sync || sync.searches.size > 0) return;
    this.syncs.delete(sync.syncId);
    this.shared.scheduler.remove(sync);
  }

  private startWalk({ kind, syncId }: SearchedSync, signal: AbortSignal): PageWalk {
    const pages = this.executionPages({ kind, syncId }, { signal })[Symbol.asyncIterator]();
    return { pages, executions: [], count: 0, readAt: null };
  }

  private applyPage(sync: SearchedSync, walk: PageWalk, page: ShapedExecution[] | null): void {
    const at = this.shared.moment();
    sync.history.recordAnswer();
    walk.readAt ??= at.serverNow;
    if (page) {
      walk.count += 1;
      walk.executions.push(...page);
      if (!reachesBack(page, sync.opensAt)) {
        if (walk.count >= maxPages) return sync.giveUp(tooManyRuns(sync));
        return sync.recordPage();
      }
    }
    for (const search of [...sync.searches]) {
      const found = pickRun(walk.executions, search.request, walk.readAt);
      if (found) search.finish(found);
    }
    sync.recordLook(at, walk.readAt);
  }
}

/** A run beyond the pages would be overlooked, and a later one be taken for the first. */
function tooManyRuns({ kind }: SearchedSync): PolytomicError {
  return new PolytomicError(`has more than ${maxPages} pages of runs since that time; ask for a later one`, {
    code: 'Rejected',
    operation: `${kind}Sync.executions.list`,
    method: 'GET',
    path: kind === 'model' ? '/api/syncs/{sync_id}/executions' : '/api/bulk/syncs/{id}/executions',
    answered: true,
  });
}
