/**
 * What keeps single syncs of a fan-out or pipeline from running while all others could: the sync cannot be read, or others
 * keep its connection busy. Of their own chance, and only of seeds that no other kind of story has, so that those stay.
 */
import { Random } from './random';
import type { Scenario } from './scenario';

/** Times are milliseconds after the beginning. */
interface Obstacle {
  syncId: string;
  from: number;
  /** Null: to the end of the story. */
  forMs: number | null;
}

/** Reads of this sync are answered with this status, or hang, and the batch status has no row of it. */
export interface UnreadSync extends Obstacle {
  status: 403 | 429 | 500 | 503 | 'hangs';
}

/** A run of a sync that is none of ours is on this connection. */
export interface BusyConnection extends Obstacle {
  connectionId: string;
}

/** All of one story. */
export interface Obstacles {
  unread: UnreadSync[];
  busy: BusyConnection[];
}

/** What it is called in the report. */
export const unreadName = 'a sync could not be read';
/** As above. */
export const busyName = 'others kept a connection busy';

const minute = 60_000;
/** Seeds with these last digits, where Temporal's clock does not differ: others draw stalls, options and strangers. */
const lastDigits: readonly number[] = [1, 2, 5];
const clockRemainders: readonly number[] = [3, 9];
/** Tests and documents tell what happens in these. */
const toldSeeds: readonly number[] = [
  ...[1451, 1641, 3552, 4692, 7045, 10925, 30661, 35961, 204985, 259971, 309381, 555392, 2700395],
];
const share = 0.6;

/** The story with what its seed draws besides; most seeds draw nothing. */
export function withObstacles(scenario: Scenario): Scenario {
  const { seed, workflow } = scenario;
  const isFanOut = workflow.startsWith('runAll');
  const isFree = lastDigits.includes(seed % 10) && !clockRemainders.includes(seed % 11) && !toldSeeds.includes(seed);
  const random = new Random(seed ^ 0x7f4a7c15);
  if (!isFree || !random.chance(share) || (!isFanOut && workflow !== 'runSyncPipeline')) return scenario;
  if (!isFanOut) return withUnreadSteps(random, withLittleToDo(random, scenario));
  const about = random.pick(['unread', 'unread', 'busy', 'busy', 'both'] as const);
  const many = withManySyncs(random, withLittleToDo(random, scenario), about);
  const busy = about === 'unread' ? many : withBusyConnections(random, many);
  return about === 'busy' ? busy : withUnreadSyncs(random, busy);
}

/** When the last of them is gone, milliseconds after the beginning; Infinity: never. */
export function obstaclesUntil({ obstacles }: Scenario): number {
  const all = [...(obstacles?.unread ?? []), ...(obstacles?.busy ?? [])];
  return Math.max(0, ...all.map(({ from, forMs }) => from + (forMs ?? Infinity)));
}

/** Short runs, a long timeout, and no policy that ends the story early: whatever can run has time enough. */
function withLittleToDo(random: Random, scenario: Scenario): Scenario {
  const { failurePolicy: _policy, timeoutPerSync: _each, startsPerMinute, ...input } = scenario.input;
  const isPaced = startsPerMinute !== undefined && random.chance(0.3);
  const durationMs = random.spread(2_000, minute);
  const shortened = <T extends { durationMs?: number }>(syncs: readonly T[] = []): T[] =>
    syncs.map((sync) => ({ ...sync, durationMs: Math.round(durationMs * (0.5 + random.next())), everyMs: undefined }));
  const { modelSyncs, bulkSyncs } = scenario.polytomic;
  return {
    ...scenario,
    durationMs: Math.round(durationMs * 1.5),
    everyMs: null,
    // One that fails is repeated all the time, and trouble would never be over.
    notify: scenario.notify && 'answers',
    incidents: random.chance(0.6) ? [] : scenario.incidents,
    input: {
      ...input,
      ...(isPaced && { startsPerMinute }),
      timeout: random.pick(['2 hours', '3 hours']),
      maxConcurrent: random.pick([1, 1, 1, 2, 3]),
    },
    polytomic: { ...scenario.polytomic, modelSyncs: shortened(modelSyncs), bulkSyncs: shortened(bulkSyncs) },
  };
}

const idOf = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** So many that those that cannot run come before others; only bulk syncs are counted on connections. */
function withManySyncs(random: Random, scenario: Scenario, about: 'unread' | 'busy' | 'both'): Scenario {
  const drawn = scenario.syncs[0]?.kind ?? 'bulk';
  const kind = about === 'unread' && random.chance(0.5) ? drawn : 'bulk';
  const syncs = Array.from({ length: random.int(scenario.syncs.length, 16) }, (_one, at) => ({ id: idOf(at), kind }));
  const seeds = syncs.map(({ id }, at) => ({
    id,
    name: `Sync ${at}`,
    durationMs: Math.round((scenario.durationMs / 1.5) * (0.5 + random.next())),
    script: random.pick(['completed', 'completed', 'completed', 'completed', 'failed'] as const),
  }));
  const { retryFailedSchemas, ...input } = scenario.input;
  return {
    ...scenario,
    workflow: kind === 'bulk' ? 'runAllBulkSyncs' : 'runAllModelSyncs',
    input: { ...input, ...(kind === 'bulk' && retryFailedSchemas !== undefined && { retryFailedSchemas }) },
    syncs,
    polytomic: {
      ...scenario.polytomic,
      modelSyncs: kind === 'model' ? seeds : [],
      bulkSyncs: kind === 'bulk' ? seeds : [],
    },
  };
}

