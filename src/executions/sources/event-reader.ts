/** Reads pages of the event feed, and reports each end in it once, however often windows overlap. */
import type { OnEnd } from '../reads/status-source';
import type { ReadEvents } from './event-feed';
import type { EventWindow } from './event-window';

/** Delivery is at most once, so some events never come. */
export class EventReader {
  /** Whether an event came of the time that was asked for. */
  hasTold = false;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly readEvents: ReadEvents,
    private readonly onEnd: OnEnd,
  ) {}

  /** One request: the next page of a window. Returns whether it was the last. @throws PolytomicError */
  async read(window: EventWindow, signal: AbortSignal): Promise<boolean> {
    const { query } = window;
    const events = await this.readEvents(query, signal);
    this.hasTold ||= events.some(({ at }) => at > query.startingAfter);
    for (const { id, at, executionId, syncId = null, ended } of events) {
      if (this.seen.has(id)) continue;
      this.seen.set(id, at);
      if (ended) this.onEnd(executionId, syncId);
    }
    return window.record(events);
  }

  /** Events before this time will not be read again. */
  forgetBefore(time: number): void {
    for (const [id, at] of this.seen) if (at < time) this.seen.delete(id);
  }
}
