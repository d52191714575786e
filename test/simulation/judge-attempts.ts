/** Judges attempts, and the cancels of runs that stand still, by the emulator's ledger alone. */
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { ExecutionRecord, LoggedRequest, ScriptStep } from '../../src/testing';
import { faultsOf, type AttemptFaults } from './judge-records';
import type { Story } from './run-scenario';
import { toMs } from './sim-temporal';

const minute = 60_000;

/** What the input allows for each sync. */
export interface Allowed {
  /** Attempts, the first included. */
  attempts: number;
  /** Milliseconds between the end of one and the next. */
  delayMs: number;
  /** Outcomes that lead to another one. */
  on: readonly string[];
  /** A run that stands still for so long may be cancelled, in milliseconds; null: never. */
  cancelStalledAfterMs: number | null;
  restarts: boolean;
}

/** Documented defaults included. */
export function allowedOf({ input }: Story['scenario']): Allowed {
  const { onStalled, stalledAfter, onTimeout, timeoutPerAttempt } = input;
  const retry = input.retry as { attempts: number; delay?: string; on?: string[] } | undefined;
  const restarts = onStalled === 'restart';
  const isWanted = restarts || onStalled === 'cancel';
  const mayTimeOut = timeoutPerAttempt !== undefined && onTimeout !== 'leaveRunning';
  const usual = ['failed', 'partiallyFailed', ...(mayTimeOut ? ['timedOut'] : [])];
  return {
    attempts: retry?.attempts ?? (restarts ? 2 : 1),
    delayMs: retry ? toMs(retry.delay ?? '1 minute') : 0,
    on: retry ? (retry.on ?? usual) : [],
    cancelStalledAfterMs: isWanted ? toMs(String(stalledAfter)) : null,
    restarts,
  };
}

/** The runs of one attempt: of everything, then of failed schemas alone. */
type Attempt = [ExecutionRecord, ...ExecutionRecord[]];

/** All attempts of each sync, in their order. */
function attemptsBySync({ executions }: Story): Map<string, Attempt[]> {
  const bySync = new Map<string, Attempt[]>();
  for (const run of executions) {
    if (run.startedBy !== 'api') continue;
    const attempts = bySync.get(run.syncId) ?? [];
    bySync.set(run.syncId, attempts);
    const isPart = ((run.options.schemas as unknown[] | undefined) ?? []).length > 0;
    const last = attempts.at(-1);
    if (isPart && last) last.push(run);
    else attempts.push([run]);
  }
  return bySync;
}

/** No more attempts than are allowed, each for a reason, after the one before was over, and told as many. */
export function judgeAttempts(story: Story, results: readonly SyncRunResult[]): string[] {
  const allowed = allowedOf(story.scenario);
  const broken: string[] = [];
  for (const attempts of attemptsBySync(story).values()) {
    for (const [index, [first]] of attempts.entries()) {
      const before = attempts[index - 1];
      if (before) broken.push(...wrongfulAttempt(story, allowed, { before, first }));
    }
  }
  broken.push(...startsBesideOwn(story), ...tooManyAtOnce(story));
  for (const result of results) broken.push(...miscounted(story, result), ...notRunAgain(story, allowed, result));
  return broken;
}

function wrongfulAttempt(
  story: Story,
  { on, delayMs, restarts }: Allowed,
  { before, first }: { before: Attempt; first: ExecutionRecord },
): string[] {
  const last = before.at(-1) as ExecutionRecord;
  const name = `run ${first.id}, another attempt,`;
  const { completedAt } = last;
  if (completedAt === undefined || completedAt > first.createdAt) return [`${name} began before ${last.id} was over`];
  const isCancelledByUs = cancelsOf(story, last).some(({ status }) => status === 200);
  const isRestart = restarts && isCancelledByUs;
  const outcomes = outcomesOf(story, before);
  const isTimedOut = isCancelledByUs && on.includes('timedOut');
  if (!isRestart && !isTimedOut && !on.some((one) => outcomes.includes(one))) {
    return [`${name} followed ${last.id}, which is ${last.status}`];
  }
  if (last.status === 'canceled' && !isCancelledByUs) return [`${name} followed ${last.id}, which others cancelled`];
  const early = completedAt + delayMs - first.createdAt;
  return !isRestart && early > 0 ? [`${name} began ${early} ms before its delay had passed`] : [];
}

/** What an attempt may count as; of several runs together only Polytomic's statuses tell. */
function outcomesOf(story: Story, attempt: Attempt): string[] {
  const last = attempt.at(-1) as ExecutionRecord;
  if (last.status === 'canceled') return [];
  if (last.status !== 'completed' || attempt.length > 1) return ['failed', 'partiallyFailed'];
  return outcomesOfFaults(faultsOf(story, last));
}

function outcomesOfFaults(faults: AttemptFaults | null): string[] {
  // Of a sync that was deleted nothing is known any more.
  if (faults === null) return ['failed', 'partiallyFailed'];
  if (faults.failedSchemas > 0) return ['failed', 'partiallyFailed'];
  return faults.limit || faults.ratio ? ['failed'] : [];
}

