/** All sources of one organization: which of them is asked next, and whether a run is covered by one. */
import type { Monitored, Situation, StatusSource } from './status-source';
import { blindIntervalMs, budgetShare, patienceMs } from './tuning';

/** Asks none that does not pay; without sources it covers nothing. */
export class StatusSources {
  /** Requests sent so far. */
  requests = 0;
  private plannedAt = -Infinity;
  private count = 0;
  /** Those that answered when they were last asked. */
  private readonly answering = new Set<StatusSource>();
  /** Which sources covered something when that was last looked at. */
  private coverage = '';

  /** @param sources the most telling first */
  constructor(
    private readonly sources: readonly StatusSource[],
    private readonly requestsPerMinute: number,
  ) {}

  /** When a source is to be asked next, of the monotonic clock. */
  get askAt(): number {
    return Math.min(...this.sources.map(({ askAt }) => askAt));
  }

  /** When to plan anew, as runs grow likely to end; infinite where that changes nothing. */
  get planAt(): number {
    return this.sources.length === 0 || this.count === 0 ? Infinity : this.plannedAt + blindIntervalMs + this.count;
  }

  /** Requests a minute that single reads should leave alone. */
  get perMinute(): number {
    return this.sources.reduce((sum, { perMinute }) => sum + perMinute, 0);
  }

  /** How often each run is read that a source covers: all of them together within their share of the budget. */
  get safetyMs(): number {
    return Math.max(patienceMs, (this.count * 60_000) / (budgetShare * this.requestsPerMinute));
  }

  /**
   * Decides anew what pays. Returns whether runs have become covered or uncovered by it.
   *
   */
  plan(items: readonly Monitored[], at: Pick<Situation, 'now' | 'serverNow'>, readsPerMinute: number): boolean {
    this.plannedAt = at.now;
    this.count = items.length;
    let unmonitored = items;
    const maxPerMinute = budgetShare * this.requestsPerMinute;
    const { safetyMs } = this;
    for (const source of this.sources) {
      source.plan({ ...at, items, unmonitored, maxPerMinute, readsPerMinute, safetyMs });
      if (source.askAt === Infinity) this.answering.delete(source);
      unmonitored = unmonitored.filter((item) => source.coversUntil(item) <= at.now);
    }
    return this.hasCoverageChanged(unmonitored.length);
  }

  /** Whether a source would tell of an end of this. */
  covers(item: Monitored, now: number): boolean {
    return this.sources.some((source) => source.coversUntil(item) > now);
  }

  /** Polytomic's time up to which the silence of sources says that this has not ended. */
  quietUpTo(item: Monitored): number {
    return Math.max(...this.sources.map((source) => source.quietUpTo(item)));
  }

  /** The source to ask now: the one that has been due for longest. */
  due(now: number): StatusSource | undefined {
    const due = this.sources.filter(({ askAt }) => askAt <= now);
    return due.sort((one, other) => one.askAt - other.askAt)[0];
  }

  /** One request. Returns whether the source has begun or ceased to answer. */
  async ask(source: StatusSource, signal: AbortSignal): Promise<boolean> {
    this.requests += 1;
    const wasAnswering = this.answering.has(source);
    try {
      await source.ask(signal);
      this.answering.add(source);
    } catch {
      // The source has noted it, and the client a rate limit. What it means for the API as a whole, reads will tell.
      this.answering.delete(source);
    }
    return wasAnswering !== this.answering.has(source);
  }

  /** Whether the end of a run was reported before anybody waited for it. */
  hasReported(executionId: string): boolean {
    return this.sources.some((source) => source.hasReported(executionId));
  }

  private hasCoverageChanged(uncovered: number): boolean {
    const coverage = `${uncovered} of ${this.count}`;
    const hasChanged = coverage !== this.coverage;
    this.coverage = coverage;
    return hasChanged;
  }
}
