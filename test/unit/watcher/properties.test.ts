/** Random hours: whatever durations, losses, faults and budgets, no end is missed, none is invented, nobody starves. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolytomicErrorCode } from '../../../src/polytomic/errors';
import { SimulatedClock } from './simulation/simulated-clock';
import { apiError, SimulatedPolytomic, type SimulatedRun } from './simulation/simulated-polytomic';
import { createWatcher, seeded, toItem } from './simulation/watched';

const minute = 60_000;

const faultCodes: PolytomicErrorCode[] = [
  'RateLimited',
  'Unavailable',
  'Network',
  'UnexpectedResponse',
  'Unauthorized',
];

const hours = fc.record({
  seed: fc.nat(),
  durations: fc.array(fc.integer({ min: 100, max: 60 * minute }), { minLength: 1, maxLength: 60 }),
  bulk: fc.double({ min: 0, max: 1, noNaN: true }),
  history: fc.boolean(),
  requestsPerMinute: fc.integer({ min: 1, max: 60 }),
  events: fc.boolean(),
  batch: fc.boolean(),
  eventsLost: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Events of ends that never were. */
  invented: fc.nat(20),
  /** Stretches of trouble of at most five minutes. */
  faults: fc.array(
    fc.record({
      at: fc.nat(60 * minute),
      ms: fc.nat(5 * minute),
      code: fc.constantFrom(...faultCodes),
      share: fc.constantFrom(0.3, 1),
    }),
    { maxLength: 4 },
  ),
});
type Hour = typeof hours extends fc.Arbitrary<infer T> ? T : never;

interface Simulated {
  polytomic: SimulatedPolytomic;
  runs: SimulatedRun[];
  /** When each wait was told of an end. */
  told: Map<string, number>;
  faulty: number[];
}

async function simulate(hour: Hour): Promise<Simulated> {
  const random = seeded(hour.seed);
  const clock = new SimulatedClock({ random });
  const polytomic = new SimulatedPolytomic(clock, () => 50 + 500 * random());
  const runs = hour.durations.map((ms, index) =>
    polytomic.add(`run-${index}`, ms, random() < hour.bulk ? 'bulk' : 'model'),
  );
  const faulty: number[] = [];
  const begin = clock.now();
  polytomic.faults.push(({ at }) => {
    const fault = hour.faults.find((one) => at >= begin + one.at && at < begin + one.at + one.ms);
    if (!fault || random() >= fault.share) return undefined;
    faulty.push(at);
    return apiError(fault.code, fault.code === 'RateLimited' && random() < 0.5 ? 5_000 : undefined);
  });
  for (const { executionId, endsAt } of runs) {
    if (random() >= hour.eventsLost) polytomic.tell(executionId, endsAt, { lagMs: 5_000 * random() });
  }
  for (let index = 0; index < hour.invented; index++) {
    polytomic.tell(runs[index % runs.length]!.executionId, begin + 60 * minute * random());
  }
  const told = await clock.run(awaitRuns(hour, { clock, polytomic, runs }));
  return { polytomic, runs, told, faulty };
}

interface Stage {
  clock: SimulatedClock;
  polytomic: SimulatedPolytomic;
  runs: SimulatedRun[];
}

async function awaitRuns(hour: Hour, { clock, polytomic, runs }: Stage): Promise<Map<string, number>> {
  const watcher = createWatcher(polytomic, {
    requestsPerMinute: hour.requestsPerMinute,
    ...(hour.events && { readEvents: polytomic.readEvents }),
    ...(hour.batch && { readBatchStatus: polytomic.readBatchStatus }),
  });
  const told = new Map<string, number>();
  const usual = hour.history ? { medianMs: 30 * minute, sigma: 0.5, runs: 10 } : null;
  const { signal } = new AbortController();
  while (told.size < runs.length) {
    const items = runs.filter(({ executionId }) => !told.has(executionId)).map((run) => ({ ...toItem(run), usual }));
    const { settled } = await watcher.watch({ waitId: 'all', items, lingerMs: 1_000, waitForMs: null, signal });
    for (const one of settled) {
      if (one.state === 'lost') throw new Error(`lost: ${one.failure.type}`);
      if (told.has(one.execution.executionId)) throw new Error('told twice');
      told.set(one.execution.executionId, clock.now());
    }
  }
  // The simulated API answers even what was cut off, after its latency.
  await clock.sleep(1_000);
  expect(watcher.stats).toMatchObject({ waits: 0, inFlight: 0 });
  watcher.close();
  return told;
}

describe('in a random hour', () => {
  it('every end is found and none is invented', async () => {
    await fc.assert(
      fc.asyncProperty(hours, async (hour) => {
        const { runs, told } = await simulate(hour);
        for (const { executionId, endsAt } of runs) expect(told.get(executionId)).toBeGreaterThanOrEqual(endsAt);
      }),
      { numRuns: 40 },
    );
  });

  it('the budget holds in every minute, one read for each end, two for each that no read shows, and what failed on top', async () => {
    await fc.assert(
      fc.asyncProperty(hours, async (hour) => {
        const { polytomic, faulty } = await simulate(hour);
        const times = polytomic.requests.map(({ at }) => at);
        // The read that showed an end counts when it was sent, which may be in the minute before its answer.
        const ends = [...polytomic.detectedAt].map(([id, seenAt]) =>
          Math.max(
            ...polytomic.requests.filter((one) => one.executionId === id && one.at < seenAt).map(({ at }) => at),
          ),
        );
        const invented = hour.invented;
        for (const from of times) {
          const within = (all: number[]): number => all.filter((at) => at >= from && at < from + minute).length;
          // What was invented is read twice, as a true end may show late.
          const onTop = within(ends) + within(faulty) + 2 * invented;
          expect(within(times)).toBeLessThanOrEqual(hour.requestsPerMinute + onTop);
        }
        expect(polytomic.mostInFlight).toBeLessThanOrEqual(20);
      }),
      { numRuns: 40 },
    );
  });

  it('nobody starves: without trouble each end is found within a turn of all, whatever the events say', async () => {
    await fc.assert(
      fc.asyncProperty(hours, async (hour) => {
        const { polytomic, runs } = await simulate({ ...hour, faults: [] });
        // A safety read every ten minutes, stretched so that all take a third of the budget, goes before what is likelier to end.
        // It waits for all others at most once, and reads have half of the budget or more, as sources take a third.
        const perMinute = runs.length / hour.requestsPerMinute;
        const safety = Math.max(10, 3 * perMinute);
        // Nothing known and nothing to tell: no interval is longer than a minute, and each is lengthened by the same factor.
        const isRare = hour.history || hour.events || hour.batch;
        const bound =
          (isRare ? safety + 2 * perMinute + 1 : Math.min(safety + 2 * perMinute + 1, 3 + 6 * perMinute)) * minute;
        for (const { executionId, endsAt } of runs) {
          expect(polytomic.detectedAt.get(executionId)! - endsAt).toBeLessThanOrEqual(bound);
        }
      }),
      { numRuns: 40 },
    );
  });
});
