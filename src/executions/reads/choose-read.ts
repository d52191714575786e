/** Decides what is read next: what was reported first, then what has been due for longest. Pure. */
import type { Moment } from './moment';
import type { ScheduledRead } from './scheduled-read';
import type { Monitored } from './status-source';
import type { StatusSources } from './status-sources';

/** As much of a read as the choice depends on. */
type Candidate = Monitored & Pick<ScheduledRead, 'isReading' | 'urgentAt' | 'report' | 'dueAt'>;

/** What may be read now, and when there will be more. */
export interface Choice<T> {
  item: T | undefined;
  /** Its end was reported: it goes first, and on top of the budget. */
  isUrgent: boolean;
  /** When the first of the others becomes due, or urgent, of the monotonic clock; infinite where one is urgent now. */
  nextAt: number;
}

/** The earliest due goes first: where the budget does not suffice, all are as late as each other, and nobody is left out. */
export function chooseRead<T extends Candidate>(
  items: Iterable<T>,
  at: Moment,
  sources: Pick<StatusSources, 'covers' | 'safetyMs' | 'probe'>,
): Choice<T> {
  const { safetyMs, probe } = sources;
  const choice: Choice<T> = { item: undefined, isUrgent: false, nextAt: Infinity };
  let earliest = Infinity;
  for (const item of items) {
    if (item.isReading) continue;
    const coveredMs = !item.report.isOpen && sources.covers(item, at.now) ? safetyMs : null;
    const dueAt = Math.min(item.dueAt(at, coveredMs), item === probe && !item.isFailing ? at.now : Infinity);
    const isDue = dueAt <= at.now;
    if (isDue && item.urgentAt <= at.now) return { item, isUrgent: true, nextAt: Infinity };
    if (isDue && (choice.item === undefined || dueAt < earliest)) [choice.item, earliest] = [item, dueAt];
    choice.nextAt = Math.min(choice.nextAt, isDue ? item.urgentAt : dueAt);
  }
  return choice;
}
