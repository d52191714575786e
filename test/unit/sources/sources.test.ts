/** Sources of hints that help, fail, lie, lag or are not there: ends are found all the same. */
import { describe, expect, it } from '@jest/globals';
import type { SyncKind } from '../../../src/contracts/sync-kind';
import { SimulatedClock } from '../watcher/simulation/simulated-clock';
import { apiError, SimulatedPolytomic, type SimulatedRun } from '../watcher/simulation/simulated-polytomic';
import { createWatcher, createWatchers, seeded, toItem, type SimulatedOptions } from '../watcher/simulation/watched';

const minute = 60_000;

type Sources = Pick<SimulatedOptions, 'readEvents' | 'readBatchStatus'>;

/** Waits for runs of about an hour whose usual duration is known. */
function createHour(chooseSources: (polytomic: SimulatedPolytomic) => Sources) {
  const random = seeded(3);
  const clock = new SimulatedClock({ random });
  const polytomic = new SimulatedPolytomic(clock);
  const warnings: string[] = [];
  const options: SimulatedOptions = {
    ...chooseSources(polytomic),
    log: { warn: (message) => warnings.push(message) },
  };
  const watcher = createWatcher(polytomic, options);
  const add = (count: number, kind: SyncKind): SimulatedRun[] =>
    Array.from({ length: count }, (_, index) => polytomic.add(`${kind}-${index}`, (50 + 20 * random()) * minute, kind));
  return { clock, polytomic, warnings, watcher, options, add };
}

type Hour = ReturnType<typeof createHour>;

const tellAll = ({ polytomic }: Hour, runs: SimulatedRun[], lagMs = 0): void => {
  for (const { executionId, endsAt } of runs) polytomic.tell(executionId, endsAt, { lagMs });
};

function watch({ watcher }: Hour, runs: SimulatedRun[], waitId = 'one') {
  const usual = { medianMs: 60 * minute, sigma: 0.1, runs: 10 };
  const items = runs.map((run) => ({ ...toItem(run), usual }));
  const { signal } = new AbortController();
  return watcher.watch({ waitId, items, lingerMs: 24 * 60 * minute, waitForMs: null, signal });
}

/** Waits for all and returns how late each end was found, latest last. */
async function lateness(hour: Hour, runs: SimulatedRun[]): Promise<number[]> {
  const { settled } = await hour.clock.run(watch(hour, runs));
  expect(settled.filter(({ state }) => state === 'ended')).toHaveLength(runs.length);
  return runs
    .map(({ executionId, endsAt }) => hour.polytomic.detectedAt.get(executionId)! - endsAt)
    .sort((a, b) => a - b);
}

const count = ({ polytomic }: Hour, what: string): number =>
  polytomic.requests.filter((request) => request.what === what).length;

const events = ({ readEvents }: SimulatedPolytomic): Sources => ({ readEvents });
const batch = ({ readBatchStatus }: SimulatedPolytomic): Sources => ({ readBatchStatus });
const both = (polytomic: SimulatedPolytomic): Sources => ({ ...events(polytomic), ...batch(polytomic) });

describe('where it pays', () => {
  it('asks no source for a single wait', async () => {
    const hour = createHour(both);
    const runs = hour.add(1, 'bulk');
    await lateness(hour, runs);
    expect([count(hour, 'events'), count(hour, 'batch')]).toEqual([0, 0]);
  });

  it('hears of bulk runs from the batch status alone, reading each a few times an hour', async () => {
    const hour = createHour(batch);
    const late = await lateness(hour, hour.add(100, 'bulk'));
    expect(late.at(-1)).toBeLessThan(minute);
    expect(count(hour, 'read')).toBeLessThan(100 + 100 * 7);
  });

  it('asks for the ids of a few syncs and for a whole organization only where that is cheaper', async () => {
    const asked = async (waits: number, idle: number): Promise<number> => {
      const hour = createHour(batch);
      hour.polytomic.idleBulkSyncs = idle;
      await lateness(hour, hour.add(waits, 'bulk'));
      const whole = hour.polytomic.requests.filter(({ bytes }) => bytes >= (waits + idle) * 600);
      return whole.length / count(hour, 'batch');
    };
    expect(await asked(20, 5_000)).toBe(0);
    expect(await asked(80, 5_000)).toBeLessThan(0.05);
    expect(await asked(80, 50)).toBeGreaterThan(0.5);
  });

  /** Waits for an hour's runs, for so long that events are asked for. A quick one that nobody waits for ends meanwhile. */
  async function untilQuickIsTold(hour: Hour): Promise<SimulatedRun> {
    const runs = hour.add(20, 'model');
    tellAll(hour, runs);
    void watch(hour, runs).catch(() => undefined);
    await hour.clock.advance(40 * minute);
    const quick = hour.polytomic.add('quick', 1_000);
    hour.polytomic.tell('quick', quick.endsAt);
    await hour.clock.advance(5 * minute);
    expect(count(hour, 'events')).toBeGreaterThan(0);
    return quick;
  }

  /** A wait for a run that has ended takes no longer than a read of it. */
  async function expectReadAtOnce(hour: Hour, run: SimulatedRun): Promise<void> {
    const asked = hour.clock.now();
    await hour.clock.run(watch(hour, [run], 'two'));
    expect(hour.clock.now() - asked).toBeLessThan(1_000);
  }

  it('knows an end that was told before anybody waited for it', async () => {
    const hour = createHour(events);
    await expectReadAtOnce(hour, await untilQuickIsTold(hour));
    hour.watcher.close();
  });

  it('knows an end that was told before there was a watcher', async () => {
    const hour = createHour(events);
    const { createNext } = createWatchers(hour.polytomic, hour.options);
    const first = { ...hour, watcher: createNext() };
    const quick = await untilQuickIsTold(first);
    await expectReadAtOnce({ ...hour, watcher: createNext() }, quick);
    first.watcher.close();
  });

  it('hands the events read so far to the next worker, which asks for nothing anew', async () => {
    const hour = createHour(events);
    const runs = hour.add(100, 'model');
    tellAll(hour, runs);
    void watch(hour, runs).catch(() => undefined);
    await hour.clock.advance(40 * minute);
    const checkpoint = hour.watcher.checkpoint('one');
    hour.watcher.close();
    const before = hour.polytomic.requests.length;
    const next = createWatcher(hour.polytomic, hour.options);
    const items = runs.map((run) => ({ ...toItem(run), usual: { medianMs: 60 * minute, sigma: 0.1, runs: 10 } }));
    const { signal } = new AbortController();
    void next.watch({ waitId: 'one', items, lingerMs: 0, waitForMs: null, signal, checkpoint }).catch(() => undefined);
    await hour.clock.advance(10_000);
    expect(hour.polytomic.requests.length - before).toBeLessThan(10);
    next.close();
  });
});

