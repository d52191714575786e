/** Looks for runs that others start: one per client, and one look at a sync for all who search it. */
import { setMaxListeners } from 'node:events';
import type { SyncRef } from '../../contracts/sync-kind';
import { isPolytomicError } from '../../polytomic/errors';
import type { ReadOptions, ShapedExecution } from '../sync-adapter';
import { DueQueue } from '../watcher/due-queue';
import type { ReadEvents } from '../watcher/event-feed';
import { inRootContext } from '../watcher/root-context';
import { judgeError } from '../watcher/single-reads';
import { systemClock, type WatcherClock } from '../watcher/watcher-clock';
import { Weather } from '../watcher/weather';
import { pickRun, reachesBack } from './pick-run';
import { polytomicNow } from './polytomic-now';
import { RunEvents } from './run-events';
import { RunSearch, type SearchRequest } from './run-search';
import { nextLookMs, searchedSync, type SearchedSync } from './searched-sync';

/** What a finder is built from. */
export interface RunFinderOptions {
  /** Runs of a sync, newest first; throws a `PolytomicError`. */
  executionPages: (sync: SyncRef, options: ReadOptions) => AsyncIterable<ShapedExecution[]>;
  /** Looks a minute, all syncs together. */
  looksPerMinute: number;
  /** Reads events, as hints when to look; default: none. */
  readEvents?: ReadEvents;
  /** Told of each request that was answered. */
  onRequest?: () => void;
  /** Default: the machine's clock. */
  clock?: WatcherClock;
  /** From 0 up to 1. Default: `Math.random`. */
  random?: () => number;
}

/** At most so many looks are under way at once. */
const mostInFlight = 4;
/** So far back a search looks; what is beyond is not found. */
const mostPages = 50;
/** From so many syncs on, events are cheaper than looks; they are asked for at most so often, and take half of the looks. */
const fewestForEvents = 3;
const betweenEventsMs = 10_000;
const shareOfEvents = 0.5;
/** Hints come in bursts, as several sources tell of one end. */
const betweenHintsMs = 1_000;

/** What one look saw. */
interface Look {
  executions: ShapedExecution[];
  polytomicTime: number;
}

