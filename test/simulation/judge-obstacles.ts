/** Judges fan-outs and pipelines of which single syncs could not run, by the emulator's ledger alone. */
import type { ExecutionRecord } from '../../src/testing';
import { resultsOf } from './results';
import type { Story } from './run-scenario';

const minute = 60_000;
/** What others have run for so long was seen by whoever decides about a start. */
const seenAfterMs = 15 * minute;
/** A sync that can be read again, or whose connection is free again, is looked at after 6 minutes at the latest. */
const freedAfterMs = 12 * minute;
/** The end of a run of ours is seen so soon. */
const endSeenMs = 3 * minute;
/** A place that is free stays so for at most so long while a sync can run. */
const maxIdleMs = 15 * minute;
/** What trouble leaves in doubt is found out within this time. */
const troubleMs = 40 * minute;
const stepMs = minute / 2;
const defaultMaxConcurrent = 20;

/** @param troubleAt when the last trouble was that is over by itself */
export function judgeObstacles(story: Story, troubleAt: number): string[] {
  if (!story.scenario.obstacles) return [];
  return [...tooManyOnConnection(story), ...leftIdle(story, troubleAt)];
}

/** Connections by sync, those of other users' syncs included. */
function connectionsOf({ polytomic }: Story['scenario']): Map<string, string[]> {
  const syncs = (polytomic.bulkSyncs ?? []) as Record<string, unknown>[];
  return new Map(
    syncs.map((sync) => [String(sync.id), [String(sync.source_connection_id), String(sync.destination_connection_id)]]),
  );
}

/** Whether it went on at this time, or had ended so short a time before. */
const goesOnAt = ({ createdAt, completedAt = Infinity }: ExecutionRecord, at: number, beforeMs = 0): boolean =>
  createdAt <= at && completedAt > at - beforeMs;

/** No more runs of ours at once on a connection than were allowed, given what others had long been running there. */
function tooManyOnConnection(story: Story): string[] {
  const { scenario, executions, seen, state } = story;
  const limit = scenario.input.maxConcurrentPerConnection;
  // A run that was left, or whose cancel was not confirmed, takes no place.
  if (typeof limit !== 'number' || (state?.unconfirmed.length ?? 0) > 0 || scenario.input.onTimeout === 'leaveRunning')
    return [];
  const connections = connectionsOf(scenario);
  const posts = firstPosts(story);
  const runs = executions.filter(({ syncId }) => !seen.deleted.includes(syncId));
  return runs.flatMap((run) => {
    if (run.startedBy !== 'api') return [];
    // A place that was free when the sync had its turn is kept while its start is repeated, and for failed schemas.
    const postedAt = posts.get(run.syncId) ?? run.createdAt;
    return (connections.get(run.syncId) ?? []).flatMap((connection) => {
      const there = runs.filter(
        (one) => goesOnAt(one, run.createdAt) && connections.get(one.syncId)?.includes(connection),
      );
      const own = there.filter(({ startedBy }) => startedBy === 'api').length;
      const isSeen = ({ startedBy, createdAt }: ExecutionRecord): boolean =>
        startedBy !== 'api' && createdAt <= postedAt - seenAfterMs;
      const others = isLoadKnown(story, postedAt) ? there.filter(isSeen).length : 0;
      if (own + others <= limit) return [];
      return [
        `run ${run.id} was the ${own}. of ours on ${connection} beside ${others} of others, ${limit} were allowed`,
      ];
    });
  });
}

/** Where the state of connections could not be read, a start goes on without. */
function isLoadKnown({ requests }: Story, at: number): boolean {
  const recent = requests.filter((request) => request.at > at - seenAfterMs && request.at <= at);
  return !recent.some(
    ({ operation, status }) =>
      (operation === 'bulkSync.executions.listStatus' || operation === 'bulkSync.list') && status !== 200,
  );
}

