/** A sync in which somebody searches for a run, and how the reads of its runs go. */
import type { SyncRef } from '../../contracts/sync-kind';
import { isPolytomicError, PolytomicError } from '../../polytomic/errors';
import type { ReadOptions, ShapedExecution } from '../sync-adapter';
import { assumedHazard, nextReadAgeMs } from '../reads/hazard';
import type { Moment } from '../reads/moment';
import { SyncRead, type SyncCallTerms } from '../reads/sync-calls';
import { maxIntervalMs } from '../reads/tuning';
import { pickRun, reachesBack, type WantedRun } from './pick-run';

/** What to search, and how long: the longer it has waited, the rarer are its reads. */
export interface SearchRequest extends WantedRun, SyncCallTerms {}

/** Runs of a sync, newest first. After an error the next page is asked for again. Throws a `PolytomicError`. */
export type ExecutionPages = (sync: SyncRef, options: ReadOptions) => AsyncIterable<ShapedExecution[]>;

/** So far back a search looks. */
const maxPages = 50;

/** The list as far as it was read, newest first; it goes on where it failed. */
interface PageWalk {
  pages: AsyncIterator<ShapedExecution[]>;
  executions: ShapedExecution[];
  count: number;
  /** Of the first page; null before it. */
  readAt: Moment | null;
}

/** One for all who search the same sync. `aliveAt`: Polytomic's time of the last whole look at its runs. */
export class SearchedSync extends SyncRead<ShapedExecution, SearchRequest> {
  private walk: PageWalk | null = null;

  constructor(
    sync: SyncRef,
    private readonly executionPages: ExecutionPages,
    private readonly moment: () => Moment,
  ) {
    super(sync);
  }

  hazard(serverNow: number): number {
    return this.opensAt > serverNow ? 0 : assumedHazard(null, this.ageMs);
  }

  /** One page: a look is as many as the search that looks back farthest needs. */
  async request(signal: AbortSignal): Promise<() => void> {
    const walk = (this.walk ??= {
      pages: this.executionPages(this, { signal })[Symbol.asyncIterator](),
      ...{ executions: [], count: 0, readAt: null },
    });
    try {
      const next: IteratorResult<ShapedExecution[], unknown> = await walk.pages.next();
      return () => this.recordPage(walk, next.done ? null : next.value);
    } catch (error) {
      if (this.isOutdated(walk) && isPolytomicError(error, 'Rejected', 'NotFound')) this.walk = null;
      throw error;
    }
  }

  /** After a while a list no longer knows where it was to go on. */
  private isOutdated({ readAt }: PageWalk): boolean {
    return readAt !== null && readAt.now < this.moment().now - maxIntervalMs;
  }

  /**
   * What ends long before the time has come is not what is searched. A while before it, that is not certain: an answer that
   * is handled late puts Polytomic's time back, and what is not heard of now is not told again.
   */
  override reportEnd(at: Moment): void {
    if (this.opensAt <= at.serverNow + maxIntervalMs) super.reportEnd(at);
  }

  /** What is to come later is read then. */
  override recordJoin(at: Moment): void {
    if (this.opensAt <= at.serverNow) super.recordJoin(at);
  }

  /** A page was read; null: there are no more. */
  private recordPage(walk: PageWalk, page: ShapedExecution[] | null): void {
    this.history.recordAnswer();
    walk.readAt ??= this.moment();
    walk.count += 1;
    walk.executions.push(...(page ?? []));
    if (page && !reachesBack(page, this.opensAt)) {
      if (walk.count >= maxPages) this.giveUp(tooManyRuns(this));
      return;
    }
    this.walk = null;
    for (const search of [...this.calls]) {
      const found = pickRun(walk.executions, search.terms, walk.readAt.serverNow);
      if (found) search.finish(found);
    }
    this.recordAlive(walk.readAt);
  }

  protected override get isUnderWay(): boolean {
    return this.isReading || this.walk !== null;
  }

  /** What is to come later needs no read before, and one as soon as it may have come. */
  protected override intervalMs({ serverNow }: Moment, safetyMs: number | null): number {
    const { opensAt, aliveAt } = this;
    if (this.walk || aliveAt === -Infinity) return 0;
    if (aliveAt < opensAt) return opensAt > serverNow ? opensAt - aliveAt + 1 : 0;
    return (safetyMs ?? nextReadAgeMs(null, this.ageMs) - this.ageMs) * (0.9 + 0.1 * this.chance);
  }

  /** Polytomic's time from which on a run may count for one of the searches. */
  private get opensAt(): number {
    return Math.min(...[...this.calls].map(({ terms }) => terms.endedAfter));
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
