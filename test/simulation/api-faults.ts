/** What can go wrong with the API, and in which stages of the engine it must have struck for a campaign to prove anything. */
import type { FaultSpec } from '../../src/testing';
import { busyName, unreadName } from './obstacles';
import type { Random } from './random';
import type { StageName } from './strikes';

/** One kind of fault. */
export interface ApiFault {
  name: string;
  /** A campaign in which it struck in none of one of these proves too little. */
  in: readonly StageName[];
  make: (random: Random) => FaultSpec;
}

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

const minute = 60_000;

/** Breaks the API's own promise: nothing but a look tells what became of the start. */
export const forgottenKey = 'a start took effect and failed, its key knowing nothing';

/** Longer than Polytomic remembers a key. */
export const longTrouble = 'starts and looks failed for more than a day';

/** What makes a start of ours uncertain before {@link longTrouble}. */
export const lostAnswer = 'the answer to a start was lost';

const starts: readonly ApiFault[] = [
  {
    name: 'a start was lost before its effect',
    in: ['starting', 'starting again'],
    make: (random) => ({ operation: startOperations, drop: 'before', times: random.int(1, 3) }),
  },
  {
    name: lostAnswer,
    in: ['starting', 'starting again'],
    make: (random) => ({ operation: startOperations, drop: 'after', times: random.int(1, 3) }),
  },
  {
    name: 'the answer to a start was cut',
    in: ['starting'],
    make: (random) => ({ operation: startOperations, truncate: true, times: random.int(1, 2) }),
  },
  {
    name: 'a start was slow',
    in: ['starting'],
    make: (random) => ({ operation: startOperations, delayMs: random.int(5_000, 180_000), times: random.int(1, 2) }),
  },
  {
    name: 'the effect of a start was late',
    in: ['starting'],
    make: (random) => ({
      operation: startOperations,
      delayEffectMs: random.int(5_000, 180_000),
      times: random.int(1, 2),
    }),
  },
  {
    name: 'a start failed with 500, recorded',
    in: ['starting', 'starting again'],
    make: (random) => ({ operation: startOperations, status: 500, recorded: true, times: random.int(1, 3) }),
  },
  {
    name: 'a start took effect and failed with 500, recorded',
    in: ['starting'],
    make: (random) => ({
      operation: startOperations,
      status: 500,
      effect: true,
      recorded: true,
      times: random.int(1, 2),
    }),
  },
  {
    name: forgottenKey,
    in: ['starting'],
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
    in: ['starting', 'starting again'],
    make: (random) => ({
      operation: startOperations,
      status: random.pick([502, 503, 504, 408]),
      effect: random.chance(0.5),
      times: random.int(1, 4),
    }),
  },
  {
    name: 'a gateway answered a start with HTML',
    in: ['starting'],
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
    in: ['starting'],
    make: () => ({
      operation: startOperations,
      status: 302,
      headers: { Location: 'https://elsewhere.invalid/' },
      times: 1,
    }),
  },
  {
    name: 'a start was throttled',
    in: ['starting'],
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
    in: ['starting'],
    make: (random) => ({
      operation: startOperations,
      status: 409,
      recorded: random.chance(0.3),
      times: random.int(1, 4),
    }),
  },
  {
    name: 'a start was refused for its credential',
    in: ['starting'],
    make: (random) => ({ operation: startOperations, status: random.pick([401, 403]), times: random.int(1, 2) }),
  },
];

