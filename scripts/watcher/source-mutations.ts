/** Breaks of the sources that tell of many runs at once. */
import type { Mutation } from '../simulation/mutation';

/** Each must turn a unit test of sources or waits red. */
export const sourceMutations: readonly Mutation[] = [
  {
    name: 'the event window begins now',
    file: 'executions/sources/event-windows.ts',
    from: 'this.beginAt(Math.max(oldest, earliest, soonest));',
    to: 'this.beginAt(serverNow);',
  },
  {
    name: 'event windows do not overlap',
    file: 'executions/sources/event-windows.ts',
    from: 'const overlapMs = maxIntervalMs;',
    to: 'const overlapMs = 0;',
  },
  {
    name: 'a source is trusted for ever',
    file: 'executions/reads/poll-interval.ts',
    from: 'Math.max(patienceMs, (items.length * 60_000)',
    to: 'Math.max(1e9, (items.length * 60_000)',
  },
  {
    name: 'sources are not tried before the first safety read',
    file: 'executions/reads/status-sources.ts',
    from: 'const probeEveryMs = maxIntervalMs / 2;',
    to: 'const probeEveryMs = 1e9;',
  },
  {
    name: 'sources are tried by a run that cannot be read',
    file: 'executions/reads/status-sources.ts',
    from: 'executionId !== null && !isFailing;',
    to: 'executionId !== null;',
  },
  {
    name: 'a second opinion passes for cover',
    file: 'executions/sources/batch-source.ts',
    from: 'if (this.roundMs === null) return -Infinity;\n    return (this.runningAt.get(item) ?? -Infinity) + this.roundMs',
    to: 'return (this.runningAt.get(item) ?? -Infinity) + (this.roundMs ?? patienceMs)',
  },
  {
    name: "the first window of events ends at the worker's time",
    file: 'executions/sources/event-windows.ts',
    from: 'if (window.pages === 1) window.openedAt = answered.serverNow - (answered.now - sent.now);',
    to: 'void answered;',
  },
  {
    name: 'the newest events wait for what was before them',
    file: 'executions/sources/event-windows.ts',
    from: 'const soonest = serverNow - longestMs;',
    to: 'const soonest = serverNow - 2 * retentionMs;',
  },
  {
    name: 'a window from before an outage is gone on with',
    file: 'executions/sources/event-windows.ts',
    from: 'const isStale = this.newest === null || this.newest.openedAt < soonest;',
    to: 'const isStale = this.newest === null;',
  },
  {
    name: 'a burst measures the feed for ever',
    file: 'executions/sources/event-windows.ts',
    from: 'if (this.lastOpenedAt < serverNow - patienceMs) this.pagesPerWindow = 1;',
    to: '',
  },
  {
    name: 'what comes late is not read where windows are short',
    file: 'executions/sources/event-windows.ts',
    from: 'else if (openedAt >= this.reachedBackAt + overlapMs) this.late = lateWindow(this.reachedBackAt, openedAt);',
    to: '',
  },
  {
    name: 'old events are read whatever they cost',
    file: 'executions/sources/event-windows.ts',
    from: 'return this.past !== null && this.past.pages < this.uncovered;',
    to: 'return this.past !== null;',
  },
  {
    name: 'a source that tells of nothing is asked as often',
    file: 'executions/reads/status-sources.ts',
    from: 'Math.min(backoffMs(polled.fruitless + 1), longestDoubtMs)',
    to: '0',
  },
  {
    name: 'a source that is not asked keeps its share of the budget',
    file: 'executions/reads/status-sources.ts',
    from: 'Math.max(polled.retryAt - now, isBelieved(polled) ? 0 : longestDoubtMs)',
    to: '(isBelieved(polled) ? 0 : longestDoubtMs)',
  },
  {
    name: 'a batch status that is too long is asked for again',
    file: 'executions/sources/batch-source.ts',
    from: 'this.organizationRows = Infinity;',
    to: 'void 0;',
  },
  {
    name: 'a feed that is not believed never comes to the past',
    file: 'executions/sources/event-source.ts',
    from: ' || (!this.isNewestNext && !this.windows.isUnfinished)',
    to: '',
  },
  {
    name: 'a window takes longer than it may be old',
    file: 'executions/sources/event-source.ts',
    from: 'Math.min(Math.max(maxInFlight, items.length), (affordable * longestMs) / 60_000)',
    to: 'Math.max(maxInFlight, items.length)',
  },
  {
    name: 'a window that was given up costs no more than others',
    file: 'executions/sources/event-windows.ts',
    from: 'everyMs === null ? 2 * Math.max(known, pages) : (known + seen) / 2',
    to: '(known + seen) / 2',
  },
  {
    name: 'what happened in one millisecond counts as read',
    file: 'executions/sources/event-windows.ts',
    from: 'if (crowdedAt > this.coveredFrom) this.giveUpBefore(crowdedAt);',
    to: '',
  },
];