describe('where a source cannot be relied on', () => {
  it('loses no more than ten minutes by a lost event', async () => {
    const hour = createHour(events);
    const runs = hour.add(100, 'model');
    tellAll(
      hour,
      runs.filter((_, index) => index % 5 > 0),
    );
    const late = await lateness(hour, runs);
    expect(late.at(-1)).toBeLessThan(10.5 * minute);
    expect(hour.warnings).toEqual([]);
  });

  it('keeps nobody waiting while it stays empty, as where the key may not see events', async () => {
    const hour = createHour(events);
    const late = await lateness(hour, hour.add(40, 'model'));
    expect(count(hour, 'events')).toBeGreaterThan(0);
    expect(late.at(-1)).toBeLessThan(2 * minute);
  });

  it('is believed no more once a read found an end that it had not told of, until it tells of one', async () => {
    const hour = createHour(events);
    const runs = hour.add(40, 'model');
    for (const { executionId } of runs) hour.polytomic.tell(executionId, hour.clock.now() + 1, { ended: false });
    const late = await lateness(hour, runs);
    expect(late[20]).toBeLessThan(2 * minute);
  });

  it('finds ends late by no more than the events are', async () => {
    const hour = createHour(events);
    const runs = hour.add(30, 'model');
    tellAll(hour, runs, 40_000);
    const late = await lateness(hour, runs);
    expect(late.at(-1)).toBeLessThan(10.5 * minute);
    expect(late[15]).toBeLessThan(70_000);
  });

  it('wastes a handful of reads, and no wait, on events of ends that never were', async () => {
    const hour = createHour(events);
    const runs = hour.add(10, 'model');
    for (let index = 0; index < 500; index++) {
      hour.polytomic.tell(runs[index % 10]!.executionId, hour.clock.now() + index * 5_000);
    }
    tellAll(hour, runs);
    const late = await lateness(hour, runs);
    expect(late.at(-1)).toBeLessThan(2 * minute);
    const reads = hour.polytomic.requests.filter(({ what }) => what === 'read').map(({ at }) => at);
    const busiest = Math.max(...reads.map((from) => reads.filter((at) => at >= from && at < from + minute).length));
    // The budget, and three reads on top of it for each run.
    expect(busiest).toBeLessThanOrEqual(60);
  });

  it('finds the ends that the batch status denies', async () => {
    const hour = createHour((polytomic) => ({
      readBatchStatus: async (query, signal) => {
        const rows = await polytomic.readBatchStatus(query, signal);
        return rows.map((row) => ({
          ...row,
          ended: false,
          executions: new Map([...row.executions].map(([id]) => [id, false])),
        }));
      },
    }));
    const late = await lateness(hour, hour.add(20, 'bulk'));
    expect(late.at(-1)).toBeLessThan(11 * minute);
  });

  it('asks for ids once the batch status of the whole organization is too long', async () => {
    let whole = 0;
    const hour = createHour(({ readBatchStatus }) => ({
      readBatchStatus: (query, signal) => {
        if (!('all' in query)) return readBatchStatus(query, signal);
        whole += 1;
        return Promise.reject(apiError('TooLarge'));
      },
    }));
    const late = await lateness(hour, hour.add(80, 'bulk'));
    expect(whole).toBe(1);
    expect(count(hour, 'batch')).toBeGreaterThan(10);
    expect(late.at(-1)).toBeLessThan(minute);
  });

  it.each(['NotFound', 'NotSupported', 'Forbidden'] as const)(
    'asks a source that answers %s once and no more',
    async (code) => {
      const hour = createHour(both);
      const runs = hour.add(10, 'bulk');
      hour.polytomic.faults.push(({ executionId }) => (executionId === undefined ? apiError(code) : undefined));
      const late = await lateness(hour, runs);
      expect(late.at(-1)).toBeLessThan(3 * minute);
      expect(count(hour, 'events')).toBeLessThan(6);
      expect(count(hour, 'batch')).toBeLessThan(6);
      expect(hour.warnings).toHaveLength(2);
    },
  );

  it('goes on by single reads while a source fails, and comes back to it', async () => {
    const hour = createHour(events);
    const runs = hour.add(20, 'model');
    tellAll(hour, runs);
    const start = hour.clock.now();
    hour.polytomic.faults.push(({ at, executionId }) =>
      executionId === undefined && at < start + 45 * minute ? apiError('Unavailable') : undefined,
    );
    const late = await lateness(hour, runs);
    expect(late.at(-1)).toBeLessThan(minute);
    expect(hour.warnings).toHaveLength(1);
  });
});