const others: readonly ApiFault[] = [
  {
    name: 'a create was lost',
    in: ['creating'],
    make: (random) => ({
      operation: createOperations,
      drop: random.pick(['before', 'after'] as const),
      times: random.int(1, 2),
    }),
  },
  {
    name: 'a create failed',
    in: ['creating'],
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
    in: ['stopping'],
    make: (random) => ({
      operation: cancelOperations,
      status: random.pick([401, 403, 409, 429, 500, 503]),
      times: random.int(1, 3),
    }),
  },
  {
    name: 'a cancel was lost',
    in: ['stopping'],
    make: () => ({ operation: cancelOperations, drop: 'before', times: 1 }),
  },
  {
    name: 'a look failed',
    in: ['preparing', 'starting again'],
    make: (random) => ({
      operation: listOperations,
      status: random.pick([429, 500, 503]),
      ...retryAfter(random),
      times: random.int(1, 5),
    }),
  },
  {
    name: 'a look was refused for its credential',
    in: ['starting again'],
    make: (random) => ({
      operation: ['modelSync.executions.list', 'bulkSync.executions.list'],
      status: random.pick([401, 403]),
      forMs: random.int(1_000, 8 * minute),
    }),
  },
  {
    name: 'a wait was throttled',
    in: ['waiting for ours'],
    make: (random) => ({ operation: waitOperations, status: 429, ...retryAfter(random), times: random.int(1, 10) }),
  },
  {
    name: 'a wait failed',
    in: ['waiting for ours'],
    make: (random) => ({
      operation: waitOperations,
      status: random.pick([500, 502, 503]),
      ...retryAfter(random),
      times: random.int(1, 10),
    }),
  },
  {
    name: 'a read was reset',
    in: ['preparing', 'waiting for ours'],
    make: (random) => ({ method: 'GET', drop: 'before', times: random.int(1, 10) }),
  },
  {
    name: 'Polytomic was down',
    in: ['starting', 'waiting for ours'],
    make: (random) => ({ outage: true, forMs: random.spread(5_000, 45 * minute) }),
  },
  {
    name: longTrouble,
    in: ['starting again'],
    make: (random) => ({
      operation: [...startOperations, 'modelSync.executions.list', 'bulkSync.executions.list'],
      drop: 'before',
      forMs: random.int(25 * 60, 30 * 60) * minute,
    }),
  },
  {
    name: 'events were lost',
    in: ['waiting for ours'],
    make: (random) => ({ loseEvents: random.next(), forMs: random.spread(minute, 60 * minute) }),
  },
];

/** All of them. */
export const apiFaults: readonly ApiFault[] = [...starts, ...others];

function retryAfter(random: Random): { retryAfter?: number | string } {
  if (random.chance(0.3)) return {};
  return { retryAfter: random.pick([0, 1, 5, 60, 'Thu, 01 Jan 2015 00:00:00 GMT']) };
}

/** Faults that are not the API's, with the stages in which they must have struck. */
export const worldFaults: Readonly<Record<string, readonly StageName[]>> = {
  'a list lagged': ['starting again'],
  'clocks differ': ['starting'],
  "Temporal's clock differs": ['starting', 'starting again', 'waiting for ours'],
  'events came late': ['waiting for ours'],
  'events came twice': ['waiting for ours'],
  'events came in another order': ['waiting for ours'],
  'others started a run': ['starting', 'waiting for ours'],
  [unreadName]: ['reading a sync', 'waiting for ours', 'between jobs'],
  [busyName]: ['waiting for ours', 'between jobs'],
  'others cancelled a run': ['waiting for ours'],
  'others edited a sync': ['waiting for ours'],
  'others deleted a sync': ['waiting for ours'],
  'a schedule started a run': ['waiting for ours'],
  'a worker was killed': ['starting', 'waiting for ours', 'stopping'],
  'a worker was stopped': ['starting', 'waiting for ours', 'stopping'],
  'a worker did not know the organization': ['starting', 'starting again', 'waiting for ours', 'stopping'],
  'a worker stalled': ['starting', 'starting again', 'waiting for ours', 'searching', 'stopping'],
  'all workers were away': ['waiting for ours'],
  'a new build was deployed': ['starting', 'waiting for ours'],
  'the user cancelled': ['starting', 'starting again', 'waiting for ours', 'waiting for others', 'searching'],
  'the user changed the timeout': ['waiting for ours'],
  'the user paused': ['waiting for ours'],
  'the user resumed': ['waiting for ours', 'between jobs'],
  'the user changed the concurrency': ['waiting for ours'],
  'the user skipped a sync': ['waiting for ours'],
  'a notification got no answer': ['between jobs'],
};
