/** A stretch of the event feed that is read page by page. Pure. */
import type { EventQuery, FeedEvent } from './event-feed';

/** The API's longest page. */
const pageLength = 100;

/** What is still to be read of it; both bounds are strict, milliseconds since the epoch by Polytomic's clock. */
export class EventWindow {
  /** Pages read so far. */
  pages = 0;
  /** A millisecond in which more may have happened than can be asked for; -Infinity: there was none. */
  crowdedAt = -Infinity;

  constructor(
    public from: number,
    public before = Infinity,
  ) {}

  /** The request for the next page. */
  get query(): EventQuery {
    const { from: startingAfter, before } = this;
    return { startingAfter, ...(before < Infinity && { endingBefore: before }), limit: pageLength };
  }

  /** A page came. Returns whether it was the last. */
  record(events: readonly FeedEvent[]): boolean {
    this.pages += 1;
    const isRead = events.length < pageLength;
    if (!isRead) this.narrow(events.map(({ at }) => at));
    return isRead;
  }

  /** What a full page leaves open. The order is not documented: newest first leaves what is older, and the other way round. */
  private narrow(all: readonly number[]): void {
    // One without a time of its own has that of the bound.
    const dated = all.filter((at) => at > this.from);
    const times = dated.length > 0 ? dated : all;
    const [first = 0, last = 0, least, most] = [times[0], times.at(-1), Math.min(...times), Math.max(...times)];
    // The bounds are strict, so a millisecond is asked again. What is later than a crowded one can be read.
    if (least === most) this.from = this.crowdedAt = least;
    else if (first < last) this.from = Math.max(most - 1, this.from + 1);
    else this.before = Math.min(least + 1, this.before - 1);
  }
}
