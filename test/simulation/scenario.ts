/** From a seed to what is run, what goes wrong, and what others and the user do meanwhile. Plain data, so that it can shrink. */
import type { RunWorkflowName } from '../../src/contracts/composite-activities';
import type { FaultSpec } from '../../src/testing';
import type { Seed } from '../../src/testing';
import { Random } from './random';
import type { Behaviour } from './world';

/** Something that happens at a time after the beginning, in milliseconds. */
export interface Incident {
  at: number;
  /** What it is called in the report. */
  name: string;
  what:
    | { type: 'fault'; spec: FaultSpec }
    | { type: 'othersStart' | 'othersCancel'; sync: number }
    | { type: 'crash' | 'stop' | 'restart' }
    | { type: 'allAway'; forMs: number }
    | { type: 'cancel' | 'pause' | 'resume' }
    | { type: 'setConcurrency'; count: number }
    | { type: 'skip'; sync: number };
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
}

const minute = 60_000;
const startOperations = ['modelSync.start', 'bulkSync.start'];
const createOperations = ['modelSync.create', 'bulkSync.create'];
const cancelOperations = ['modelSync.executions.cancel', 'bulkSync.executions.cancel'];
const listOperations = ['modelSync.executions.list', 'bulkSync.executions.list', 'modelSync.get', 'bulkSync.get'];
const waitOperations = [
  'modelSync.executions.get',
  'bulkSync.executions.get',
  'events.list',
  'bulkSync.executions.listStatus',
];

/** The story of a seed. */
export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed);
  const kind = random.pick(['model', 'bulk'] as const);
  const shape = random.pick(['single', 'single', 'single', 'create', 'fanOut', 'fanOut', 'pipeline', 'await'] as const);
  const count = shape === 'fanOut' ? random.int(2, 12) : shape === 'pipeline' ? random.int(2, 6) : 1;
  const syncs = Array.from({ length: count }, (_one, at) => ({ id: idOf(at), kind }));
  const durationMs = random.spread(2_000, 10 * minute);
  const polytomic = polytomicOf(random, { syncs, durationMs, shape });
  const retries = kind === 'bulk' && random.chance(0.3) ? random.int(1, 2) : 0;
  const { workflow, input } = requestOf(random, { shape, kind, syncs, retries });
  const behaviour = behaviourOf(random, shape);
  return {
    seed,
    workflow,
    input,
    syncs,
    polytomic,
    behaviour,
    workers: Array.from({ length: random.int(1, 2) }, () => ({
      clockOffsetMs: random.chance(0.3) ? random.int(-3_600_000, 3_600_000) : 0,
    })),
    historyLimit: shape !== 'await' && random.chance(0.4) ? random.int(20, 120) : null,
    incidents: incidentsOf(random, { shape, count, durationMs, listLagMs: behaviour.listLagMs }),
  };
}

function behaviourOf(random: Random, shape: Shape): Behaviour {
  // Fan-outs read what is true without a list of runs; then only times tell runs apart, which agree within seconds.
  const maxSkewMs = shape === 'fanOut' ? 4_000 : 55_000;
  return {
    listLagMs: random.chance(0.3) ? random.int(1_000, 25_000) : 0,
    clockSkewsMs: random.chance(0.3) ? [0, random.int(-maxSkewMs, maxSkewMs)] : [0],
    latencyMs: { min: 5, max: random.pick([30, 300, 3_000]) },
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
        schedules: [{ frequency: 'manual' }],
      };
}

const warehouse = '00000000-0000-4000-9000-000000000001';
const crm = '00000000-0000-4000-9000-000000000002';

