/** Breaks that the watcher's tests must notice: exact texts of the product, and what each becomes. */
import type { Mutation } from '../simulation/mutation';
import { sourceMutations, watcher } from './source-mutations';

/** All of them; each must turn a test of `test/unit/watcher` or `test/unit/next-run` red. */
export const watcherMutations: readonly Mutation[] = [
  ...sourceMutations,
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
    from: 'this.history.refused.restore(refusedForMs);',
    to: '',
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
    from: 'if (createdAt <= at.serverNow) this.createdAt = createdAt;',
    to: 'if (this.createdAt === -Infinity) this.createdAt = Math.min(createdAt, at.serverNow);',
  },
  {
    name: 'a source that tells of other runs is believed of these',
    file: watcher('read-scheduler'),
    from: 'heard.includes(true)',
    to: 'true',
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
    name: 'a refusal goes on through other trouble',
    file: watcher('refused-time'),
    from: '    this.lastAt = null;\n  }\n\n  /** It had been',
    to: '  }\n\n  /** It had been',
  },
  {
    name: 'a key that was refused once is refused for ever',
    file: watcher('read-scheduler'),
    from: 'this.health.keyRefused.clear();',
    to: '',
  },
  {
    name: 'safety reads begin anew with each worker',
    file: watcher('watched-execution'),
    from: 'this.unreadMs = unreadMs;',
    to: '',
  },
  {
    name: 'who joins a search is read for on top of the budget',
    file: watcher('sync-calls'),
    from: 'read.recordJoin(scheduler.moment());',
    to: 'read.reportEnd(scheduler.moment());',
  },
  {
    name: 'a key is tried on one other thing only',
    file: watcher('read-scheduler'),
    from: 'isRefused === null && checkKey ? ask(checkKey) : isRefused',
    to: 'isRefused',
  },
  {
    name: 'a refused key and a forbidden thing are the same',
    file: watcher('key-check'),
    from: 'refusals.includes(error.code) ? false : null',
    to: 'null',
  },
  {
    name: 'requests are repeated within a second',
    file: watcher('read-scheduler'),
    from: 'Math.max(delayMs * (0.8 + 0.2 * at.chance), backoffMs(0))',
    to: 'delayMs * (0.8 + 0.2 * at.chance)',
  },
  {
    name: 'a key counts as refused through other trouble',
    file: watcher('api-health'),
    from: 'else this.keyRefused.interrupt();',
    to: '',
  },
];
