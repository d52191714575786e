/** Breaks that the watcher's tests must notice: exact texts of the product, and what each becomes. */
import type { Mutation } from '../simulation/mutation';

const watcher = (file: string): string => `executions/watcher/${file}.ts`;

/** All of them; each must turn a test of `test/unit/watcher` or `test/unit/next-run` red. */
export const watcherMutations: readonly Mutation[] = [
  {
    name: 'a reported end is believed gone after one read that does not show it',
    file: watcher('end-report'),
    from: 'if (stepMs >= patienceMs) this.refute();',
    to: 'this.refute();',
  },
  {
    name: 'a reported end that lags waits for the budget',
    file: watcher('end-report'),
    from: 'const againAt = this.reportedAt + confirmAgainMs;',
    to: 'const againAt = -Infinity;',
  },
  {
    name: 'a search hears of no end while answers put the clock back',
    file: 'executions/next-run/searched-sync.ts',
    from: 'if (this.opensAt <= at.serverNow + maxIntervalMs)',
    to: 'if (this.opensAt <= at.serverNow)',
  },
  {
    name: 'reported ends wait for the budget',
    file: watcher('read-scheduler'),
    from: 'const affordedAt = isUrgent ? -Infinity : item ?',
    to: 'const affordedAt = item ?',
  },
  {
    name: 'four requests under way at once, whatever was reported',
    file: watcher('tuning'),
    from: 'export const maxInFlight = 20;',
    to: 'export const maxInFlight = 4;',
  },
  {
    name: 'all reported ends are read before the first answer',
    file: watcher('tuning'),
    from: 'export const widenEveryMs = 60;',
    to: 'export const widenEveryMs = 0;',
  },
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
    name: 'a 403 of one run ends all waits',
    file: watcher('classify-read'),
    from: "const isOfKey = error.code === 'Unauthorized';",
    to: "const isOfKey = error.code === 'Unauthorized' || error.code === 'Forbidden';",
  },
  {
    name: 'a 401 of one run ends all waits without another look',
    file: watcher('read-scheduler'),
    from: 'const isRefused = await this.isKeyRefusedFor(item);',
    to: 'const isRefused = (await this.isKeyRefusedFor(item), true);',
  },
  {
    name: "a gateway's answer is taken for the API's",
    file: watcher('classify-read'),
    from: 'isPolytomicError(error) && !error.gateway ? graceOf',
    to: 'isPolytomicError(error) ? graceOf',
  },
  {
    name: 'an answer above the size limit is a refusal',
    file: watcher('classify-read'),
    from: '  InvalidRequest: 0,',
    to: '  InvalidRequest: 0,\n  TooLarge: 7_000,',
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
    name: 'an end that was reported early is forgotten',
    file: watcher('execution-watcher'),
    from: 'if (this.scheduler.ends.has(item.executionId)) watched.reportEnd(at);',
    to: '',
  },
  {
    name: 'who is rarely read starves',
    file: watcher('choose-read'),
    from: 'choice.item === undefined || dueAt < earliest',
    to: 'choice.item === undefined || dueAt > earliest',
  },
  {
    name: 'graces begin anew at the next worker',
    file: watcher('watched-execution'),
    from: 'if (refusedForMs !== null) this.history.refusedSince = now - refusedForMs;',
    to: 'if (refusedForMs !== null) this.history.refusedSince = now;',
  },
  {
    name: 'time that was waited before does not count',
    file: watcher('pending-call'),
    from: 'this.beganAt = clock.monotonic() - (terms.waitedMs ?? 0);',
    to: 'this.beganAt = clock.monotonic();',
  },
  {
    name: 'an interval knows no floor',
    file: watcher('tuning'),
    from: 'export const minReadIntervalMs = 2_000;',
    to: 'export const minReadIntervalMs = 20;',
  },
  {
    name: 'the budget is ignored',
    file: watcher('budget'),
    from: 'return blocking === undefined ? -Infinity : blocking + minuteMs;',
    to: 'return blocking === undefined ? -Infinity : -1;',
  },
  {
    name: "reads wait for Polytomic's clock",
    file: watcher('scheduled-read'),
    from: 'const own = this.aliveSince + this.intervalMs(at, safetyMs);',
    to: 'const own = at.now - (at.serverNow - this.aliveAt) + this.intervalMs(at, safetyMs);',
  },
  {
    name: 'the age of a run stays as the worker took it before its first answer',
    file: watcher('watched-execution'),
    from: 'if (!Number.isNaN(createdAt)) this.createdAt = Math.min(createdAt, at.serverNow);',
    to: 'if (this.createdAt === -Infinity) this.createdAt = Math.min(createdAt, at.serverNow);',
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
    name: 'a source that tells of other runs is believed of these',
    file: watcher('read-scheduler'),
    from: 'heard.includes(true)',
    to: 'true',
  },
  {
    name: 'a source that tells of nothing is asked as often',
    file: watcher('status-sources'),
    from: 'Math.min(backoffMs(polled.fruitless + 1), longestDoubtMs)',
    to: '0',
  },
  {
    name: 'what was wrong once goes before all others again',
    file: watcher('end-report'),
    from: 'if (!this.wasWrong) this.urgentAt = now;',
    to: 'this.urgentAt = now;',
  },
  {
    name: 'whatever was read and left counts as a missed end',
    file: watcher('read-scheduler'),
    from: 'const isEnd = isFound && isAnswered && item.executionId !== null;',
    to: 'const isEnd = isFound;',
  },
  {
    name: 'a wait that returns gives its reads up at once',
    file: watcher('requests-under-way'),
    from: 'setTimer(minReadIntervalMs, abandon, true)',
    to: 'setTimer(0, abandon, true)',
  },
  {
    name: 'a batch status that is too long is asked for again',
    file: watcher('batch-source'),
    from: 'this.organizationRows = Infinity;',
    to: 'void 0;',
  },
];
