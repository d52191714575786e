/** A sync in which somebody searches for a run, and how the reads of its runs go. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { PolytomicError } from '../../polytomic/errors';
import type { ShapedExecution } from '../sync-adapter';
import { assumedHazard, nextReadAgeMs } from '../watcher/hazard';
import { ScheduledRead, type Moment } from '../watcher/scheduled-read';
import type { RunSearch } from './run-search';

/** Reads pages of a sync's runs. */
export interface PageReader {
  /** One page, and what is to be done with it. @throws PolytomicError */
  readPage(sync: SearchedSync, signal: AbortSignal): Promise<() => void>;
}

/** The list as far as it was read, newest first; it goes on where it failed. */
export interface PageWalk {
  pages: AsyncIterator<ShapedExecution[]>;
  executions: ShapedExecution[];
  count: number;
  /** Polytomic's time of the first page; null before it. */
  readAt: number | null;
}

/** One for all who search the same sync. `aliveAt`: Polytomic's time of the last whole look at its runs. */
export class SearchedSync extends ScheduledRead {
  readonly executionId = null;
  readonly searches = new Set<RunSearch>();
  walk: PageWalk | null = null;

  constructor(
    { kind, syncId }: SyncRef,
    private readonly reader: PageReader,
  ) {
    super(kind, syncId);
  }

  /** Polytomic's time from which on a run may count for one of the searches. */
  get opensAt(): number {
    return Math.min(...[...this.searches].map(({ request }) => request.endedAfter));
  }

  hazard(serverNow: number): number {
    return this.opensAt > serverNow ? 0 : assumedHazard(null, this.ageMs);
  }

  request(signal: AbortSignal): Promise<() => void> {
    return this.reader.readPage(this, signal);
  }

  giveUp(error: PolytomicError): void {
    for (const search of [...this.searches]) search.fail(error);
  }

  /** What ends before the time has come is not what is searched. */
  override reportEnd(at: Moment): void {
    if (this.opensAt <= at.serverNow) super.reportEnd(at);
  }

  /** A page was read, and more are needed. */
  recordPage(): void {
    this.recordProgress();
  }

  /** All pages were read, and what is searched was not there. */
  recordLook(at: Moment, readAt: number): void {
    this.walk = null;
    this.recordAlive(at, readAt);
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

  /** Age of the youngest search: what it waits for may have been set off just now. */
  private get ageMs(): number {
    return Math.min(...[...this.searches].map(({ waitedMs }) => waitedMs));
  }
}
