/** Decides what is read next: what was reported first, then what has been due for longest. Pure. */
import type { Moment, ScheduledRead } from './scheduled-read';
import type { StatusSources } from './status-sources';

/** What may be read now, and when there will be more. */
export interface Choice {
  item: ScheduledRead | undefined;
  /** Its end was reported: it goes first, and on top of the budget. */
  isUrgent: boolean;
  /** When the first of those becomes due that are not, of the monotonic clock. */
  nextAt: number;
}

/** The earliest due goes first: where the budget does not suffice, all are as late as each other, and nobody is left out. */
export function chooseRead(
  items: Iterable<ScheduledRead>,
  at: Moment,
  sources: Pick<StatusSources, 'covers' | 'safetyMs'>,
): Choice {
  const { safetyMs } = sources;
  const choice: Choice = { item: undefined, isUrgent: false, nextAt: Infinity };
  let earliest = Infinity;
  for (const item of items) {
    if (item.isReading) continue;
    const coveredMs = !item.report.isOpen && sources.covers(item, at.now) ? safetyMs : null;
    const dueAt = item.dueAt(at, coveredMs);
    if (dueAt > at.now) choice.nextAt = Math.min(choice.nextAt, dueAt);
    else if (item.isUrgent) return { item, isUrgent: true, nextAt: dueAt };
    else if (choice.item === undefined || dueAt < earliest) [choice.item, earliest] = [item, dueAt];
  }
  return choice;
}
