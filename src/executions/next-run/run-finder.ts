/** Searches for runs that others start: one for each client, and one look at a sync for all who search it. */
import type { SyncRef } from '../../contracts/sync-kind';
import { PolytomicError } from '../../polytomic/errors';
import type { ReadOptions, ShapedExecution } from '../sync-adapter';
import { classifyReadError } from '../watcher/classify-read';
import type { OrganizationReads } from '../watcher/organization-reads';
import { inRootContext } from '../watcher/root-context';
import type { StatusListener } from '../watcher/status-source';
import type { Moment } from '../watcher/watched-execution';
import { pickRun, reachesBack } from './pick-run';
import { RunSearch, type SearchRequest } from './run-search';
import { SearchedSync, type PageReader, type PageWalk } from './searched-sync';

/** Runs of a sync, newest first. After an error the next page is asked for again. Throws a `PolytomicError`. */
export type ExecutionPages = (sync: SyncRef, options: ReadOptions) => AsyncIterable<ShapedExecution[]>;

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
export class RunFinder implements PageReader, StatusListener {
  private readonly syncs = new Map<string, SearchedSync>();

  constructor(
    private readonly shared: OrganizationReads,
    private readonly executionPages: ExecutionPages,
  ) {
    shared.listeners.add(this);
  }

  /**
   * Waits for the first run of a sync that ends after a time, or for the one in progress that will; null when the time is
   * up. Throws the signal's reason when the caller leaves, and the `PolytomicError` of a refusal that lasted.
   */
  find(request: SearchRequest): Promise<ShapedExecution | null> {
    return inRootContext(() => this.register(request));
  }

  /** How the longest search of a sync stands. */
  stateOf(syncId: string): SearchState {
    const sync = this.syncs.get(syncId);
    if (!sync) return { waitedMs: 0, refusedForMs: null, lookedAt: null };
    const { refusedSince } = sync.history;
    return {
      waitedMs: Math.max(...[...sync.searches].map(({ waitedMs }) => waitedMs)),
      refusedForMs: refusedSince === null ? null : this.moment().now - refusedSince,
      lookedAt: Number.isFinite(sync.aliveAt) ? sync.aliveAt : null,
    };
  }

  moment(): Moment {
    return this.shared.moment();
  }

  onEnd(_executionId: string, syncId: string | null): void {
    const sync = syncId === null ? undefined : this.syncs.get(syncId);
    if (!sync) return;
    sync.reportEnd(this.moment(), this.shared.scheduler.isReading(sync));
    this.planPage(sync);
  }

  /** That a run goes on is no news for who waits for its end. */
  onRunning(): void {}

  planPage(sync: SearchedSync): void {
    const { scheduler, sources, clock } = this.shared;
    const isCovered = !sync.report.isOpen && scheduler.isCovered(sync);
    const plan = { safetyMs: isCovered ? sources.safetyMs : null, random: clock.random() };
    scheduler.schedule(sync, sync.planNext(this.moment(), plan));
  }

  /** One page; a look is as many pages as the search that looks back farthest needs. */
  async readPage(sync: SearchedSync, signal: AbortSignal): Promise<() => void> {
    const walk = (sync.walk ??= this.startWalk(sync, signal));
    try {
      const next: IteratorResult<ShapedExecution[], unknown> = await walk.pages.next();
      this.shared.recordAnswer();
      return () => this.applyPage(sync, walk, next.done ? null : next.value);
    } catch (error) {
      if (signal.aborted) sync.walk = null;
      else this.shared.recordError(error);
      return () => this.applyError(sync, error);
    }
  }

  private register(request: SearchRequest): Promise<ShapedExecution | null> {
    const { scheduler, clock } = this.shared;
    const search = new RunSearch(request, { clock, onLeave: (left) => this.release(left) });
    const sync = this.syncs.get(request.syncId) ?? this.createSync(request);
    sync.searches.add(search);
    search.listen();
    if (!sync.searches.has(search)) return search.promise;
    // Who comes while others search is not kept waiting for their next look.
    if (sync.searches.size > 1) sync.reportEnd(this.moment(), scheduler.isReading(sync));
    scheduler.add(sync);
    this.planPage(sync);
    scheduler.dispatch();
    return search.promise;
  }

  private createSync(request: SearchRequest): SearchedSync {
    const sync = new SearchedSync(request, this);
    this.syncs.set(request.syncId, sync);
    const { refusedForMs = null } = request;
    if (refusedForMs !== null) sync.history.refusedSince = this.moment().now - refusedForMs;
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
    const { now, serverNow } = this.moment();
    sync.history.recordAnswer();
    walk.readAt ??= serverNow;
    if (page) {
      walk.count += 1;
      walk.executions.push(...page);
    }
    const endedAfter = Math.min(...[...sync.searches].map(({ request }) => request.endedAfter));
    if (page && !reachesBack(page, endedAfter)) {
      if (walk.count >= maxPages) return this.failAll(sync, tooManyRuns(sync));
      sync.recordPage();
      return this.planPage(sync);
    }
    for (const search of [...sync.searches]) {
      const found = pickRun(walk.executions, search.request, walk.readAt);
      if (found) search.finish(found);
    }
    if (sync.searches.size === 0) return;
    sync.recordLook(now, walk.readAt);
    this.planPage(sync);
  }

  private applyError(sync: SearchedSync, error: unknown): void {
    const result = classifyReadError(sync.history, error, this.moment().now);
    if (result.type === 'unreadable') return this.failAll(sync, error);
    if (result.type === 'keyRefused') return void this.failRefused(sync, error);
    if (result.type !== 'unread') return;
    sync.recordUnread(this.moment(), result.delayMs * (0.8 + 0.2 * this.shared.clock.random()));
    this.planPage(sync);
  }

  private async failRefused(sync: SearchedSync, error: unknown): Promise<void> {
    if ((await this.shared.isKeyRefused()) !== null) return this.failAll(sync, error);
    sync.recordUnread(this.moment(), sync.history.retryDelayMs);
    this.planPage(sync);
  }

  private failAll(sync: SearchedSync, error: unknown): void {
    for (const search of [...sync.searches]) search.fail(error);
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
