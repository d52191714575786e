/** Judges a story by the emulator's ledger alone: what was started, cancelled and returned, against what was wanted. */
import type { FanOutResult } from '../../src/contracts/fan-out-result';
import type { ExecutionRecord } from '../../src/testing';
import type { LoggedRequest } from '../../src/testing';
import { allowedOf, judgeAttempts, judgeCancels, judgeStalls } from './judge-attempts';
import { judgeObstacles } from './judge-obstacles';
import { obstaclesUntil } from './obstacles';
import { judgeIngestion, judgeRecords } from './judge-records';
import { resultsOf } from './results';
import type { Story } from './run-scenario';

/** What the judge found. */
export interface Verdict {
  /** Broken promises, each in a sentence. */
  broken: string[];
  /** Others' runs that nobody could tell from ours. */
  unknowable: number;
}

const minute = 60_000;
const maxPayload = 256 * 1024;

/** All promises, one after the other. */
export function judge(story: Story): Verdict {
  const broken: string[] = [];
  const unknowable = new Set<string>();
  const ours = story.executions.filter(({ startedBy }) => startedBy === 'api');
  broken.push(...othersTouched(story, unknowable));
  broken.push(...othersReturned(story, unknowable));
  broken.push(...othersTaken(story, unknowable));
  broken.push(...doubles(story, ours));
  broken.push(...endedOtherwise(story), ...overlooked(story));
  // Who took another's run for ours has lost sight of ours.
  if (unknowable.size === 0) {
    const results = resultsOf(story.end);
    broken.push(...orphans(story, ours), ...judgeAttempts(story, results), ...judgeRecords(story, results));
    broken.push(...judgeStalls(story));
  }
  broken.push(...judgeCancels(story), ...judgeIngestion(story));
  broken.push(...createdTwice(story), ...keysReused(story));
  broken.push(...unbounded(story));
  broken.push(...late(story), ...seenLate(story));
  broken.push(...againstWishes(story));
  broken.push(...judgeObstacles(story, lastTroubleAt(story)));
  return { broken, unknowable: unknowable.size };
}

/** No run was started twice: one of everything a sync and attempt, and of failed schemas no more than were allowed. */
function doubles({ scenario }: Story, ours: readonly ExecutionRecord[]): string[] {
  const retries = Number(scenario.input.retryFailedSchemas ?? 0);
  const { attempts } = allowedOf(scenario);
  const bySync = new Map<string, ExecutionRecord[]>();
  for (const run of ours) bySync.set(run.syncId, [...(bySync.get(run.syncId) ?? []), run]);
  return [...bySync].flatMap(([syncId, runs]) => {
    const plain = runs.filter(({ options }) => !(options.schemas as unknown[] | undefined)?.length);
    if (plain.length > attempts) return [`sync ${syncId} was started ${plain.length} times`];
    const parts = runs.length - plain.length;
    // Failed schemas of a run that was attached to run again, too.
    const wanted = retries * attempts;
    return parts > wanted ? [`sync ${syncId} had ${parts} re-runs, ${wanted} were wanted`] : [];
  });
}

/** No run of others was cancelled by us. */
function othersTouched(story: Story, unknowable: Set<string>): string[] {
  const { executions, requests } = story;
  return executions.flatMap((run) => {
    if (run.startedBy === 'api') return [];
    const cancels = requests.filter(
      ({ method, path }) => method === 'POST' && path.includes(run.id) && path.endsWith('/cancel'),
    );
    if (cancels.length > 0 && mayBeTakenForOurs(run, story)) {
      unknowable.add(run.id);
      return [];
    }
    if (cancels.every(({ status }) => status === 'dropped')) return [];
    return [`${run.startedBy}'s run ${run.id} was cancelled`];
  });
}

/** No run of others was returned as ours. */
function othersReturned(story: Story, unknowable: Set<string>): string[] {
  const { end, executions } = story;
  return resultsOf(end).flatMap((result) => {
    const { executionId, outcome, attached } = result;
    if (attached || executionId === null || outcome === 'skipped' || outcome === 'timedOut') return [];
    const run = executions.find(({ id }) => id === executionId);
    if (!run) return [`run ${executionId} was returned, which never existed`];
    if (run.startedBy === 'api') return [];
    if (mayBeTakenForOurs(run, story)) {
      unknowable.add(run.id);
      return [];
    }
    return [`${run.startedBy}'s run ${run.id} was returned as ours`];
  });
}

