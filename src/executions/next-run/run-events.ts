/** Hears from the organization's events in which syncs a run ended: one request for all that are searched. */
import { isPolytomicError } from '../../polytomic/errors';
import { EventFeed, type ReadEvents } from '../watcher/event-feed';
import type { WatcherClock } from '../watcher/watcher-clock';

/** What it is built from. */
export interface RunEventsOptions {
  readEvents: ReadEvents;
  /** Told of each sync in which a run ended. */
  onEnd: (syncId: string) => void;
  /** Time between two requests, in milliseconds. */
  everyMs: number;
  clock: WatcherClock;
}

/** After an answer that was none, and after one that says that there are no events for this key. */
const againMs = 60_000;
const refusedMs = 1_800_000;

/** Events are hints, and some never come: whoever searches looks without them too, only more rarely. */
export class RunEvents {
  private readonly feed: EventFeed;
  private controller: AbortController | null = null;
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: RunEventsOptions) {
    const { readEvents, onEnd } = options;
    this.feed = new EventFeed(readEvents, (_executionId, syncId) => syncId && onEnd(syncId));
  }

  /** Asks now and then until it is stopped; nothing changes where it does already. */
  start(): void {
    if (this.controller) return;
    this.controller = new AbortController();
    void this.ask(this.controller.signal);
  }

  stop(): void {
    this.cancelTimer();
    this.controller?.abort();
    this.controller = null;
  }

  private async ask(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.options;
    let nextMs = everyMs;
    this.feed.start(clock.now());
    try {
      do await this.feed.look({ at: clock.now(), signal });
      while (this.feed.unfinished);
    } catch (error) {
      nextMs = isPolytomicError(error) ? Math.max(againMs, error.retryAfterMs ?? 0, refusalMs(error.code)) : againMs;
    }
    if (!signal.aborted) this.cancelTimer = clock.setTimer(nextMs, () => void this.ask(signal));
  }
}

const refusalMs = (code: string): number => (['Forbidden', 'NotFound', 'NotSupported'].includes(code) ? refusedMs : 0);