/** No place stays free while a sync can be read, and nobody keeps its connections busy, however the others stand. */
function leftIdle(story: Story, troubleAt: number): string[] {
  const { scenario, seen, state, endedAt, beganAt, executions } = story;
  if (state?.fatal) return [];
  const until = Math.min(endedAt, seen.timeoutAt ?? Infinity, seen.cancelledAt ?? Infinity);
  const posts = firstPosts(story);
  const ours = executions.filter(({ startedBy }) => startedBy === 'api');
  const others = executions.filter(({ startedBy }) => startedBy !== 'api');
  const unfit = new Set(scenario.syncs.flatMap(({ id }, at) => (isUnfit(story, { id, at }) ? [id] : [])));
  const most = maxConcurrentOf(scenario);
  let since = troubleAt > beganAt ? troubleAt + troubleMs : beganAt;
  for (let at = since; at < until; at += stepMs) {
    const running = ours.filter((run) => goesOnAt(run, at, endSeenMs));
    const runnable = scenario.syncs.find(
      ({ id }) =>
        !unfit.has(id) &&
        !((posts.get(id) ?? Infinity) <= at) &&
        isReadable(scenario, { id, at: at - beganAt }) &&
        isReady(story, { id, at }) &&
        isConnectionFree(scenario, { id, at, runs: [...running, ...others] }),
    );
    const isProgress = [...posts.values()].some((post) => post > at - stepMs && post <= at);
    if (!runnable || running.length >= most || isProgress) since = at;
    else if (at - since > maxIdleMs) {
      const [from, now] = [since, at].map((time) => Math.round((time - beganAt) / minute));
      return [
        `sync ${runnable.id} could run, and a place was free, from minute ${from} to ${now}, but nothing was begun`,
      ];
    }
  }
  return [];
}

/** When each sync was first asked to start. */
function firstPosts({ requests }: Story): Map<string, number> {
  const posts = new Map<string, number>();
  for (const { operation, path, at } of requests) {
    const id = operation?.endsWith('.start') ? /syncs\/([^/]+)/.exec(path)?.[1] : undefined;
    if (id !== undefined && !posts.has(id)) posts.set(id, at);
  }
  return posts;
}

function maxConcurrentOf({ input, incidents }: Story['scenario']): number {
  const changes = incidents.flatMap(({ what, at }) => (what.type === 'setConcurrency' ? [{ at, ...what }] : []));
  const [last] = changes.toSorted((one, other) => other.at - one.at);
  return last?.count ?? Number(input.maxConcurrent ?? defaultMaxConcurrent);
}

/** Whether others, the user, or a refusal for good keep this sync from running. */
function isUnfit({ scenario, executions, end }: Story, { id, at }: { id: string; at: number }): boolean {
  const isTouched = scenario.incidents.some(({ what }) => 'sync' in what && what.sync === at);
  const isOfOthers = executions.some(({ syncId, startedBy }) => syncId === id && startedBy !== 'api');
  const isRefused = resultsOf(end).some(({ syncId, outcome }) => syncId === id && outcome === 'failed');
  return isTouched || isOfOthers || isRefused;
}

function isReadable({ obstacles }: Story['scenario'], { id, at }: { id: string; at: number }): boolean {
  const mine = (obstacles?.unread ?? []).filter(({ syncId }) => syncId === id);
  return mine.every(({ from, forMs }) => at < from || at > from + (forMs ?? Infinity) + freedAfterMs);
}

function isConnectionFree(
  scenario: Story['scenario'],
  { id, at, runs }: { id: string; at: number; runs: ExecutionRecord[] },
): boolean {
  const limit = scenario.input.maxConcurrentPerConnection;
  if (typeof limit !== 'number') return true;
  const connections = connectionsOf(scenario);
  const there = runs.filter((run) => goesOnAt(run, at, run.startedBy === 'api' ? endSeenMs : freedAfterMs));
  return (connections.get(id) ?? []).every(
    (connection) => there.filter(({ syncId }) => connections.get(syncId)?.includes(connection)).length < limit,
  );
}

/** A step of a pipeline may start once those before it have succeeded. */
function isReady({ scenario, executions, end }: Story, { id, at }: { id: string; at: number }): boolean {
  const steps = (scenario.input.steps ?? []) as { id: string; syncId: string; after: string[] }[];
  const hasSucceeded = (name: string): boolean => {
    const syncId = steps.find((step) => step.id === name)?.syncId;
    // A run that completed may have failed in part, and a step that was skipped has moved nothing.
    const result = resultsOf(end).find((one) => one.syncId === syncId);
    if (result?.outcome !== 'completed' && result?.outcome !== 'completedWithErrors') return false;
    const runs = executions.filter((run) => run.syncId === syncId);
    return runs.every(({ completedAt = Infinity }) => completedAt < at - endSeenMs);
  };
  return steps.find((step) => step.syncId === id)?.after.every(hasSucceeded) ?? true;
}
