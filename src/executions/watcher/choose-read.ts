/** Decides what is read next: what was reported first, then what most needs it. Pure. */
import type { Moment, ScheduledRead } from './scheduled-read';
import type { StatusSources } from './status-sources';

/** What may be read now, and when there will be more. Times are of the monotonic clock. */
export interface Choice {
  /** Its end was reported: it goes first, and on top of the budget. */
  urgent: ScheduledRead | undefined;
  /** What most needs a read of all that is due. */
  due: ScheduledRead | undefined;
  /** When the first of those becomes due that are not. */
  nextAt: number;
}

/**
 * As each is measured by its own interval, the most overdue is the likeliest to have ended unseen for long. Where the
 * budget does not suffice, that would leave out who is rarely read: what had no read for as long as a safety read takes
 * goes first.
 */
export function chooseRead(
  items: Iterable<ScheduledRead>,
  at: Moment,
  sources: Pick<StatusSources, 'covers' | 'safetyMs'>,
): Choice {
  const { safetyMs } = sources;
  const choice: Choice = { urgent: undefined, due: undefined, nextAt: Infinity };
  let [isStarving, most] = [false, -Infinity];
  for (const item of items) {
    if (item.isReading) continue;
    const coveredMs = !item.report.isOpen && sources.covers(item, at.now) ? safetyMs : null;
    const dueAt = item.dueAt(at, coveredMs);
    if (dueAt > at.now) {
      choice.nextAt = Math.min(choice.nextAt, dueAt);
      continue;
    }
    if (item.isUrgent) choice.urgent ??= item;
    const unreadMs = item.unreadMs(at);
    const starves = unreadMs >= safetyMs;
    if (isStarving && !starves) continue;
    const need = starves ? unreadMs : item.overdue(at, coveredMs);
    if (isStarving === starves && need <= most) continue;
    choice.due = item;
    [isStarving, most] = [starves, need];
  }
  return choice;
}