/** While a run of ours goes on, as we were told, nothing is started beside it. */
function startsBesideOwn({ executions, requests, undelivered, temporal }: Story): string[] {
  const starts = requests.filter(({ method, operation }) => method === 'POST' && operation?.endsWith('.start'));
  const isClear = (syncId: string): boolean =>
    !undelivered.some(({ path }) => path.includes(syncId)) &&
    !temporal.lostStarts.some(({ request }) => request.includes(syncId));
  return executions.flatMap((run) => {
    if (run.startedBy !== 'api' || !isClear(run.syncId)) return [];
    const told = starts.find(
      ({ executionId, status, truncated }) => executionId === run.id && status === 200 && !truncated,
    );
    if (!told) return [];
    const beside = starts.find(
      ({ at, path, headers }) =>
        at > told.at &&
        at < (run.completedAt ?? Infinity) &&
        path.includes(run.syncId) &&
        headers['idempotency-key'] !== run.idempotencyKey,
    );
    return beside ? [`a start was posted while run ${run.id} went on`] : [];
  });
}

/** Runs of ours that went on at the same time. */
function tooManyAtOnce({ executions, seen, scenario, state }: Story): string[] {
  if (scenario.syncs.length < 2 || state?.mode !== 'many') return [];
  // A run whose sync others deleted is gone, however its status may read.
  const ours = executions.filter(({ startedBy, syncId }) => startedBy === 'api' && !seen.deleted.includes(syncId));
  const most = Math.max(
    0,
    ...ours.map(
      ({ createdAt }) =>
        ours.filter((other) => other.createdAt <= createdAt && (other.completedAt ?? Infinity) > createdAt).length,
    ),
  );
  // A run that was left, or whose cancel was not confirmed, takes no place.
  const isLeft = state.unconfirmed.length > 0 || scenario.input.onTimeout === 'leaveRunning';
  return most > seen.mostWanted && !isLeft ? [`${most} runs of ours at once, ${seen.mostWanted} were allowed`] : [];
}

/** The result tells of as many attempts as there were. */
function miscounted(
  story: Story,
  { syncId, attempts = 1, attached, executionId, reason = '', cancelConfirmed }: SyncRunResult,
): string[] {
  // What a start that was never seen may have made is reported as unconfirmed.
  if (cancelConfirmed === false) return [];
  // A start that was refused is an attempt without a run.
  if (attached || executionId === null || reason.startsWith('polytomic.')) return [];
  if (isOfOthers(story, executionId)) return [];
  const there = attemptsBySync(story).get(syncId)?.length ?? 0;
  return there === attempts ? [] : [`sync ${syncId} had ${there} attempts, ${attempts} were told`];
}

function isOfOthers({ executions }: Story, executionId: string): boolean {
  return executions.some(({ id, startedBy }) => id === executionId && startedBy !== 'api');
}

/** An outcome that leads to another attempt was returned although there was time for one. */
function notRunAgain(story: Story, { on, attempts, delayMs }: Allowed, result: SyncRunResult): string[] {
  const { scenario, seen, state, endedAt } = story;
  const { outcome, attached, executionId, cancelConfirmed, reason = '' } = result;
  if (!on.some((one) => one === outcome) || (result.attempts ?? 1) >= attempts) return [];
  if (attached || executionId === null || cancelConfirmed === false || reason.startsWith('polytomic.')) return [];
  const { failurePolicy, timeoutPerSync } = scenario.input;
  const isClosed = seen.cancelledAt !== null || state?.fatal || failurePolicy !== undefined;
  if (isClosed || timeoutPerSync !== undefined || seen.deleted.includes(result.syncId)) return [];
  const run = story.executions.find(({ id }) => id === executionId);
  const timeoutAt = seen.timeoutAt ?? Infinity;
  if (run?.completedAt === undefined || run.startedBy !== 'api' || endedAt >= timeoutAt) return [];
  if (run.completedAt + delayMs >= timeoutAt - 20 * minute) return [];
  // A run that was cancelled as it stood still is followed by another one only where that is wanted.
  if (run.status === 'canceled' && outcome === 'failed') return [];
  return [`sync ${result.syncId} was not run again, its outcome is ${outcome}`];
}

/** Cancels of ours have a reason: the user, the time, the policy, or that the run stands still and that this was asked for. */
export function judgeCancels(story: Story): string[] {
  return ourRuns(story).flatMap((run) => {
    const wrong = cancelsOf(story, run).find((request) => !hasReason(story, run, request));
    return wrong ? [`run ${run.id} was cancelled for no reason`] : [];
  });
}

/** A run of ours that stands still is cancelled where this was asked for. */
export function judgeStalls(story: Story): string[] {
  const { cancelStalledAfterMs: afterMs } = allowedOf(story.scenario);
  if (afterMs === null) return [];
  return ourRuns(story).flatMap((run) =>
    isCancelDue(story, run, afterMs) && cancelsOf(story, run).length === 0
      ? [`run ${run.id} stood still and was not cancelled`]
      : [],
  );
}

