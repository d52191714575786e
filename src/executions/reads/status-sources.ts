/** What tells of many runs at once: which source is asked next, and whether a run is covered by one. */
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError } from '../../polytomic/errors';
import type { Moment } from './moment';
import { safetyMsOf } from './poll-interval';
import type { ReportedEnds } from './reported-ends';
import type { Monitored, StatusSource } from './status-source';
import { backoffMs, blindIntervalMs, lagMs, maxIntervalMs, minReadIntervalMs, patienceMs } from './tuning';

/** Given the warnings of sources. */
export type Warn = (message: string, attributes: Record<string, unknown>) => void;

/** A source that fails costs nothing but requests: single reads go on as if it were not there. */
interface Polled {
  readonly source: StatusSource;
  /** It missed an end, and has told of none since that was waited for: its silence says nothing. */
  hasMissed: boolean;
  /** Requests in a row that failed, or told of nothing while it was not believed. */
  fruitless: number;
  /** Not asked before this time of the monotonic clock. */
  retryAt: number;
}

/** One that tells of nothing, though runs may end, is asked so rarely; its first event may still show an end 20 s late. */
const longestDoubtMs = lagMs / 2;

/** Safety reads come at least so often, or evenly spread where fewer are due. */
const probeEveryMs = maxIntervalMs / 2;

/** Below this chance that it has ended, a read shows nothing of a source. */
const minProbeEnds = 0.01;

/** Asks none that does not pay; without sources it covers nothing. */
export class StatusSources {
  /** Requests sent so far. */
  requests = 0;
  private readonly polled: readonly Polled[];
  private plannedAt = -Infinity;
  /**
   * To be read now though a source covers it. The safety reads of runs that began together would all come after ten minutes, and
   * show only then that the source does not tell of their ends.
   */
  probe: Monitored | null = null;
  private safetyReadAt = -Infinity;
  private hasOthers = false;
  private items: readonly Monitored[] = [];

  /** @param sources the most telling first */
  constructor(
    private readonly sources: readonly StatusSource[],
    private readonly options: {
      clock: Clock;
      requestsPerMinute: number;
      warn: Warn;
      ends: Pick<ReportedEnds, 'forgottenUpTo' | 'awaitedReports'>;
    },
  ) {
    this.polled = sources.map((source) => ({ source, hasMissed: false, fruitless: 0, retryAt: -Infinity }));
  }

  /** When a source is to be asked next, of the monotonic clock. */
  get askAt(): number {
    return Math.min(...this.polled.map(askAtOf));
  }

  /** When to plan anew, as others wait or runs grow likely to end; infinite where that changes nothing. */
  get planAt(): number {
    const { length } = this.items;
    // A plan looks at all who wait, so thousands who join one after another must not each have one.
    if (this.hasOthers) return this.plannedAt + minReadIntervalMs / 2 + length;
    return this.sources.length === 0 || length === 0 ? Infinity : this.plannedAt + blindIntervalMs + length;
  }

  /** Others wait than those that were planned for. */
  recordJoin(): void {
    this.hasOthers = true;
  }

  /** Requests a minute that single reads should leave alone. A source that failed is not asked for a while, and needs none until then. */
  get perMinute(): number {
    const now = this.options.clock.monotonic();
    return this.polled.reduce((sum, polled) => {
      const pauseMs = Math.max(polled.retryAt - now, isBelieved(polled) ? 0 : longestDoubtMs);
      return sum + Math.min(polled.source.perMinute, 60_000 / pauseMs);
    }, 0);
  }

  /** How often each run is read that a source covers. */
  get safetyMs(): number {
    return safetyMsOf({ items: this.items, requestsPerMinute: this.options.requestsPerMinute });
  }

  /** Something is read that a source covers. */
  recordSafetyRead(item: Monitored, now: number): void {
    if (!isTelling(item)) return;
    this.safetyReadAt = now;
    this.probe = null;
  }

