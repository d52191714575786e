/** From a seed to what is run, what goes wrong, and what others and the user do meanwhile. Plain data, so that it can shrink. */
import type { RunWorkflowName } from '../../src/contracts/prepared-runs';
import type { FaultSpec } from '../../src/testing';
import type { Seed } from '../../src/testing';
import { apiFaults, forgottenKey, longTrouble, lostAnswer } from './api-faults';
import { withNeighbors, withObstacles, type Obstacles } from './obstacles';
import { Random } from './random';
import { withRunOptions, type Extra } from './run-options';

/** Something that happens at a time after the beginning, in milliseconds. */
export interface Incident {
  at: number;
  /** What it is called in the report. */
  name: string;
  what:
    | { type: 'fault'; spec: FaultSpec }
    | { type: 'othersStart'; sync: number; options: Record<string, unknown> }
    | { type: 'othersCancel'; sync: number }
    | { type: 'othersEdit' | 'othersDelete'; sync: number }
    | { type: 'crash' | 'stop' | 'deploy' }
    | { type: 'allAway'; forMs: number }
    | { type: 'cancel' | 'pause' | 'resume' | 'continueAsNew' }
    | { type: 'changeTimeout'; inMs: number }
    | { type: 'setConcurrency'; count: number }
    | { type: 'skip'; sync: number };
}

/** What Polytomic does besides what its emulator does. Times are milliseconds. */
export interface Behaviour {
  /** Lists of executions and syncs lag by so much. */
  listLagMs: number;
  /** What each answer's `Date` differs from the clock that dates runs. */
  clockSkewsMs: readonly number[];
  /** Of one exchange. */
  latencyMs: { min: number; max: number };
  /** Runs read unlike their request: resyncs as none, everything as not partial. */
  readsUnlike: boolean;
  /** Events show so much later, twice, or in any order. */
  eventsLateMs: number;
  areEventsDoubled: boolean;
  areEventsShuffled: boolean;
}

/** Processes that stand still: a machine that is overloaded, paged out, or suspended. Times are milliseconds. */
export interface Stalls {
  /** From when, after the beginning, and for how long. */
  from: number;
  forMs: number;
  /** At most so long between two, and at most so long each. */
  everyMs: number;
  longestMs: number;
  /** All workers stand on one machine. */
  areTogether: boolean;
}

/** One simulated story. */
export interface Scenario {
  seed: number;
  workflow: RunWorkflowName | 'awaitSync';
  input: Record<string, unknown>;
  syncs: { id: string; kind: 'model' | 'bulk' }[];
  polytomic: Seed;
  behaviour: Behaviour;
  workers: { clockOffsetMs: number }[];
  /** Events after which the workflow continues as new; null: never. */
  historyLimit: number | null;
  incidents: Incident[];
  /** What becomes of notifications; null: nobody is notified. */
  notify: 'answers' | 'fails' | 'hangs' | null;
  /** How long a run takes at most, and how often schedules of others start one (null: never); milliseconds. */
  durationMs: number;
  everyMs: number | null;
  /** One of the workers knows only another organization, once the workflow has begun. */
  hasStranger?: true;
  /** Workers' processes stand still at times. */
  stalls?: Stalls;
  /** By how much the clock of Temporal's server is ahead of Polytomic's; absent: they tell the same time. */
  temporalAheadMs?: number;
  /** What keeps single syncs from running while others could. Absent: nothing. */
  obstacles?: Obstacles;
  /** What goes with options that only some seeds draw. Absent: this one draws none. */
  extra?: Extra;
}

const minute = 60_000;
const day = 24 * 60 * minute;
/** The name under which workers know whom to notify. */
export const simulatedTarget = 'people';

/** The story of a seed. */
export function scenarioOf(seed: number): Scenario {
  const scenario = withTemporalClock(seed, withNeighbors(withRunOptions(withObstacles(plainScenarioOf(seed)))));
  if (seed % 10 === 3) return { ...scenario, hasStranger: true };
  return seed % 5 === 4 && !seedsWithoutStalls.includes(seed) ? { ...scenario, stalls: stallsOf(seed) } : scenario;
}

