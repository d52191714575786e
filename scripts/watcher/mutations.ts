/** Breaks that the watcher's tests must notice: exact texts of the product, and what each becomes. */
import type { Mutation } from '../simulation/mutation';
import { sourceMutations } from './source-mutations';

/** All of them; each must turn a unit test of reads, sources, waits or searches red. */
export const watcherMutations: readonly Mutation[] = [
  ...sourceMutations,
  {
    name: 'a reported end is believed gone after one read that does not show it',
    file: 'executions/reads/end-report.ts',
    from: 'if (stepMs >= patienceMs) this.refute();',
    to: 'this.refute();',
  },
  {
    name: 'a reported end that lags waits for the budget',
    file: 'executions/reads/end-report.ts',
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
    file: 'executions/reads/read-scheduler.ts',
    from: 'const affordedAt = isUrgent ? -Infinity : item ?',
    to: 'const affordedAt = item ?',
  },
  {
    name: 'four requests under way at once, whatever was reported',
    file: 'executions/reads/tuning.ts',
    from: 'export const maxInFlight = 20;',
    to: 'export const maxInFlight = 4;',
  },
  {
    name: 'all reported ends are read before the first answer',
    file: 'executions/reads/tuning.ts',
    from: 'export const widenEveryMs = 60;',
    to: 'export const widenEveryMs = 0;',
  },
  {
    name: 'a 403 of one run ends all waits',
    file: 'executions/reads/classify-read.ts',
    from: "const isOfKey = error.code === 'Unauthorized';",
    to: "const isOfKey = error.code === 'Unauthorized' || error.code === 'Forbidden';",
  },
  {
    name: 'a 401 of one run ends all waits without another look',
    file: 'executions/reads/read-scheduler.ts',
    from: 'const isRefused = await this.isKeyRefusedFor(item);',
    to: 'const isRefused = (await this.isKeyRefusedFor(item), true);',
  },
  {
    name: "a gateway's answer is taken for the API's",
    file: 'executions/reads/classify-read.ts',
    from: 'isPolytomicError(error) && !error.gateway ? graceOf',
    to: 'isPolytomicError(error) ? graceOf',
  },
  {
    name: 'an answer above the size limit is a refusal',
    file: 'executions/reads/classify-read.ts',
    from: '  InvalidRequest: 0,',
    to: '  InvalidRequest: 0,\n  TooLarge: 7_000,',
  },
  {
    name: 'an end that was reported early is forgotten',
    file: 'executions/watcher/execution-watcher.ts',
    from: 'if (this.scheduler.ends.has(item.executionId)) watched.reportEnd(at);',
    to: '',
  },
  {
    name: 'who is rarely read starves',
    file: 'executions/reads/choose-read.ts',
    from: 'choice.item === undefined || dueAt < earliest',
    to: 'choice.item === undefined || dueAt > earliest',
  },
  {
    name: 'graces begin anew at the next worker',
    file: 'executions/watcher/watched-execution.ts',
    from: 'this.history.refused.restore(refusedForMs);',
    to: '',
  },
  {
    name: 'time that was waited before does not count',
    file: 'executions/reads/pending-call.ts',
    from: 'this.beganAt = clock.monotonic() - (terms.waitedMs ?? 0);',
    to: 'this.beganAt = clock.monotonic();',
  },
  {
    name: 'an interval knows no floor',
    file: 'executions/reads/tuning.ts',
    from: 'export const minReadIntervalMs = 2_000;',
    to: 'export const minReadIntervalMs = 20;',
  },
  {
    name: 'the budget is ignored',
    file: 'executions/reads/budget.ts',
    from: 'return blocking === undefined ? -Infinity : blocking + minuteMs;',
    to: 'return blocking === undefined ? -Infinity : -1;',
  },
  {
    name: "reads wait for Polytomic's clock",
    file: 'executions/reads/scheduled-read.ts',
    from: 'const own = this.aliveSince + this.intervalMs(at, safetyMs);',
    to: 'const own = at.now - (at.serverNow - this.aliveAt) + this.intervalMs(at, safetyMs);',
  },
  {
    name: 'the age of a run stays as the worker took it before its first answer',
    file: 'executions/watcher/watched-execution.ts',
    from: 'if (createdAt <= at.serverNow) this.createdAt = createdAt;',
    to: 'if (this.createdAt === -Infinity) this.createdAt = Math.min(createdAt, at.serverNow);',
  },
  {
    name: 'a source that tells of other runs is believed of these',
    file: 'executions/reads/read-scheduler.ts',
    from: 'heard.includes(true)',
    to: 'true',
  },
  {
    name: 'what was wrong once goes before all others again',
    file: 'executions/reads/end-report.ts',
    from: 'if (!this.wasWrong) this.urgentAt = now;',
    to: 'this.urgentAt = now;',
  },
  {
    name: 'whatever was read and left counts as a missed end',
    file: 'executions/reads/read-scheduler.ts',
    from: 'const isEnd = isFound && isAnswered && item.executionId !== null;',
    to: 'const isEnd = isFound;',
  },
  {
    name: 'a wait that returns gives its reads up at once',
    file: 'executions/reads/requests-under-way.ts',
    from: 'setTimer(minReadIntervalMs, abandon, true)',
    to: 'setTimer(0, abandon, true)',
  },
  {
    name: 'a refusal goes on through other trouble',
    file: 'executions/reads/refused-time.ts',
    from: '    this.lastAt = null;\n  }\n\n  /** It had been',
    to: '  }\n\n  /** It had been',
  },
  {
    name: 'a key that was refused once is refused for ever',
    file: 'executions/reads/read-scheduler.ts',
    from: 'this.health.keyRefused.clear();',
    to: '',
  },
  {
    name: 'safety reads begin anew with each worker',
    file: 'executions/watcher/watched-execution.ts',
    from: 'this.unreadMs = unreadMs;',
    to: '',
  },
  {
    name: 'who joins a search is read for on top of the budget',
    file: 'executions/reads/sync-calls.ts',
    from: 'read.recordJoin(scheduler.moment());',
    to: 'read.reportEnd(scheduler.moment());',
  },
  {
    name: 'a key is tried on one other thing only',
    file: 'executions/reads/read-scheduler.ts',
    from: 'isRefused === null && checkKey ? ask(checkKey) : isRefused',
    to: 'isRefused',
  },
  {
    name: 'a refused key and a forbidden thing are the same',
    file: 'executions/reads/key-check.ts',
    from: 'refusals.includes(error.code) ? false : null',
    to: 'null',
  },
  {
    name: 'requests are repeated within a second',
    file: 'executions/reads/read-scheduler.ts',
    from: 'Math.max(delayMs * (0.8 + 0.2 * at.chance), backoffMs(0))',
    to: 'delayMs * (0.8 + 0.2 * at.chance)',
  },
  {
    name: 'a key counts as refused through other trouble',
    file: 'executions/reads/api-health.ts',
    from: 'else this.keyRefused.interrupt();',
    to: '',
  },
];