  /** Decides anew what pays. */
  plan(items: readonly Monitored[], { now, serverNow }: Moment): void {
    this.plannedAt = now;
    this.hasOthers = false;
    this.items = items;
    const { requestsPerMinute } = this.options;
    let unmonitored = items;
    for (const polled of this.polled) {
      polled.source.plan({ serverNow, items, unmonitored, requestsPerMinute });
      unmonitored = unmonitored.filter((item) => !this.isCovered(item, polled, now));
    }
    const probeAt = this.safetyReadAt + Math.max(probeEveryMs, this.safetyMs / items.length);
    if (now < probeAt) return;
    const telling = items.filter((item) => isTelling(item) && this.covers(item, now));
    this.probe = likeliest(telling, serverNow);
  }

  /** Whether a source would tell of an end of this. */
  covers(item: Monitored, now: number): boolean {
    return this.polled.some((polled) => this.isCovered(item, polled, now));
  }

  /** A read found an end of this which a source that covered it had not told of. */
  recordMiss(item: Monitored, now: number): void {
    for (const polled of this.polled) polled.hasMissed ||= this.isCovered(item, polled, now);
  }

  /** Polytomic's time up to which the silence of sources says that this has not ended. */
  quietUpTo(item: Monitored): number {
    if (this.isForgotten(item)) return -Infinity;
    return Math.max(...this.polled.filter(isBelieved).map(({ source }) => source.quietUpTo(item)));
  }

  private isCovered(item: Monitored, polled: Polled, now: number): boolean {
    return isBelieved(polled) && !this.isForgotten(item) && polled.source.coversUntil(item) > now;
  }

  /** Whether its end may have been told, and be remembered no more. */
  private isForgotten({ aliveAt }: Monitored): boolean {
    return aliveAt < this.options.ends.forgottenUpTo;
  }

  /** Asks the source that has been due for longest; null where there is none. */
  async ask(signal: AbortSignal): Promise<{ name: string; isAnswered: boolean } | null> {
    const [polled] = this.polled.toSorted((one, other) => askAtOf(one) - askAtOf(other));
    if (!polled) return null;
    const { name } = polled.source;
    const { ends } = this.options;
    const before = ends.awaitedReports;
    this.requests += 1;
    try {
      await polled.source.ask(signal);
      polled.hasMissed &&= ends.awaitedReports === before;
      if (isBelieved(polled)) polled.fruitless = 0;
      else this.pause(polled, Math.min(backoffMs(polled.fruitless + 1), longestDoubtMs));
      return { name, isAnswered: true };
    } catch (error) {
      // The client has noted a rate limit, which says nothing of the source. What it means for the API, reads will tell.
      if (!signal.aborted && !isPolytomicError(error, 'RateLimited')) this.recordError(polled, error);
      return { name, isAnswered: false };
    }
  }

  private pause(polled: Polled, pauseMs: number): void {
    polled.fruitless += 1;
    polled.retryAt = this.options.clock.monotonic() + pauseMs;
  }

  private recordError(polled: Polled, error: unknown): void {
    // One that this API version, or this key, does not have is asked for again now and then.
    const isAbsent = isPolytomicError(error, 'NotFound', 'NotSupported', 'Forbidden', 'Rejected', 'InvalidRequest');
    this.pause(polled, isAbsent ? 3 * patienceMs : backoffMs(polled.fruitless + 1));
    const what = `The ${polled.source.name} cannot be read; runs are read one by one meanwhile`;
    this.options.warn(what, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** Whether a read of it may show what a source missed: not where reads fail, nor where any run of a sync will do. */
const isTelling = ({ executionId, isFailing }: Monitored): boolean => executionId !== null && !isFailing;

/** What has most likely ended since it was last alive; null where hardly anything has. */
function likeliest(items: readonly Monitored[], serverNow: number): Monitored | null {
  let [found, most]: [Monitored | null, number] = [null, minProbeEnds];
  for (const item of items) {
    const expectedEnds = (item.hazard(serverNow) * (serverNow - item.aliveAt)) / 1_000;
    if (expectedEnds > most) [found, most] = [item, expectedEnds];
  }
  return found;
}

const isBelieved = ({ source, hasMissed }: Polled): boolean => source.hasTold && !hasMissed;

const askAtOf = ({ source, retryAt }: Polled): number => Math.max(source.askAt, retryAt);