/** Of their own chance, so that nothing else of the story changes. */
function withTemporalClock(seed: number, scenario: Scenario): Scenario {
  if (seed % 11 !== 3 && seed % 11 !== 9) return scenario;
  const random = new Random(seed ^ 0x3c6ef372);
  return { ...scenario, temporalAheadMs: random.pick([1, -1]) * random.spread(1_000, 60 * minute) };
}

/** Tests and documents tell what happens in these. */
const seedsWithoutStalls: readonly number[] = [374, 5449, 8999, 741389];

/** Of their own chance, so that nothing else of the story changes. */
function stallsOf(seed: number): Stalls {
  const random = new Random(seed ^ 0x68bc21eb);
  const often = { everyMs: random.spread(1_000, 30_000), longestMs: random.spread(500, 5_000) };
  const long = { everyMs: random.spread(30_000, 20 * minute), longestMs: random.spread(10_000, 5 * minute) };
  return {
    from: random.chance(0.5) ? 0 : random.spread(1_000, 30 * minute),
    forMs: random.spread(minute, 60 * minute),
    ...(random.chance(0.6) ? often : long),
    areTogether: random.chance(0.5),
  };
}

function plainScenarioOf(seed: number): Scenario {
  const random = new Random(seed);
  const kind = random.pick(['model', 'bulk'] as const);
  const shape = random.pick(['single', 'single', 'single', 'create', 'fanOut', 'fanOut', 'pipeline', 'await'] as const);
  const count = shape === 'fanOut' ? random.int(2, 12) : shape === 'pipeline' ? random.int(2, 6) : 1;
  const syncs = Array.from({ length: count }, (_one, at) => ({ id: idOf(at), kind }));
  const durationMs = random.spread(2_000, 10 * minute);
  const isScheduled = shape === 'await' || (shape !== 'create' && random.chance(0.1));
  const everyMs = isScheduled ? random.spread(2 * minute, 60 * minute) : null;
  const polytomic = polytomicOf(random, { syncs, durationMs, shape, everyMs });
  const retries = kind === 'bulk' && random.chance(0.3) ? random.int(1, 2) : 0;
  const request = requestOf(random, { shape, kind, syncs, retries });
  const notify = random.chance(0.25) ? random.pick(['answers', 'fails', 'hangs'] as const) : null;
  const behaviour = behaviourOf(random, shape);
  return {
    seed,
    workflow: request.workflow,
    input: { ...request.input, ...(notify && { notify: [simulatedTarget] }) },
    notify,
    durationMs: Math.round(durationMs * 1.5),
    everyMs,
    syncs,
    polytomic,
    behaviour,
    workers: Array.from({ length: random.int(1, 2) }, () => ({
      clockOffsetMs: random.chance(0.3) ? random.int(-400 * day, 400 * day) : 0,
    })),
    historyLimit: shape !== 'await' && random.chance(0.4) ? random.int(20, 120) : null,
    incidents: incidentsOf(random, { shape, kind, count, durationMs, listLagMs: behaviour.listLagMs }),
  };
}

function behaviourOf(random: Random, shape: Shape): Behaviour {
  // Fan-outs read what is true without a list of runs; then only times tell runs apart, which agree within seconds.
  const maxSkewMs = shape === 'fanOut' ? 4_000 : 55_000;
  return {
    listLagMs: random.chance(0.3) ? random.int(1_000, 25_000) : 0,
    clockSkewsMs: random.chance(0.3) ? [0, random.int(-maxSkewMs, maxSkewMs)] : [0],
    latencyMs: { min: 5, max: random.pick([30, 300, 3_000]) },
    eventsLateMs: random.chance(0.2) ? random.int(1_000, 5 * minute) : 0,
    areEventsDoubled: random.chance(0.2),
    areEventsShuffled: random.chance(0.2),
    readsUnlike: random.chance(0.2),
  };
}

type Shape = 'single' | 'create' | 'fanOut' | 'pipeline' | 'await';

