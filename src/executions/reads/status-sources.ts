/** What tells of many runs at once: which source is asked next, how often that pays, and whether a run is covered by one. */
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError } from '../../polytomic/errors';
import { bestIntervalMs } from './hazard';
import type { Moment } from './moment';
import type { ReportedEnds } from './reported-ends';
import type { ScheduledRead } from './scheduled-read';
import { backoffMs, blindIntervalMs, budgetShare, lagMs, maxIntervalMs, minReadIntervalMs, patienceMs } from './tuning';

/** Something of which a source may tell: a run, or a sync in which a run is searched. */
export type Monitored = Pick<ScheduledRead, 'kind' | 'syncId' | 'executionId' | 'aliveAt' | 'hazard'>;

/** Told that a run is said to have ended. That ends no wait: it says when to read. */
export type OnEnd = (executionId: string, syncId: string | null) => void;

/** What a source is built with, besides the way to ask. */
export interface SourceContext {
  moment: () => Moment;
  onEnd: OnEnd;
}

/** Who waits, as a source needs to know it. */
export interface Situation {
  /** Polytomic's time. */
  serverNow: number;
  items: readonly Monitored[];
  /** Those of them that no source before this one monitors. */
  unmonitored: readonly Monitored[];
  /** Requests a minute in all; sources take their share of them at most. */
  requestsPerMinute: number;
}

/** One way to hear of many at once. One that pushes is never asked: its `askAt` is infinite. Times are of the monotonic clock. */
export interface StatusSource {
  readonly name: string;
  /** Whether it has told of anything at all: a feed may be there and stay empty, and then its silence says nothing. */
  readonly hasTold: boolean;
  /** "Ask me at"; infinite while it does not pay. */
  readonly askAt: number;
  /** Requests a minute that it takes at present. */
  readonly perMinute: number;
  /** Decides anew whether and how often it pays to ask. */
  plan(situation: Situation): void;
  /** "I cover this until": the time up to which a silent source stands for "not ended". */
  coversUntil(item: Monitored): number;
  /** Polytomic's time up to which its silence stands for "not ended", for a next worker; -Infinity: it says nothing. */
  quietUpTo(item: Monitored): number;
  /** One request. @throws PolytomicError */
  ask(signal: AbortSignal): Promise<void>;
}

/**
 * How often to ask a source for what it tells of these, in milliseconds; null where reading them one by one is cheaper, or
 * sees ends as soon. Begun and left by this one test.
 *
 * @param requests that one round takes
 */
export function pollIntervalMs(items: readonly Monitored[], requests: number, situation: Situation): number | null {
  const { serverNow, requestsPerMinute } = situation;
  let [perSecond, hazard, weighted] = [0, 0, 0];
  for (const item of items) {
    const own = item.hazard(serverNow);
    const intervalMs = Math.min(Math.max(bestIntervalMs(own), minReadIntervalMs), patienceMs);
    perSecond += 1_000 / intervalMs;
    hazard += own;
    weighted += (own * intervalMs) / 2;
  }
  // Read one by one, they would get no more than the budget, and their ends be seen later by as much.
  const stretch = Math.max(1, (perSecond * 60) / requestsPerMinute);
  const soonEnoughMs = hazard > 0 ? ((2 * weighted) / hazard) * stretch : 0;
  const saved = perSecond / stretch - (items.length * 1_000) / safetyMsOf(situation);
  const cheapEnoughMs = saved > 0 ? (1_000 * requests) / saved : Infinity;
  const affordableMs = Math.max(minReadIntervalMs, (60_000 * requests) / (budgetShare * requestsPerMinute));
  if (Math.max(cheapEnoughMs, affordableMs) >= soonEnoughMs) return null;
  const bestMs = Math.min(bestIntervalMs(hazard / requests), maxIntervalMs);
  return Math.min(Math.max(bestMs, cheapEnoughMs, affordableMs), soonEnoughMs);
}

/** How often each run is read whatever sources say of it: all of them together within their share of the budget. */
const safetyMsOf = ({ items, requestsPerMinute }: Pick<Situation, 'items' | 'requestsPerMinute'>): number =>
  Math.max(patienceMs, (items.length * 60_000) / (budgetShare * requestsPerMinute));

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

/** Asks none that does not pay; without sources it covers nothing. */
export class StatusSources {
  /** Requests sent so far. */
  requests = 0;
  private readonly polled: readonly Polled[];
  private plannedAt = -Infinity;
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

  /** Requests a minute that single reads should leave alone. */
  get perMinute(): number {
    return this.polled.reduce((sum, polled) => {
      const most = isBelieved(polled) ? Infinity : 60_000 / longestDoubtMs;
      return sum + Math.min(polled.source.perMinute, most);
    }, 0);
  }

  /** How often each run is read that a source covers. */
  get safetyMs(): number {
    return safetyMsOf({ items: this.items, requestsPerMinute: this.options.requestsPerMinute });
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

const isBelieved = ({ source, hasMissed }: Polled): boolean => source.hasTold && !hasMissed;

const askAtOf = ({ source, retryAt }: Polled): number => Math.max(source.askAt, retryAt);