const ourRuns = ({ executions }: Story): ExecutionRecord[] => executions.filter(({ startedBy }) => startedBy === 'api');

function cancelsOf({ requests }: Story, { id }: ExecutionRecord): LoggedRequest[] {
  return requests.filter(({ method, path }) => method === 'POST' && path.includes(id) && path.endsWith('/cancel'));
}

function hasReason(story: Story, run: ExecutionRecord, { at }: LoggedRequest): boolean {
  const { seen, scenario, executions } = story;
  const { onCancel, onTimeout, timeoutPerSync, timeoutPerAttempt, failurePolicy } = scenario.input;
  if (seen.cancelledAt !== null && at >= seen.cancelledAt && onCancel !== 'leaveRunning') return true;
  if (failurePolicy === 'cancelRest') return true;
  if (onTimeout !== 'leaveRunning') {
    // Another's run that could not be told from ours began the first attempt, too.
    const isTaken = ({ id }: ExecutionRecord): boolean =>
      story.log.some(({ message, attributes }) => message === 'A run has started' && attributes.executionId === id);
    const first = executions.find(
      (other) => other.syncId === run.syncId && (other.startedBy === 'api' || isTaken(other)),
    );
    const perAttempt = timeoutPerAttempt === undefined ? Infinity : toMs(timeoutPerAttempt as string);
    if (timeoutPerSync !== undefined || at >= (seen.timeoutAt ?? Infinity)) return true;
    if (at >= (first?.createdAt ?? Infinity) + perAttempt) return true;
  }
  const { cancelStalledAfterMs: afterMs } = allowedOf(scenario);
  return afterMs !== null && stoodStill(story, run, { at, afterMs });
}

/** Between the read that shows it and the request there are seconds; a request that is refused is repeated for a minute. */
const requestMs = { first: 10_000, repeated: 80_000 };

function stoodStill(story: Story, run: ExecutionRecord, { at, afterMs }: { at: number; afterMs: number }): boolean {
  const isRepeated = cancelsOf(story, run).some((other) => other.at < at);
  const slackMs = isRepeated ? requestMs.repeated : requestMs.first;
  return standstills(story, run).some(({ from, to }) => from + afterMs <= at && to >= at - slackMs);
}

/** A run may go unread for ten minutes, before the first of two reads and before the second. */
const unreadMs = 25 * minute;

function isCancelDue(story: Story, run: ExecutionRecord, afterMs: number): boolean {
  const { seen, strikes, endedAt, scenario, beganAt } = story;
  const outages = scenario.incidents.map(
    ({ at, what }) => beganAt + at + (what.type === 'fault' ? (what.spec.forMs ?? 0) : 0),
  );
  const troubleAt = Math.max(seen.lastActAt, strikes.lastAt, ...outages);
  // A run that another user has cancelled is never stalled, however long it takes to end.
  const cancelAt = run.cancelRequestedAt ?? Infinity;
  // Nor is one that is waited for no longer.
  const { timeoutPerSync, timeoutPerAttempt } = scenario.input;
  const lives = [timeoutPerSync, timeoutPerAttempt]
    .filter((one) => one !== undefined)
    .map((one) => toMs(one as string));
  const leftAt = run.createdAt + Math.min(Infinity, ...lives);
  const overAt = Math.min(run.completedAt ?? Infinity, cancelAt, leftAt, endedAt, seen.timeoutAt ?? Infinity);
  return standstills(story, run).some(({ from, to }) => {
    const dueAt = Math.max(from, troubleAt) + afterMs + unreadMs;
    return dueAt < Math.min(overAt, to);
  });
}

/** When a run showed the same counts, none of them nothing, as its script says. */
function standstills(story: Story, run: ExecutionRecord): { from: number; to: number }[] {
  const steps = stepsOf(story, run);
  return steps.flatMap(({ status, afterMs, recordCount = 0 }, index) => {
    const next = steps[index + 1];
    if (status !== 'running' || recordCount === 0) return [];
    return [{ from: run.createdAt + afterMs, to: next ? run.createdAt + next.afterMs : Infinity }];
  });
}

/** Scripts are taken in the order in which runs are made; one without steps counts nothing before its end. */
function stepsOf({ executions, scenario }: Story, { id, syncId, kind }: ExecutionRecord): readonly ScriptStep[] {
  const seeds = kind === 'model' ? scenario.polytomic.modelSyncs : scenario.polytomic.bulkSyncs;
  const sync = seeds?.find((seed) => seed.id === syncId);
  const runs = executions.filter((run) => run.syncId === syncId && run.startedBy !== 'seed');
  const script = sync?.nextScripts?.[runs.findIndex((run) => run.id === id)] ?? sync?.script ?? 'completed';
  return typeof script === 'object' && 'steps' in script ? (script.steps ?? []) : [];
}