function polytomicOf(
  random: Random,
  { syncs, durationMs, shape }: { syncs: Scenario['syncs']; durationMs: number; shape: Shape },
): Seed {
  const outcomes = ['completed', 'completed', 'completed', 'failed', 'completedWithErrors'] as const;
  const script = (kind: 'model' | 'bulk') =>
    random.pick([...outcomes, ...(kind === 'bulk' ? (['oneSchemaFailed', 'errors'] as const) : [])]);
  const one = ({ id, kind }: Scenario['syncs'][number], at: number) => ({
    id,
    name: `Sync ${at}`,
    durationMs: Math.round(durationMs * (0.5 + random.next())),
    script: script(kind),
    ...(shape === 'await' && { everyMs: random.spread(60_000, 3_600_000) }),
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

const forgottenKey = 'a start took effect and failed, its key knowing nothing';

/** Every fault that the API can have here, by its name. */
const apiFaults: readonly { name: string; make: (random: Random) => FaultSpec }[] = [
  {
    name: 'a start was lost before its effect',
    make: (random) => ({ operation: startOperations, drop: 'before', times: random.int(1, 3) }),
  },
  {
    name: 'the answer to a start was lost',
    make: (random) => ({ operation: startOperations, drop: 'after', times: random.int(1, 3) }),
  },
  {
    name: 'the answer to a start was cut',
    make: (random) => ({ operation: startOperations, truncate: true, times: random.int(1, 2) }),
  },
  {
    name: 'a start was slow',
    make: (random) => ({ operation: startOperations, delayMs: random.int(5_000, 180_000), times: random.int(1, 2) }),
  },
  {
    name: 'the effect of a start was late',
    make: (random) => ({
      operation: startOperations,
      delayEffectMs: random.int(5_000, 180_000),
      times: random.int(1, 2),
    }),
  },
  {
    name: 'a start failed with 500, recorded',
    make: (random) => ({ operation: startOperations, status: 500, recorded: true, times: random.int(1, 3) }),
  },
  {
    name: 'a start took effect and failed with 500, recorded',
    make: (random) => ({
      operation: startOperations,
      status: 500,
      effect: true,
      recorded: true,
      times: random.int(1, 2),
    }),
  },
  {
    name: 'a start took effect and failed, its key knowing nothing',
    make: (random) => ({
      operation: startOperations,
      status: random.pick([500, 503, 504]),
      effect: true,
      recorded: 'nothing',
      times: 1,
    }),
  },
  {
    name: 'a gateway failed a start',
    make: (random) => ({
      operation: startOperations,
      status: random.pick([502, 503, 504, 408]),
      effect: random.chance(0.5),
      times: random.int(1, 4),
    }),
  },
  {
    name: 'a gateway answered a start with HTML',
    make: (random) => ({
      operation: startOperations,
      status: random.pick([400, 403, 404, 503]),
      body: '<html>gateway</html>',
      effect: random.chance(0.3),
      times: random.int(1, 2),
    }),
  },
  {
    name: 'a start was redirected',
    make: () => ({
      operation: startOperations,
      status: 302,
      headers: { Location: 'https://elsewhere.invalid/' },
      times: 1,
    }),
  },
  {
    name: 'a start was throttled',
    make: (random) => ({
      operation: startOperations,
      status: 429,
      ...retryAfter(random),
      recorded: random.chance(0.3),
      times: random.int(1, 5),
    }),
  },
  {
    name: 'a start was refused with 409',
    make: (random) => ({
      operation: startOperations,
      status: 409,
      recorded: random.chance(0.3),
      times: random.int(1, 4),
    }),
  },
  {
    name: 'a create was lost',
    make: (random) => ({
      operation: createOperations,
      drop: random.pick(['before', 'after'] as const),
      times: random.int(1, 2),
    }),
  },
  {
    name: 'a create failed',
    make: (random) => ({
      operation: createOperations,
      status: random.pick([500, 503, 504]),
      effect: random.chance(0.5),
      recorded: random.chance(0.5),
      times: random.int(1, 2),
    }),
  },
  {
    name: 'a cancel failed',
    make: (random) => ({
      operation: cancelOperations,
      status: random.pick([401, 403, 409, 429, 500, 503]),
      times: random.int(1, 3),
    }),
  },
  { name: 'a cancel was lost', make: () => ({ operation: cancelOperations, drop: 'before', times: 1 }) },
  {
    name: 'a look failed',
    make: (random) => ({
      operation: listOperations,
      status: random.pick([429, 500, 503]),
      ...retryAfter(random),
      times: random.int(1, 5),
    }),
  },
  {
    name: 'a wait was throttled',
    make: (random) => ({ operation: waitOperations, status: 429, ...retryAfter(random), times: random.int(1, 10) }),
  },
  {
    name: 'a wait failed',
    make: (random) => ({
      operation: waitOperations,
      status: random.pick([500, 502, 503]),
      ...retryAfter(random),
      times: random.int(1, 10),
    }),
  },
  { name: 'a read was reset', make: (random) => ({ method: 'GET', drop: 'before', times: random.int(1, 10) }) },
  { name: 'Polytomic was down', make: (random) => ({ outage: true, forMs: random.spread(5_000, 45 * minute) }) },
  {
    name: 'events were lost',
    make: (random) => ({ loseEvents: random.next(), forMs: random.spread(minute, 60 * minute) }),
  },
];

function retryAfter(random: Random): { retryAfter?: number | string } {
  if (random.chance(0.3)) return {};
  return { retryAfter: random.pick([0, 1, 5, 60, 'Thu, 01 Jan 2015 00:00:00 GMT']) };
}

function incidentsOf(
  random: Random,
  { shape, count, durationMs, listLagMs }: { shape: Shape; count: number; durationMs: number; listLagMs: number },
): Incident[] {
  const horizon = Math.max(60_000, durationMs * 2);
  const soon = (): number => Math.round((random.chance(0.6) ? 500 : horizon) * random.next());
  const incidents: Incident[] = [];
  const add = (name: string, what: Incident['what'], at = soon()): void => void incidents.push({ at, name, what });
  for (let left = random.int(0, 4); left > 0; left--) {
    // No key is forgotten while lists lag: then nothing would tell that a start took effect.
    const { name, make } = random.pick(apiFaults.filter((one) => listLagMs === 0 || one.name !== forgottenKey));
    add(name, { type: 'fault', spec: make(random) });
  }
  // A key that knows nothing breaks the API's own promise; it is tried alone, where a look can still tell.
  const isForgetful = incidents.some(({ name }) => name === forgottenKey);
  if (isForgetful)
    incidents.splice(0, incidents.length, ...incidents.filter(({ name }) => name === forgottenKey).slice(0, 1));
  const sync = (): number => random.int(0, count - 1);
  if (shape !== 'create' && random.chance(0.3)) {
    for (let left = random.int(1, 3); left > 0; left--)
      add('others started a run', { type: 'othersStart', sync: sync() });
  }
  if (random.chance(0.05))
    add('others cancelled a run', { type: 'othersCancel', sync: sync() }, Math.round(horizon * random.next()));
  if (random.chance(0.3)) add('a worker was killed', { type: 'crash' });
  if (random.chance(0.2)) add('a worker was stopped', { type: 'stop' }, Math.round(horizon * random.next()));
  if (random.chance(0.1)) add('all workers were away', { type: 'allAway', forMs: random.spread(30_000, 30 * minute) });
  if (random.chance(0.2)) add('the user cancelled', { type: 'cancel' });
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
  return incidents;
}