function timesOf(random: Random): Pick<Obstacle, 'from' | 'forMs'> {
  return {
    from: random.chance(0.8) ? 0 : random.spread(1_000, 10 * minute),
    forMs: random.chance(0.6) ? null : random.spread(10 * minute, 90 * minute),
  };
}

function statusOf(random: Random): UnreadSync['status'] {
  return random.pick([500, 500, 500, 503, 503, 503, 429, 403, 'hangs']);
}

function withUnreadSteps(random: Random, scenario: Scenario): Scenario {
  const count = random.int(1, Math.max(1, Math.floor(scenario.syncs.length / 2)));
  const chosen = random.shuffle(scenario.syncs).slice(0, count);
  const unread = chosen.map(({ id }) => ({ syncId: id, ...timesOf(random), status: statusOf(random) }));
  return { ...scenario, obstacles: { busy: [], unread } };
}

/** The first ones, as otherwise the others have run before it matters; or they fail in part, and can then not be read. */
function withUnreadSyncs(random: Random, scenario: Scenario): Scenario {
  const { syncs, input, polytomic, durationMs, obstacles } = scenario;
  const isAgain = syncs[0]?.kind === 'bulk' && random.chance(0.5);
  const count = isAgain ? random.int(1, 3) : random.int(1, Math.floor(syncs.length / 2));
  const chosen = random.chance(0.8) ? syncs.slice(0, count) : random.shuffle(syncs).slice(0, count);
  const unread = chosen.map(({ id }) => {
    const times = timesOf(random);
    const from = isAgain ? random.int(2_000, Math.max(3_000, Math.round(durationMs / 3))) : times.from;
    return { syncId: id, ...times, from, status: statusOf(random) };
  });
  const bulkSyncs = (polytomic.bulkSyncs ?? []).map((sync) =>
    unread.some(({ syncId }) => syncId === sync.id)
      ? { ...sync, durationMs, script: 'oneSchemaFailed' as const }
      : sync,
  );
  return {
    ...scenario,
    ...(isAgain && {
      input: { ...input, retryFailedSchemas: random.int(1, 2) },
      polytomic: { ...polytomic, bulkSyncs },
    }),
    obstacles: { busy: [], ...obstacles, unread },
  };
}

const connectionOf = (at: number): string => `00000000-0000-4000-9000-0000000001${String(at).padStart(2, '0')}`;
const neighborOf = (at: number): string => `00000000-0000-4000-a000-0000000000${String(at).padStart(2, '0')}`;

/** Bulk syncs that share few connections with each other and with others. */
function withBusyConnections(random: Random, scenario: Scenario): Scenario {
  const limit = random.pick([1, 1, 2]);
  const count = random.int(2, 3);
  const sources = Array.from({ length: count }, (_one, at) => connectionOf(at));
  const targets = [connectionOf(10), connectionOf(11), connectionOf(12)].slice(0, random.int(2, 3));
  const { connections = [], bulkSyncs = [] } = scenario.polytomic;
  // Those of the busy connection come first, and few others last; or all are mixed.
  const isLastFree = random.chance(0.6);
  const freeFrom = bulkSyncs.length - random.int(1, 3);
  const own = bulkSyncs.map((sync, at) => ({
    ...sync,
    source_connection_id: isLastFree ? connectionOf(at < freeFrom ? 0 : 1) : random.pick(sources),
    destination_connection_id: random.pick(targets),
  }));
  const isOfTarget = !isLastFree && random.chance(0.3);
  const busyConnections = isOfTarget
    ? targets.slice(0, 1)
    : sources.slice(0, isLastFree ? 1 : random.int(1, count - 1));
  const busy = busyConnections.flatMap((connectionId, at) => {
    const times = timesOf(random);
    const runs = random.chance(0.7) ? limit : random.int(1, limit);
    return Array.from({ length: runs }, (_one, run) => ({ syncId: neighborOf(at * 10 + run), connectionId, ...times }));
  });
  const named = [...sources, ...targets, connectionOf(20)].map((id) => ({ id, name: id, type: 'postgresql' }));
  return {
    ...scenario,
    input: { ...scenario.input, maxConcurrentPerConnection: limit },
    polytomic: { ...scenario.polytomic, connections: [...connections, ...named], bulkSyncs: own },
    obstacles: { busy, unread: [] },
  };
}

/** The story with the syncs of others; the fan-out does not select them, as they are inactive. */
export function withNeighbors(scenario: Scenario): Scenario {
  const neighbors = (scenario.obstacles?.busy ?? []).map(({ syncId, connectionId, forMs }) => ({
    ...{ id: syncId, name: 'A sync of others', active: false },
    ...{ source_connection_id: connectionId, destination_connection_id: connectionOf(20) },
    script: {
      steps: [{ status: 'running', afterMs: 0 }, ...(forMs === null ? [] : [{ status: 'completed', afterMs: forMs }])],
    },
  }));
  if (neighbors.length === 0) return scenario;
  const { bulkSyncs = [] } = scenario.polytomic;
  return { ...scenario, polytomic: { ...scenario.polytomic, bulkSyncs: [...bulkSyncs, ...neighbors] } };
}
