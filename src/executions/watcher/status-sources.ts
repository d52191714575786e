/** All sources of one organization: which of them is asked next, and whether a run is covered by one. */
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError } from '../../polytomic/errors';
import type { Monitored, Situation, StatusSource } from './status-source';
import { backoffMs, blindIntervalMs, budgetShare, patienceMs } from './tuning';

/** Given the warnings of sources. */
export type Warn = (message: string, attributes: Record<string, unknown>) => void;

/** A source that fails costs nothing but requests: single reads go on as if it were not there. */
interface Polled {
  readonly source: StatusSource;
  failures: number;
  /** Not asked before this time of the monotonic clock. */
  retryAt: number;
}

/** Asks none that does not pay; without sources it covers nothing. */
export class StatusSources {
  /** Requests sent so far. */
  requests = 0;
  private readonly polled: readonly Polled[];
  private plannedAt = -Infinity;
  private count = 0;

  /** @param sources the most telling first */
  constructor(
    private readonly sources: readonly StatusSource[],
    private readonly options: { clock: Clock; requestsPerMinute: number; warn: Warn },
  ) {
    this.polled = sources.map((source) => ({ source, failures: 0, retryAt: -Infinity }));
  }

  /** When a source is to be asked next, of the monotonic clock. */
  get askAt(): number {
    return Math.min(...this.polled.map(askAtOf));
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
    return Math.max(patienceMs, (this.count * 60_000) / (budgetShare * this.options.requestsPerMinute));
  }

  /** Decides anew what pays. */
  plan(items: readonly Monitored[], { now, serverNow }: Pick<Situation, 'now' | 'serverNow'>): void {
    this.plannedAt = now;
    this.count = items.length;
    const { requestsPerMinute } = this.options;
    const maxPerMinute = budgetShare * requestsPerMinute;
    const { safetyMs } = this;
    let unmonitored = items;
    for (const source of this.sources) {
      source.plan({ now, serverNow, items, unmonitored, requestsPerMinute, maxPerMinute, safetyMs });
      unmonitored = unmonitored.filter((item) => source.coversUntil(item) <= now);
    }
  }

  /** Whether a source would tell of an end of this. */
  covers(item: Monitored, now: number): boolean {
    return this.sources.some((source) => source.coversUntil(item) > now);
  }

  /** Polytomic's time up to which the silence of sources says that this has not ended. */
  quietUpTo(item: Monitored): number {
    return Math.max(...this.sources.map((source) => source.quietUpTo(item)));
  }

  /** Asks the source that has been due for longest. */
  async ask(signal: AbortSignal): Promise<void> {
    const [polled] = this.polled.toSorted((one, other) => askAtOf(one) - askAtOf(other));
    if (!polled) return;
    this.requests += 1;
    try {
      await polled.source.ask(signal);
      polled.failures = 0;
    } catch (error) {
      // The client has noted a rate limit, which says nothing of the source. What it means for the API, reads will tell.
      if (!signal.aborted && !isPolytomicError(error, 'RateLimited')) this.recordError(polled, error);
    }
  }

  /** Whether the end of a run was reported before anybody waited for it. */
  hasReported(executionId: string): boolean {
    return this.sources.some((source) => source.hasReported(executionId));
  }

  private recordError(polled: Polled, error: unknown): void {
    polled.failures += 1;
    // One that this API version, or this key, does not have is asked for again now and then.
    const isAbsent = isPolytomicError(error, 'NotFound', 'NotSupported', 'Forbidden', 'Rejected', 'InvalidRequest');
    polled.retryAt = this.options.clock.monotonic() + (isAbsent ? 3 * patienceMs : backoffMs(polled.failures));
    const message = error instanceof Error ? error.message : String(error);
    const what = `The ${polled.source.name} cannot be read; runs are read one by one meanwhile`;
    this.options.warn(what, { error: message });
  }
}

const askAtOf = ({ source, retryAt }: Polled): number => Math.max(source.askAt, retryAt);
