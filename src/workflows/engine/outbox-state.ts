/** Notifications that are to be delivered, as entries of the engine's state. */
import type { Notification, NotifiedSync } from '../../contracts/notification';

/** What can be reported of a sync. */
export type NotifiedEvent = 'failed' | 'late' | 'recovered';

/** What happened and was not sent yet: the first of each kind, and exact counts. */
export type Gathered = Pick<Notification, NotifiedEvent | 'counts'>;

/** One target's entries. */
export interface Channel {
  gathered: Gathered;
  /** Sent and not answered: delivered again, under the same key, by a run that continues this one. */
  sending: { key: string; gathered: Gathered } | null;
  /** The next one may be sent at this time. */
  notBefore: number;
}

/** All notifications. A sync that has ended is not reported again, so older ids can be forgotten. */
export interface Outbox {
  /** Syncs reported as late that have not ended, and the last that were reported as failed. */
  late: string[];
  failed: string[];
  /** Runs reported as stalled, the last of them; absent while there were none. */
  stalled?: string[];
  /** By the target's name. */
  channels: Record<string, Channel>;
}

/** Nothing happened yet. */
export function newOutbox(): Outbox {
  return { late: [], failed: [], channels: {} };
}

/** Nothing was gathered yet. */
export function noneGathered(): Gathered {
  return { failed: [] as NotifiedSync[], late: [], recovered: [], counts: { failed: 0, late: 0, recovered: 0 } };
}

/** Whether there is nothing to send. */
export function isNothing({ counts }: Gathered): boolean {
  return counts.failed + counts.late + counts.recovered === 0;
}