/** No run of others was taken for one that a start of ours had made: later attempts may hide it from the results. */
function othersTaken(story: Story, unknowable: Set<string>): string[] {
  return story.log.flatMap(({ message, attributes }) => {
    if (message !== 'A run has started') return [];
    const run = story.executions.find(({ id }) => id === attributes.executionId);
    if (!run || run.startedBy === 'api') return [];
    if (mayBeTakenForOurs(run, story)) {
      unknowable.add(run.id);
      return [];
    }
    return [`${run.startedBy}'s run ${run.id} was taken for ours`];
  });
}

/** Whether an outcome of ours that was an error, or was never delivered, could have made this run. */
function mayBeTakenForOurs(
  { syncId, createdAt, options }: ExecutionRecord,
  { requests, undelivered, temporal, scenario }: Pick<Story, 'requests' | 'undelivered' | 'temporal' | 'scenario'>,
): boolean {
  // Nothing of this kind was asked for, except parts of a sync where failed schemas run again.
  const isOther = options.test === true || options.resync_mode !== undefined;
  if (isOther && !scenario.behaviour.readsUnlike) return false;
  if (options.schemas !== undefined && !Number(scenario.input.retryFailedSchemas ?? 0)) return false;
  // The window is taken from the clock that answered, and the creation is told by another one.
  const skewMs = Math.max(...scenario.behaviour.clockSkewsMs.map(Math.abs));
  const isInWindow = (at: number): boolean =>
    createdAt >= at - 62_000 - skewMs && createdAt <= at + 17 * minute + skewMs;
  const isUnclear = ({ method, path, operation, status, truncated }: LoggedRequest): boolean => {
    const isStart = method === 'POST' && operation?.endsWith('.start') === true && path.includes(syncId);
    return isStart && (typeof status !== 'number' || status < 200 || status >= 300 || truncated === true);
  };
  return (
    requests.some((request) => isUnclear(request) && isInWindow(request.at)) ||
    undelivered.some(({ at, path }) => path.includes(syncId) && isInWindow(at)) ||
    temporal.lostStarts.some(({ at, request }) => request.includes(syncId) && isInWindow(at))
  );
}

/** Each result says what the ledger says. */
function endedOtherwise({ end, executions }: Story): string[] {
  return resultsOf(end).flatMap((result) => {
    const run = executions.find(({ id }) => id === result.executionId);
    const isSuccess = result.outcome === 'completed' || result.outcome === 'completedWithErrors';
    // An ingestion that has caught up is no run.
    if (isSuccess && result.executionId === null && !result.ingestion)
      return ['a success without an execution was returned'];
    if (!run) return [];
    if (isSuccess && run.status !== 'completed')
      return [`run ${run.id} is ${run.status}, returned as ${result.outcome}`];
    // A run that ignores its cancel goes on: the result says that this was not confirmed.
    if (result.outcome === 'canceled' && run.status !== 'canceled' && result.cancelConfirmed !== false)
      return [`run ${run.id} is ${run.status}, returned as canceled`];
    return [];
  });
}

const outcomes = [
  ...(['completed', 'completedWithErrors', 'partiallyFailed'] as const),
  ...(['failed', 'canceled', 'timedOut', 'skipped'] as const),
];

/** Counts tell of every sync. A fan-out that knew all syncs tells of them all, and none succeeds that knew none. */
function overlooked({ end, scenario, seen }: Story): string[] {
  const result = end.type === 'result' ? end.result : end.type === 'failure' ? end.details : null;
  if (typeof result !== 'object' || result === null || !('total' in result)) return [];
  const { total, listComplete, ...counts } = result as FanOutResult;
  const sum = outcomes.reduce((all, outcome) => all + counts[outcome], 0);
  if (sum !== total) return [`${sum} syncs were counted of ${total}`];
  if (scenario.workflow === 'runSyncPipeline') return total < scenario.syncs.length ? [`${total} steps were told`] : [];
  if (total === 0 && end.type === 'result') return ['a fan-out of no syncs succeeded'];
  // What others deactivate, or delete, need not be in the list.
  const edits = scenario.incidents.filter(({ what }) => what.type === 'othersEdit');
  const least = scenario.syncs.length - seen.deleted.length - edits.length;
  return listComplete && total < least ? [`a complete list of ${least} syncs was told, with results of ${total}`] : [];
}

