/** Defects of starts, adoption and cancels. */
import type { Mutation } from './mutation';

const attempt = 'rules/start-attempt.ts';
const attemptState = 'rules/attempt-state.ts';
const adopt = 'executions/adopt.ts';

/** Each must turn a campaign red. */
export const startMutations: readonly Mutation[] = [
  {
    name: 'each post has a key of its own',
    file: 'executions/post-idempotently.ts',
    from: 'return await post(key);',
    to: 'return await post(`${key}-${Math.floor(attempt.client.clock.random() * 1e9)}`);',
  },
  {
    name: 'adopt without the time bound',
    file: adopt,
    from: 'return created >= from - skewMs && created <= to + skewMs;',
    to: 'return true || created + from + (to ?? 0) + skewMs > 0;',
  },
  {
    name: 'adopt what was known before',
    file: adopt,
    from: '!known.ids.includes(execution.executionId) &&\n        isOfWindow',
    to: 'isOfWindow',
  },
  { name: 'adopt what contradicts', file: adopt, from: '!contradicts(execution, sought),', to: 'true,' },
  {
    name: 'no look after an ambiguous answer',
    file: attempt,
    from: "attempt.mode = count >= (mayBeWorking ? maxGateway : maxAnswered) ? 'look' : 'lookThenPost';",
    to: "attempt.mode = count >= (mayBeWorking ? maxGateway : maxAnswered) ? 'post' : 'post';",
  },
  {
    name: 'a new key at once after no response',
    file: attempt,
    from: 'windowMs: workingWindowMs }, context.now);\n',
    to: 'windowMs: workingWindowMs }, context.now);\n      takeKey(attempt, context);\n',
  },
  {
    name: 'a lost attempt is not looked for before its key is posted again',
    file: attempt,
    from: "outcome.wasAttemptLost ? 'lookThenPost' : 'post'",
    to: "'post'",
  },
  {
    name: 'the window of a try begins when its answer is known',
    file: attemptState,
    from: 'attempt.windowSince ??= at;',
    to: 'attempt.windowSince ??= Math.max(at, now + attempt.clockOffsetMs + 61_000);',
  },
  {
    name: 'nothing is waited for before a key is given up',
    file: attempt,
    from: 'const workingWindowMs = 15 * minuteMs;',
    to: 'const workingWindowMs = 0 * minuteMs;',
  },
  {
    name: 'a 409 to an uncertain key is taken for an answer',
    file: attempt,
    from: 'if (attempt.since !== null) {\n    attempt.inFlightSince ??= now;',
    to: 'if (attempt.since !== null && now < 0) {\n    attempt.inFlightSince ??= now;',
  },
  {
    name: 'the time between two tries far apart counts as ours',
    file: attemptState,
    from: 'if (now - longestTryMs > attempt.visibleUntil) closeWindow(attempt);',
    to: 'void longestTryMs;',
  },
  {
    name: 'another key is posted while one that was given up may take effect',
    file: attemptState,
    from: "return mode !== 'look' && (since !== null || windows.length === 0 || now >= visibleUntil);",
    to: "return mode !== 'look' && (since !== null || windows.length >= 0 || now >= visibleUntil);",
  },
  {
    name: 'keys that were given up are forgotten',
    file: attemptState,
    from: 'attempt.windows = addWindow(attempt.windows, { from, to: Math.ceil(visibleUntil + clockOffsetMs) });',
    to: 'void [addWindow, visibleUntil, clockOffsetMs];',
  },
  {
    name: 'a refusal is believed while something may have started',
    file: attempt,
    from: "if (!mayHaveTakenEffect(attempt)) return { type: 'failed', failure, mayHaveStarted: false };",
    to: "if (attempt.tries >= 0) return { type: 'failed', failure, mayHaveStarted: false };",
  },
  {
    name: 'a failed look counts as one that found nothing',
    file: attempt,
    from: 'return noteFailedLook(attempt, outcome, context);',
    to: 'return noteFailedLook.length > 0 ? noteAbsent(attempt, context) : { type: "retry" };',
  },
  {
    name: 'a key is posted again after a day',
    file: attemptState,
    from: 'const isStale = attempt.since !== null && now + attempt.clockOffsetMs - attempt.since > keyLifetimeMs;',
    to: 'const isStale = attempt.since !== null && now < keyLifetimeMs;',
  },
  {
    name: 'a recorded 429 is asked for again and again',
    file: attempt,
    from: 'if (attempt.throttles >= maxThrottles) {',
    to: 'if (attempt.throttles < 0) {',
  },
  {
    name: 'repeats do not pause longer and longer',
    file: attemptState,
    from: 'return Math.min(maxMs, firstPauseMs * 2 ** Math.min(Math.max(0, tries - 1), 20));',
    to: 'return Math.min(maxMs, firstPauseMs + 0 * tries);',
  },
  {
    name: 'a stalled run is cancelled without another read',
    file: 'executions/cancel-runs.ts',
    from: 'mayAsk: item.onlyIfCounts === undefined || attempt.wasRequested(item),',
    to: 'mayAsk: true,',
  },
  {
    name: 'stalled runs are never noticed',
    file: 'executions/watcher/wait.ts',
    from: 'if (forMs < stalledAfterMs || this.stalled.has(executionId)) return;',
    to: 'if (forMs < stalledAfterMs * 99 || this.stalled.has(executionId)) return;',
  },
];
