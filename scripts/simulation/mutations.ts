/** Breaks that the simulation must notice: exact texts of the product, and what each becomes. */

/** One deliberate defect. */
export interface Mutation {
  name: string;
  /** Below `src`. */
  file: string;
  from: string;
  to: string;
}

const attempt = 'rules/start-attempt.ts';
const attemptState = 'rules/attempt-state.ts';
const adopt = 'executions/adopt.ts';
const engine = (file: string): string => `workflows/engine/${file}.ts`;

/** Seeds that once broke a promise: they are tried first, since they meet what is rare. */
export const tellingSeeds: readonly number[] = [
  374, 833, 973, 1451, 1641, 3552, 5449, 10925, 30661, 31940, 33877, 35961, 44530, 101428, 204985, 256107,
];

/** All of them; each must turn a campaign red. */
export const mutations: readonly Mutation[] = [
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
    name: 'forget to wake up for repeated starts',
    file: engine('step'),
    from: 'tries.wakeAt,',
    to: '',
  },
  {
    name: 'forget to wake up for waits',
    file: engine('step'),
    from: 'waits.wakeAt,',
    to: '',
  },
  {
    name: 'forget to wake up when time is up',
    file: engine('step'),
    from: 'if (!isIdle) wake.push(...dueTimes(state));',
    to: 'void dueTimes;',
  },
  {
    name: 'carry no jobs along',
    file: engine('carry'),
    from: "if ('jobs' in part) for (const job of part.jobs) jobs[job.id] = restored(job);",
    to: "if ('jobs' in part) part.jobs.map(restored);",
  },
  {
    name: 'carry no tries along',
    file: engine('carry'),
    from: "if ('isInFlight' in stage) stage.isInFlight = false;",
    to: "if ('isInFlight' in stage) stage.isInFlight = false;\n  job.attempt = null;",
  },
  {
    name: 'leave while starts are under way',
    file: engine('step'),
    from: "pendingOf(state, 'start', 'create', 'cancel', 'list').length === 0",
    to: "pendingOf(state, 'cancel', 'list').length === 0",
  },
  {
    name: 'no floor for Retry-After',
    file: 'polytomic/retry-after.ts',
    from: 'export const minRetryAfterMs = 1_000;',
    to: 'export const minRetryAfterMs = 0;',
  },
  {
    name: 'Temporal repeats starts by itself',
    file: engine('activity-options'),
    from: 'retry: { maximumAttempts: 1 },',
    to: 'retry: {},',
  },
  {
    name: 'a lost start counts as not sent',
    file: engine('apply'),
    from: "if (error.type !== 'lost' && (error.type !== 'failed' || isOurs)) return",
    to: "if (error.type !== 'failed' || isOurs) return",
  },
  {
    name: 'cancel whatever runs, without a look at what may be ours',
    file: engine('stops'),
    from: '  if (!isStart || !attempt || !mayHaveTakenEffect(attempt)) return null;\n  return { ...item, executionId: null, windows: closedWindows(attempt, now), cancel };',
    to: '  if (!isStart || !attempt) return null;\n  return { ...item, executionId: null, windows: [{ from: 0, to: mayHaveTakenEffect(attempt) ? closedWindows(attempt, now).length * now : now }], cancel };',
  },
  {
    name: 'cancel what was only attached to',
    file: engine('stops'),
    from: "cancel: cancel && stage.ownership === 'own' };",
    to: 'cancel };',
  },
  {
    name: 'cancel what is to be left',
    file: engine('stops'),
    from: "stopJobs(state, { cancel: settings.options.onTimeout === 'cancelOwn',",
    to: 'stopJobs(state, { cancel: true,',
  },
  {
    name: 'stop jobs whose start is under way',
    file: engine('stops'),
    from: "job.stage.type === 'stopping' || isBusy(job)) return [];",
    to: "job.stage.type === 'stopping') return [];",
  },
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
    from: 'attempt.windows = [...attempt.windows, { from, to: Math.ceil(visibleUntil + clockOffsetMs) }];',
    to: 'void [visibleUntil, clockOffsetMs];',
  },
  {
    name: 'a refusal is believed while something may have started',
    file: attempt,
    from: 'if (!mayHaveTakenEffect(attempt)) {\n        return { type:',
    to: 'if (attempt.tries >= 0) {\n        return { type:',
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
    name: 'what is to end is decided before a look',
    file: engine('decide'),
    from: "if (isUncertain(job)) wantLook(job, { usual, then: { type: 'end', end } }, now);\n  else endJob",
    to: "if (usual && job.lostRaces > 99) wantLook(job, { usual, then: { type: 'end', end } }, now);\n  else endJob",
  },
  {
    name: 'a run that was attached to passes for ours',
    file: engine('decide'),
    from: 'job.attached = true;',
    to: 'job.attached = false;',
  },
  {
    name: 'a pause is ignored',
    file: engine('admission'),
    from: 'if (state.closing || state.wishes.paused || state.isLeaving) return null;',
    to: 'if (state.closing || state.isLeaving) return null;',
  },
  {
    name: 'the limit of runs at once is ignored',
    file: engine('admission'),
    from: 'if (starts >= gate.go || room.free === 0) break;',
    to: 'if (starts >= gate.go) break;',
  },
  {
    name: 'the pace of starts is ignored',
    file: engine('admission'),
    from: 'count: starts, now });',
    to: 'count: 0 * starts, now });',
  },
  {
    name: 'waits that brought nothing are not issued again',
    file: engine('apply-answers'),
    from: 'job.stage.isAwaited = false;\n    byExecution',
    to: 'byExecution',
  },
  {
    name: 'failed schemas run again and again',
    file: engine('apply-answers'),
    from: 'job.retriesLeft -= 1;',
    to: 'job.retriesLeft -= 0;',
  },
  {
    name: 'notifications hold the end back',
    file: engine('step'),
    from: 'isIdle && (isOutboxEmpty(state) || now >= (state.flushUntil ?? now));',
    to: 'isIdle && isOutboxEmpty(state);',
  },
  {
    name: 'a stalled run is restarted although its cancel was not confirmed',
    file: engine('ends'),
    from: 'if (!isOver || !again()) endWithResult',
    to: 'if (!again()) endWithResult',
  },
  {
    name: "another user's stalled run is cancelled",
    file: engine('stalls'),
    from: "if (!onStalled || stage.ownership !== 'own' || job.stop) return;",
    to: "if (!onStalled || job.stop) return;\n  stage.ownership = 'own';",
  },
  {
    name: 'a stalled run is cancelled where it was only to be reported',
    file: engine('stalls'),
    from: "if (!onStalled || stage.ownership !== 'own' || job.stop) return;",
    to: "if (stage.ownership !== 'own' || job.stop) return;",
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
  {
    name: 'attempts are not carried along',
    file: engine('carry'),
    from: "if ('isInFlight' in stage) stage.isInFlight = false;",
    to: "if ('isInFlight' in stage) stage.isInFlight = false;\n  delete job.earlier;",
  },
  {
    name: 'attempts are not counted',
    file: engine('job'),
    from: 'return (earlier?.attempts ?? 0) + 1;',
    to: 'return earlier ? 1 : 1;',
  },
  {
    name: 'the pause before the next attempt is forgotten',
    file: engine('retries'),
    from: 'at: now + retry.delayMs }',
    to: 'at: now + 0 * retry.delayMs }',
  },
  {
    name: 'every outcome leads to another attempt',
    file: 'rules/retry.ts',
    from: 'return retry.on.some((one) => one === outcome);',
    to: "return retry.on.some((one) => one === outcome) || outcome !== 'completed';",
  },
  {
    name: 'nothing is run again',
    file: 'rules/retry.ts',
    from: 'if (!retry || attempts >= retry.attempts) return false;',
    to: 'if (!retry || attempts >= 1) return false;',
  },
  {
    name: 'the ratio to past runs is ignored',
    file: engine('plan-comparison'),
    from: '!isSuccess(outcome) || executionId === null) return false;',
    to: '!isSuccess(outcome) || executionId === null || now > 0) return false;',
  },
  {
    name: 'a comparison that no worker answered is not asked for again',
    file: engine('carry'),
    from: "if ('isInFlight' in stage) stage.isInFlight = false;",
    to: "if ('isInFlight' in stage && stage.type !== 'comparing') stage.isInFlight = false;",
  },
  {
    name: 'a limit of rejected records is ignored',
    file: 'rules/run-outcome.ts',
    from: 'rejected > limits.maxErrorRecords) {',
    to: 'rejected > limits.maxErrorRecords + 1e9) {',
  },
  {
    name: 'an ingestion that does not work has caught up',
    file: 'rules/ingestion.ts',
    from: 'if (status === null || positionTime === null || !workingStatuses.includes(status)) return null;',
    to: 'if (status === null || positionTime === null || workingStatuses.length === 0) return null;',
  },
];