/** What we started has ended, or was left on purpose, or is reported. */
function orphans({ end, state, scenario, endedAt, seen }: Story, ours: readonly ExecutionRecord[]): string[] {
  const { onTimeout, onCancel } = scenario.input;
  const isLeft = onTimeout === 'leaveRunning' || onCancel === 'leaveRunning';
  const mayLeave = isLeft || (state?.unconfirmed.length ?? 0) > 0 || reportsUncertain(end, state);
  return ours.flatMap((run) => {
    if (seen.deleted.includes(run.syncId)) return [];
    const isOver = run.completedAt !== undefined && run.completedAt <= endedAt + 1_000;
    const isCanceling = run.cancelRequestedAt !== undefined;
    return isOver || isCanceling || mayLeave ? [] : [`run ${run.id} was left (${run.status})`];
  });
}

/** The documented reasons for which a run may go on unseen. */
function reportsUncertain(end: Story['end'], state: Story['state']): boolean {
  if (end.type === 'failure') {
    const details = JSON.stringify(end.details ?? null);
    return details.includes('mayHaveStarted') || details.includes('"cancelConfirmed":false');
  }
  if (state?.cancellation?.cancelConfirmed === false) return true;
  return resultsOf(end).some(({ cancelConfirmed }) => cancelConfirmed === false);
}

function createdTwice({ scenario, requests }: Story): string[] {
  if (!scenario.workflow.startsWith('create')) return [];
  const keys = new Set(
    requests.flatMap(({ operation, status, headers, replayed }) =>
      operation?.endsWith('Sync.create') && status === 200 && !replayed ? [headers['idempotency-key'] ?? ''] : [],
    ),
  );
  return keys.size > 1 ? [`the sync was created ${keys.size} times`] : [];
}

/** One key, one request: Polytomic does not document what a changed path or body under the same key does. */
function keysReused({ requests }: Story): string[] {
  const sent = new Map<string, Set<string>>();
  for (const { method, path, headers, body } of requests) {
    const key = headers['idempotency-key'];
    if (method !== 'POST' || key === undefined) continue;
    sent.set(key, (sent.get(key) ?? new Set()).add(JSON.stringify([path, body ?? null])));
  }
  return [...sent].flatMap(([key, { size }]) => (size > 1 ? [`key ${key} went with ${size} different requests`] : []));
}

/** What a story may come to that is no result: what others do to a sync, a key that is refused for long, or the option chosen. */
const ends = [
  ...['SyncTimedOut', 'SyncAlreadyRunning', 'SyncInactive', 'SyncHasProblems', 'Ambiguous', 'Conflict'],
  ...['NotFound', 'Forbidden', 'Unauthorized', 'Rejected'],
].map((type) => `polytomic.${type}`);

/** Who waits for an ingestion that is off is told at once. */
function isIngestionOff({ failureType }: { failureType: string }, { extra }: Story['scenario']): boolean {
  return failureType === 'polytomic.InvalidInput' && Boolean(extra?.ingestion);
}

/** Nothing is unbounded, no secret crossed, nothing was stuck. */
function unbounded({ end, temporal, log, beganAt, endedAt, scenario }: Story): string[] {
  const broken: string[] = [];
  if (end.type === 'never') return ['the workflow never ended'];
  if (end.type === 'failure' && !ends.includes(end.failureType) && !isIngestionOff(end, scenario))
    return [`it ended as ${end.failureType}`];
  if (temporal.leaks.length > 0) broken.push(`a secret crossed: ${temporal.leaks[0]}`);
  if (temporal.largestPayload > maxPayload) broken.push(`a payload has ${temporal.largestPayload} characters`);
  if (temporal.notRetriedForZero > 0) broken.push('a next delay of 0 ended an activity');
  if (log.some(({ message }) => message.includes('a defect'))) broken.push('the engine had nothing under way');
  const hours = Math.max(1, (endedAt - beganAt) / 3_600_000);
  const jobs = Math.max(1, scenario.syncs.length);
  const maxEvents = (250 + 150 * hours) * jobs;
  if (temporal.events > maxEvents) broken.push(`${temporal.events} events in ${hours.toFixed(1)} hours`);
  return broken;
}

