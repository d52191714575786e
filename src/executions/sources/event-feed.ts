/** The feed of an organization's events, as the watcher asks for it. */

/** An event of an execution, as far as it matters here. */
export interface FeedEvent {
  id: string;
  /** When it was created, by Polytomic's clock, milliseconds since the epoch. */
  at: number;
  executionId: string;
  /** Absent where it does not tell. */
  syncId?: string;
  /** Whether it says that the execution is over. */
  ended: boolean;
}

/** A window of events; both bounds are strict, milliseconds since the epoch by Polytomic's clock. */
export interface EventQuery {
  startingAfter: number;
  endingBefore?: number | undefined;
  limit: number;
}

/** One request for events; throws a `PolytomicError`. */
export type ReadEvents = (query: EventQuery, signal: AbortSignal) => Promise<FeedEvent[]>;