function idOf(at: number): string {
  return `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
}

const capital = { model: 'Model', bulk: 'Bulk' } as const;

function requestOf(
  random: Random,
  { shape, kind, syncs, retries }: { shape: Shape; kind: 'model' | 'bulk'; syncs: Scenario['syncs']; retries: number },
): Pick<Scenario, 'workflow' | 'input'> {
  const ifRunning = random.pick(['waitThenStart', 'waitThenStart', 'attach', 'fail', 'skip']);
  const shared = {
    ...(random.chance(0.5) && { ifRunning }),
    timeout: random.pick(['3 hours', '1 day', '2 days']),
    ...(random.chance(0.2) && { timeout: `${random.int(5, 600)} seconds` }),
    ...(random.chance(0.2) && { onTimeout: 'leaveRunning' }),
    ...(random.chance(0.15) && { onCancel: 'leaveRunning' }),
    onFailure: 'return',
    ...(retries > 0 && { retryFailedSchemas: retries }),
  };
  const [first] = syncs;
  switch (shape) {
    case 'single':
      return { workflow: `run${capital[kind]}Sync`, input: { syncId: first?.id, ...shared } };
    case 'create':
      return {
        workflow: `createAndRun${capital[kind]}Sync`,
        input: { sync: createRequest(kind), ...shared, ...(random.chance(0.3) && { adopt: 'byName' }) },
      };
    case 'fanOut':
      return {
        workflow: `runAll${capital[kind]}Syncs`,
        input: {
          ...shared,
          maxConcurrent: random.pick([1, 2, 5, 20]),
          ...(random.chance(0.3) && { startsPerMinute: random.int(1, 60) }),
          ...(random.chance(0.2) && { timeoutPerSync: `${random.int(30, 1_800)} seconds` }),
          ...(random.chance(0.3) && { failurePolicy: random.pick(['stopStarting', 'cancelRest']) }),
        },
      };
    case 'pipeline':
      return {
        workflow: 'runSyncPipeline',
        input: {
          ...shared,
          steps: syncs.map(({ id }, at) => ({
            id: `step-${at}`,
            kind,
            syncId: id,
            after: at > 0 && random.chance(0.6) ? [`step-${random.int(0, at - 1)}`] : [],
          })),
        },
      };
    case 'await':
      return {
        workflow: 'awaitSync',
        input: { kind, syncId: first?.id, timeout: shared.timeout, onFailure: 'return' },
      };
  }
}

function createRequest(kind: 'model' | 'bulk'): Record<string, unknown> {
  const common = { name: 'Created by the simulation' };
  return kind === 'model'
    ? {
        ...common,
        mode: 'create',
        target: { connection_id: crm, object: 'contacts' },
        fields: [],
        schedule: { frequency: 'manual' },
      }
    : {
        ...common,
        mode: 'replicate',
        source_connection_id: warehouse,
        destination_connection_id: crm,
        destination_configuration: {},
        default_schedule: { frequency: 'manual' },
      };
}

const warehouse = '00000000-0000-4000-9000-000000000001';
const crm = '00000000-0000-4000-9000-000000000002';

function polytomicOf(
  random: Random,
  {
    syncs,
    durationMs,
    shape,
    everyMs,
  }: { syncs: Scenario['syncs']; durationMs: number; shape: Shape; everyMs: number | null },
): Seed {
  const outcomes = ['completed', 'completed', 'completed', 'failed', 'completedWithErrors'] as const;
  const script = (kind: 'model' | 'bulk') =>
    random.pick([...outcomes, ...(kind === 'bulk' ? (['oneSchemaFailed', 'errors'] as const) : [])]);
  const one = ({ id, kind }: Scenario['syncs'][number], at: number) => ({
    id,
    name: `Sync ${at}`,
    durationMs: Math.round(durationMs * (0.5 + random.next())),
    script: script(kind),
    ...(everyMs !== null && { everyMs }),
  });
  const seeds = syncs.map((sync, at) => ({ kind: sync.kind, seed: one(sync, at) }));
  const connections = [
    { id: warehouse, name: 'Warehouse', type: 'postgresql' },
    { id: crm, name: 'CRM', type: 'hubspot' },
  ];
  const wanted = (kind: 'model' | 'bulk') =>
    shape === 'create' ? [] : seeds.filter((sync) => sync.kind === kind).map(({ seed }) => seed);
  return { connections, modelSyncs: wanted('model'), bulkSyncs: wanted('bulk') };
}

function incidentsOf(
  random: Random,
  {
    shape,
    kind,
    count,
    durationMs,
    listLagMs,
  }: { shape: Shape; kind: 'model' | 'bulk'; count: number; durationMs: number; listLagMs: number },
): Incident[] {
  const horizon = Math.max(60_000, durationMs * 2);
  const soon = (): number => Math.round((random.chance(0.6) ? 500 : horizon) * random.next());
  const incidents: Incident[] = [];
  const isOfCreate = (name: string): boolean => name.startsWith('a create');
  const add = (name: string, what: Incident['what'], at = soon()): void => void incidents.push({ at, name, what });
  for (let left = random.int(0, 4); left > 0; left--) {
    // No key is forgotten while lists lag: then nothing would tell that a start took effect.
    const possible = apiFaults.filter((one) => listLagMs === 0 || one.name !== forgottenKey);
    const { name, make } = random.pick(possible.filter((one) => shape === 'create' || !isOfCreate(one.name)));
    if (name === longTrouble && shape !== 'single') continue;
    if (name === longTrouble) addLostAnswer(incidents);
    add(name, { type: 'fault', spec: make(random) }, name === longTrouble ? random.int(2_000, 20_000) : soon());
  }
  // A key that knows nothing breaks the API's own promise; it is tried alone, where a look can still tell.
  const isForgetful = incidents.some(({ name }) => name === forgottenKey);
  if (isForgetful)
    incidents.splice(0, incidents.length, ...incidents.filter(({ name }) => name === forgottenKey).slice(0, 1));
  // Hours of trouble are played on their own, as each of them takes as long to play as a hundred other stories.
  if (incidents.some(({ name }) => name === longTrouble)) {
    return incidents.filter(({ name }) => name === longTrouble || name === lostAnswer);
  }
  const sync = (): number => random.int(0, count - 1);
  if (shape !== 'create' && random.chance(0.3)) {
    for (let left = random.int(1, 3); left > 0; left--)
      add('others started a run', { type: 'othersStart', sync: sync(), options: optionsOfOthers(random, kind) });
  }
  if (random.chance(0.05)) add('others edited a sync', { type: 'othersEdit', sync: sync() });
  if (random.chance(0.03)) {
    add('others deleted a sync', { type: 'othersDelete', sync: sync() }, Math.round(horizon * random.next()));
  }
  if (random.chance(0.05))
    add('others cancelled a run', { type: 'othersCancel', sync: sync() }, Math.round(horizon * random.next()));
  if (random.chance(0.3)) add('a worker was killed', { type: 'crash' });
  if (random.chance(0.2)) add('a worker was stopped', { type: 'stop' }, Math.round(horizon * random.next()));
  if (random.chance(0.1)) add('all workers were away', { type: 'allAway', forMs: random.spread(30_000, 30 * minute) });
  if (random.chance(0.1)) add('a new build was deployed', { type: 'deploy' });
  if (random.chance(0.2)) add('the user cancelled', { type: 'cancel' });
  if (random.chance(0.08)) {
    add('the user changed the timeout', { type: 'changeTimeout', inMs: random.spread(1_000, 60 * minute) });
  }
  if (shape === 'fanOut' || shape === 'pipeline') {
    if (random.chance(0.2)) {
      const at = soon();
      add('the user paused', { type: 'pause' }, at);
      add('the user resumed', { type: 'resume' }, at + random.spread(1_000, 20 * minute));
    }
    if (random.chance(0.2))
      add('the user changed the concurrency', { type: 'setConcurrency', count: random.int(1, 10) });
    if (random.chance(0.1)) add('the user skipped a sync', { type: 'skip', sync: sync() });
  }
  // A search for a run of others lasts long: it is cancelled in its midst, too.
  if (shape === 'await' && random.chance(0.2)) {
    add('the user cancelled', { type: 'cancel' }, Math.round(horizon * random.next()));
  }
  return incidents;
}

/** Runs of others may look like ours, or contradict what we asked for. */
function optionsOfOthers(random: Random, kind: 'model' | 'bulk'): Record<string, unknown> {
  if (kind === 'model' || random.chance(0.5)) return {};
  return random.pick([{ test: true }, { schemas: ['public.orders'] }, { resync_mode: 'resync' }]);
}

/** The first start takes effect, and its answer is lost. */
function addLostAnswer(incidents: Incident[]): void {
  const spec: FaultSpec = { operation: ['modelSync.start', 'bulkSync.start'], drop: 'after', times: 1 };
  incidents.push({ at: 0, name: lostAnswer, what: { type: 'fault', spec } });
}