/** How long it may take until everything is over once nothing goes wrong any more, besides the runs themselves. */
const calmMs = 75 * minute;
/** The same where another worker takes half of all tries and can do none of them. */
const calmBesideStrangerMs = 2 * calmMs;
/** A timeout is followed by a search for what may have been started, and by cancels. */
const afterTimeoutMs = 20 * minute;
const flushMs = 31_000;

/** Everything ended in time: after the last trouble, after the timeout, and after all but the notifications were done. */
function late(story: Story): string[] {
  const { scenario, seen, endedAt, end, beganAt, executions, requests } = story;
  if (end.type === 'never') return [];
  const broken: string[] = [];
  const { input, durationMs, everyMs, syncs, obstacles } = scenario;
  if (seen.idleAt !== null && endedAt - seen.idleAt > flushMs) {
    broken.push(`notifications held the end back for ${endedAt - seen.idleAt} ms`);
  }
  const troubleAt = lastTroubleAt(story);
  const { attempts, delayMs } = allowedOf(scenario);
  const runs = attempts * (1 + Number(input.retryFailedSchemas ?? 0));
  const eachMs =
    runs * (durationMs + (everyMs === null ? 0 : everyMs + durationMs)) + attempts * (delayMs + 2 * minute);
  const isNeighbor = (id: string): boolean => obstacles?.busy.some(({ syncId }) => syncId === id) ?? false;
  const isOfOthers = ({ startedBy, syncId }: ExecutionRecord): boolean =>
    startedBy !== 'api' && startedBy !== 'seed' && !isNeighbor(syncId);
  const others = executions.filter(isOfOthers).length;
  const othersMs = everyMs === null ? others * (durationMs + 5 * minute) : 0;
  const restMs = scenario.hasStranger ? calmBesideStrangerMs : calmMs;
  const freeAt = Math.max(troubleAt, beganAt + obstaclesUntil(scenario));
  const dueAt = freeAt + restMs + syncs.length * eachMs + othersMs + catchingUpMs(scenario);
  // A sync that others made inactive has no run to wait for, and one that others run without a gap cannot be started.
  const hasNoRun = scenario.workflow === 'awaitSync' && executions.every((run) => isBefore(run, scenario, beganAt));
  // A run that another user has cancelled may take for ever to end.
  const isHung = executions.some((run) => !run.completedAt && isCancelledByOthers(run, requests));
  if (endedAt > dueAt && !hasNoRun && !isHung && !isNeverFree(executions))
    broken.push(`it went on for ${Math.round((endedAt - troubleAt) / 1_000)} s after the last trouble`);
  const overAt = Math.max(seen.timeoutAt ?? Infinity, troubleAt);
  if (endedAt > overAt + afterTimeoutMs) broken.push(`it went on for ${endedAt - overAt} ms after its timeout`);
  return broken;
}

function lastTroubleAt({ scenario, seen, strikes, beganAt }: Story): number {
  const outages = scenario.incidents.map(({ at, what }) => {
    const forMs = what.type === 'fault' ? (what.spec.forMs ?? 0) : what.type === 'allAway' ? what.forMs : 0;
    return beganAt + at + forMs;
  });
  return Math.max(beganAt, seen.lastActAt, strikes.lastAt, ...outages);
}

/** While nothing goes wrong, the end of a run is seen so soon where no earlier run tells when it is likely. */
const soonMs = 2 * minute;
/** The same where another worker takes half of all tries. */
const soonBesideStrangerMs = 10 * minute;

/** What strikes a start may delay its outcome for so long. */
const startTroubleMs = 20 * minute;

