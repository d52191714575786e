/** What a source is: one way to hear of many at once. */
import type { Moment } from './moment';
import type { ScheduledRead } from './scheduled-read';

/** Something of which a source may tell: a run, or a sync in which a run is searched. */
export type Monitored = Pick<ScheduledRead, 'kind' | 'syncId' | 'executionId' | 'aliveAt' | 'hazard' | 'isFailing'>;

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
