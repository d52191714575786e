/** Breaks of the sources that tell of many runs at once. */
import type { Mutation } from '../simulation/mutation';

/** Where a file of the watcher is, from `src`. */
export const watcher = (file: string): string => `executions/watcher/${file}.ts`;

/** Each must turn a test of `test/unit/watcher` red. */
export const sourceMutations: readonly Mutation[] = [
  {
    name: 'the event window begins now',
    file: watcher('event-windows'),
    from: 'this.beginAt(Math.max(oldest, earliest, soonest));',
    to: 'this.beginAt(serverNow);',
  },
  {
    name: 'event windows do not overlap',
    file: watcher('event-windows'),
    from: 'const overlapMs = maxIntervalMs;',
    to: 'const overlapMs = 0;',
  },
  {
    name: 'a source is trusted for ever',
    file: watcher('status-sources'),
    from: 'Math.max(patienceMs, (items.length * 60_000)',
    to: 'Math.max(1e9, (items.length * 60_000)',
  },
  {
    name: 'a second opinion passes for cover',
    file: watcher('batch-source'),
    from: 'if (this.roundMs === null) return -Infinity;\n    return (this.runningAt.get(item) ?? -Infinity) + this.roundMs',
    to: 'return (this.runningAt.get(item) ?? -Infinity) + (this.roundMs ?? patienceMs)',
  },
  {
    name: "the first window of events ends at the worker's time",
    file: watcher('event-windows'),
    from: 'if (window.pages === 1) window.openedAt = answered.serverNow - (answered.now - sent.now);',
    to: 'void answered;',
  },
  {
    name: 'the newest events wait for what was before them',
    file: watcher('event-windows'),
    from: 'const soonest = serverNow - longestMs;',
    to: 'const soonest = serverNow - 2 * retentionMs;',
  },
  {
    name: 'a window from before an outage is gone on with',
    file: watcher('event-windows'),
    from: 'const isStale = this.newest === null || this.newest.openedAt < soonest;',
    to: 'const isStale = this.newest === null;',
  },
  {
    name: 'a burst measures the feed for ever',
    file: watcher('event-windows'),
    from: 'if (this.lastOpenedAt < serverNow - patienceMs) this.pagesPerWindow = 1;',
    to: '',
  },
  {
    name: 'what comes late is not read where windows are short',
    file: watcher('event-windows'),
    from: 'else if (openedAt >= this.reachedBackAt + overlapMs) this.late = this.openLate(openedAt);',
    to: '',
  },
  {
    name: 'old events are read whatever they cost',
    file: watcher('event-windows'),
    from: 'return this.past !== null && this.past.pages < this.uncovered;',
    to: 'return this.past !== null;',
  },
  {
    name: 'a source that tells of nothing is asked as often',
    file: watcher('status-sources'),
    from: 'Math.min(backoffMs(polled.fruitless + 1), longestDoubtMs)',
    to: '0',
  },
  {
    name: 'a batch status that is too long is asked for again',
    file: watcher('batch-source'),
    from: 'this.organizationRows = Infinity;',
    to: 'void 0;',
  },
  {
    name: 'a feed that is not believed never comes to the past',
    file: watcher('event-source'),
    from: ' || (!this.isNewestNext && !this.windows.isUnfinished)',
    to: '',
  },
  {
    name: 'a window takes longer than it may be old',
    file: watcher('event-source'),
    from: 'Math.min(Math.max(maxInFlight, items.length), (affordable * longestMs) / 60_000)',
    to: 'Math.max(maxInFlight, items.length)',
  },
  {
    name: 'a window that was given up costs no more than others',
    file: watcher('event-windows'),
    from: 'everyMs === null ? 2 * Math.max(known, pages) : (known + seen) / 2',
    to: '(known + seen) / 2',
  },
  {
    name: 'what happened in one millisecond counts as read',
    file: watcher('event-windows'),
    from: 'else if (time > this.coveredFrom) this.giveUpBefore(time);',
    to: '',
  },
];