/** The end of a single run was seen in time. */
function seenLate(story: Story): string[] {
  const { end, executions, beganAt, endedAt, scenario, state } = story;
  const [result] = resultsOf(end);
  const run = executions.find(({ id }) => id === result?.executionId);
  const isFirst = executions.every((other) => other === run || other.createdAt > (run?.completedAt ?? 0));
  if (state?.mode !== 'single' || !run?.completedAt || !isFirst) return [];
  const troubleAt = lastTroubleAt(story);
  if (troubleAt > beganAt && troubleAt > run.createdAt - startTroubleMs) return [];
  const lateMs = endedAt - run.completedAt;
  const boundMs = scenario.hasStranger ? soonBesideStrangerMs : soonMs;
  return lateMs > boundMs ? [`the end of ${run.id} was seen after ${Math.round(lateMs / 1_000)} s`] : [];
}

/** Whether a run may be of before the wait began, by one of Polytomic's clocks. */
function isBefore({ createdAt, completedAt }: ExecutionRecord, { behaviour }: Story['scenario'], at: number): boolean {
  return createdAt < at || (completedAt ?? Infinity) < at + Math.max(...behaviour.clockSkewsMs);
}

function isCancelledByOthers({ id, cancelRequestedAt }: ExecutionRecord, requests: readonly LoggedRequest[]): boolean {
  const isOurs = ({ method, path }: LoggedRequest): boolean =>
    method === 'POST' && path.includes(id) && path.endsWith('/cancel');
  // Ours takes effect at once.
  const ourAt = requests.find(isOurs)?.at ?? Infinity;
  return cancelRequestedAt !== undefined && cancelRequestedAt < ourAt - 1_000;
}

/** Whether others run one of the syncs again and again, each time within seconds of the end of its last run. */
function isNeverFree(executions: readonly ExecutionRecord[]): boolean {
  return [...new Set(executions.map(({ syncId }) => syncId))].some((id) => {
    const runs = executions.filter(({ syncId }) => syncId === id);
    const ended = runs.filter(({ completedAt }) => completedAt !== undefined).slice(-leastRow);
    const gaps = ended.slice(1).map(({ createdAt }, at) => createdAt - (ended[at]?.completedAt ?? 0));
    return (
      ended.length === leastRow && ended.every(({ startedBy }) => startedBy !== 'api') && Math.max(...gaps) < gapMs
    );
  });
}

/** So many runs of others in a row make a sync never free, with gaps between them of less than this. */
const leastRow = 10;
const gapMs = 30_000;

/** How long an ingestion takes to catch up; Infinity: it never does, as far as Polytomic tells. */
function catchingUpMs({ extra }: Story['scenario']): number {
  if (!extra?.ingestion) return 0;
  const { from, then } = extra.ingestion;
  const isTold = then.lagMs !== null && (then.status === 'ok' || then.status === 'warning');
  return isTold ? from + (then.catchesUpInMs ?? 0) : Infinity;
}

/** A pause, limits and dispositions were kept to. */
function againstWishes({ seen, scenario, requests, end }: Story): string[] {
  const broken: string[] = [];
  const { startsPerMinute, onCancel, onTimeout, failurePolicy } = scenario.input;
  if (seen.startedWhilePaused > 0) broken.push(`${seen.startedWhilePaused} starts were posted during a pause`);
  if (seen.mostJobs > seen.mostWanted) broken.push(`${seen.mostJobs} syncs at once, ${seen.mostWanted} were allowed`);
  if (typeof startsPerMinute === 'number') {
    const most = Math.max(
      0,
      ...seen.firstTries.map(({ at }) =>
        seen.firstTries.reduce((sum, other) => sum + (other.at > at - minute && other.at <= at ? other.count : 0), 0),
      ),
    );
    if (most > Math.max(1, startsPerMinute))
      broken.push(`${most} starts within a minute, ${startsPerMinute} were allowed`);
  }
  const isLeft = onTimeout === 'leaveRunning' && (onCancel === 'leaveRunning' || end.type !== 'canceled');
  const mayCancel = !isLeft || failurePolicy === 'cancelRest' || allowedOf(scenario).cancelStalledAfterMs !== null;
  const cancels = requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/cancel'));
  if (!mayCancel && cancels.length > 0) broken.push(`${cancels.length} runs were cancelled that were to be left`);
  return broken;
}