/** Searches last until a run is found, whatever goes wrong meanwhile, except refusals (401, 403, 404, 400) that last. */
export class RunFinder {
  private readonly clock: WatcherClock;
  private readonly random: () => number;
  private readonly weather: Weather;
  private readonly syncs = new Map<string, SearchedSync>();
  private readonly due = new DueQueue<SearchedSync>();
  private readonly events: RunEvents | null;
  private inFlight = 0;
  private controller = createController();
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: RunFinderOptions) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.weather = new Weather(this.random);
    this.events = this.createEvents();
  }

  /**
   * Waits for the first run of a sync that ends after a time, or for the one in progress that will; null at the deadline.
   * Throws the signal's reason when the caller leaves, and the `PolytomicError` of a refusal that lasted.
   */
  find(request: SearchRequest): Promise<ShapedExecution | null> {
    return inRootContext(() => this.register(request));
  }

  /** Since when the credential is refused, for the next worker; null while it is not. */
  get deniedSince(): number | null {
    return this.weather.deniedSince;
  }

  /** Another worker was refused since then. */
  recallDenied(since: number): void {
    this.weather.recallDenied(since);
  }

  /** When a sync was last looked at; null: never. */
  lookedAt(syncId: string): number | null {
    return this.syncs.get(syncId)?.lookedAt ?? null;
  }

  /** Something happened to a sync: looks at once, if somebody searches it. */
  hint(syncId: string): void {
    const sync = this.syncs.get(syncId);
    if (!sync || sync.failures > 0) return;
    inRootContext(() => this.lookSoon(sync, (sync.lookedAt ?? 0) + betweenHintsMs));
  }

  private createEvents(): RunEvents | null {
    const { readEvents: read, looksPerMinute, onRequest } = this.options;
    if (!read) return null;
    const readEvents: ReadEvents = (query, signal) => (onRequest?.(), read(query, signal));
    const everyMs = Math.max(betweenEventsMs, 60_000 / (shareOfEvents * looksPerMinute));
    return new RunEvents({ readEvents, everyMs, clock: this.clock, onEnd: (syncId) => this.hint(syncId) });
  }

  private register(request: SearchRequest): Promise<ShapedExecution | null> {
    const search = new RunSearch(request, { clock: this.clock, onLeave: (left) => this.release(left) });
    const sync = this.syncs.get(request.syncId) ?? searchedSync(request, this.clock.now());
    this.syncs.set(request.syncId, sync);
    sync.searches.add(search);
    if (this.syncs.size >= fewestForEvents) this.events?.start();
    search.begin();
    if (sync.searches.has(search)) this.lookSoon(sync, this.clock.now());
    return search.promise;
  }

  private release(search: RunSearch): void {
    const sync = this.syncs.get(search.request.syncId);
    sync?.searches.delete(search);
    if (!sync || sync.searches.size > 0) return;
    this.syncs.delete(sync.ref.syncId);
    this.due.delete(sync);
    if (this.syncs.size < fewestForEvents) this.events?.stop();
    if (this.syncs.size > 0) return;
    this.cancelTimer();
    this.controller.abort();
    this.controller = createController();
  }

  private lookSoon(sync: SearchedSync, at: number): void {
    if (sync.looking) sync.again = true;
    else this.due.set(sync, at);
    this.pump();
  }

  /** Begins the looks that are due and sleeps until the next. */
  private pump(): void {
    this.cancelTimer();
    const now = this.clock.now();
    const { openAt } = this.weather;
    if (now < openAt && this.due.size > 0) return this.wakeAt(openAt);
    const width = this.weather.bad ? 1 : mostInFlight;
    while (this.inFlight < width) {
      const sync = this.due.takeDue(now);
      if (!sync) break;
      void this.look(sync);
    }
    if (this.inFlight < width && this.due.size > 0) this.wakeAt(this.due.nextAt);
  }

  private wakeAt(time: number): void {
    const ms = Math.max(0, time - this.clock.now());
    this.cancelTimer = this.clock.setTimer(ms, () => this.pump());
  }

  private async look(sync: SearchedSync): Promise<void> {
    const { signal } = this.controller;
    const searches = [...sync.searches];
    sync.looking = true;
    sync.again = false;
    this.inFlight += 1;
    try {
      const seen = await this.read(sync.ref, searches, signal);
      this.weather.succeeded();
      this.tell(sync, searches, seen);
    } catch (error) {
      if (!signal.aborted) this.failed(sync, error);
    }
    this.inFlight -= 1;
    sync.looking = false;
    this.pump();
  }

  /** As many pages as the search that looks back farthest needs. */
  private async read({ kind, syncId }: SyncRef, searches: RunSearch[], signal: AbortSignal): Promise<Look> {
    const endedAfter = Math.min(...searches.map(({ request }) => request.endedAfter));
    const executions: ShapedExecution[] = [];
    let polytomicTime: number | undefined;
    const options: ReadOptions = {
      signal,
      onAnswer: ({ date }) => {
        this.options.onRequest?.();
        polytomicTime ??= polytomicNow(date, this.clock.now());
      },
    };
    let pages = 0;
    for await (const page of this.options.executionPages({ kind, syncId }, options)) {
      executions.push(...page);
      pages += 1;
      if (reachesBack(page, endedAfter) || pages >= mostPages) break;
    }
    return { executions, polytomicTime: polytomicTime ?? this.clock.now() };
  }

  private tell(sync: SearchedSync, searches: RunSearch[], { executions, polytomicTime }: Look): void {
    const now = this.clock.now();
    sync.lookedAt = now;
    sync.failures = sync.refusals = 0;
    sync.missing = sync.deniedSince = null;
    for (const search of searches) {
      const found = pickRun(executions, search.request, polytomicTime);
      if (found) search.finish(found);
    }
    if (sync.searches.size === 0) return;
    const asksEvents = this.events !== null && this.syncs.size >= fewestForEvents;
    const looksPerMinute = this.options.looksPerMinute * (asksEvents ? 1 - shareOfEvents : 1);
    const affordableMs = (this.syncs.size * 60_000) / looksPerMinute;
    const jitter = 0.9 + 0.1 * this.random();
    const next = nextLookMs(sync.searches, { now, polytomicTime, affordableMs, jitter });
    this.due.set(sync, sync.again ? now : now + next);
  }

  private failed(sync: SearchedSync, error: unknown): void {
    const now = this.clock.now();
    this.weather.blame(error, now);
    if (isPolytomicError(error, 'Unauthorized', 'Forbidden')) sync.deniedSince ??= this.weather.deniedSince;
    if (sync.searches.size === 0) return;
    const verdict = judgeError(sync, error, now);
    if (verdict.kind === 'lost') for (const search of [...sync.searches]) search.fail(error);
    else if (verdict.kind === 'unread') this.due.set(sync, now + verdict.afterMs * (0.8 + 0.2 * this.random()));
  }
}

/** Each request under way listens to its signal; from the eleventh on Node would warn of a leak. */
function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
