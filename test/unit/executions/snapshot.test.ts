/** What is read of a sync before a start. */
import { describe, expect, it } from '@jest/globals';
import { readSnapshot } from '../../../src/executions/snapshot';
import type { SyncAdapter } from '../../../src/executions/sync-adapter';
import { usualDuration } from '../../../src/executions/usual-duration';
import { at, completed, failure, run, scriptedAdapter, startOfTest } from './support/scripted-adapter';

const clock = { now: (): number => startOfTest };
const client = { clock, pause: { pausedForMs: (): number => 0, retryAfterMs: (): number => 0 } };

describe('the snapshot of a sync', () => {
  it('is not read while Polytomic asks to slow down', async () => {
    const { adapter, calls } = scriptedAdapter({});
    const paused = { clock, pause: { pausedForMs: (): number => 9_000, retryAfterMs: (): number => 10_000 } };
    await expect(readSnapshot(adapter, 'sync-1', { client: paused })).rejects.toMatchObject({
      ...{ code: 'RateLimited', retryAfterMs: 10_000, answered: false },
    });
    expect(calls).toEqual([]);
  });

  it('names the newest execution and, apart from it, the one in progress', async () => {
    const canceled = run('newest', { status: 'canceled', phase: 'ended', ending: 'canceled', createdAt: at(2_000) });
    const { adapter, calls } = scriptedAdapter({ recent: [[canceled, run('going', { createdAt: at(1_000) })]] });
    const before = await readSnapshot(adapter, 'sync-1', { client });
    expect(before).toMatchObject({
      ...{ kind: 'model', syncId: 'sync-1', name: 'Users', active: true, problems: [] },
      newest: { executionId: 'newest', createdAt: at(2_000) },
      running: { executionId: 'going', status: 'running', createdAt: at(1_000) },
    });
    expect(calls).toEqual(['readSync', 'list']);
  });

  it('has neither for a sync that never ran', async () => {
    const { adapter } = scriptedAdapter({ recent: [[]] });
    expect(await readSnapshot(adapter, 'sync-1', { client })).toMatchObject({
      newest: null,
      running: null,
      usual: null,
    });
  });

  it('names all runs that are too young to be told from later ones by time, at most twenty', async () => {
    const young = Array.from({ length: 30 }, (_, index) =>
      completed(`young-${index}`, { createdAt: at(-1_000 * index) }),
    );
    const others = [completed('old', { createdAt: at(-300_001) }), completed('timeless', { createdAt: null })];
    const recent = async (...runs: ReturnType<typeof run>[]): Promise<string[] | undefined> =>
      (await readSnapshot(scriptedAdapter({ recent: [runs] }).adapter, 'sync-1', { client })).recent;
    expect(await recent(...others)).toEqual(['timeless']);
    expect(await recent(...young, ...others)).toEqual(young.slice(0, 20).map(({ executionId }) => executionId));
    expect(await recent()).toEqual([]);
  });

  it('takes the earlier of the two answers’ times, as what is created after it is new', async () => {
    const dates = ['Sun, 01 Mar 2026 12:00:09 GMT', 'Sun, 01 Mar 2026 12:00:07 GMT'];
    const { adapter } = scriptedAdapter({});
    const dated: SyncAdapter = {
      ...adapter,
      readSync: async (id, options) => {
        options?.onAnswer?.({ status: 200, date: dates[0] ?? '' });
        return adapter.readSync(id);
      },
      recentExecutions: async (id, options) => {
        options?.onAnswer?.({ status: 200, date: dates[1] ?? '' });
        return adapter.recentExecutions(id);
      },
    };
    expect((await readSnapshot(dated, 'sync-1', { client })).serverTime).toBe(at(7_000));
    expect((await readSnapshot(adapter, 'sync-1', { client })).serverTime).toBe(at(0));
  });

  it('counts a young interrupted run as in progress, an old one not, so that it blocks nothing for ever', async () => {
    const interrupted = (ms: number): ReturnType<typeof run> =>
      run('cut', { status: 'interrupted', createdAt: at(ms) });
    const young = scriptedAdapter({ recent: [[interrupted(-60_000)]] });
    expect((await readSnapshot(young.adapter, 'sync-1', { client })).running).toMatchObject({ executionId: 'cut' });
    const old = scriptedAdapter({ recent: [[interrupted(-120_000)]] });
    expect((await readSnapshot(old.adapter, 'sync-1', { client })).running).toBeNull();
  });

  it('fails as the reads fail', async () => {
    const { adapter } = scriptedAdapter({ recent: [failure('Unauthorized')] });
    await expect(readSnapshot(adapter, 'sync-1', { client })).rejects.toMatchObject({ code: 'Unauthorized' });
  });
});

describe('the usual duration', () => {
  const lasting = (ms: number, fields: Parameters<typeof run>[1] = {}): ReturnType<typeof run> =>
    completed(`run-${ms}`, { completedAt: at(ms), ...fields });

  it('is the median of completed runs with the spread of its logarithm', () => {
    const usual = usualDuration([lasting(1_000), lasting(4_000), lasting(2_000)]);
    expect(usual).toEqual({ medianMs: 2_000, sigma: expect.closeTo(Math.log(2) * Math.sqrt(2 / 3)), runs: 3 });
    expect(usualDuration([lasting(1_000), lasting(4_000)])).toMatchObject({ medianMs: 2_500, runs: 2 });
  });

  it('leaves out runs that failed, run still, or were no ordinary ones', () => {
    const shape = { isTest: false, isResync: false, isPartial: false };
    expect(
      usualDuration([
        lasting(9_000, { ending: 'failed' }),
        run('going'),
        lasting(8_000, { shape: { ...shape, isTest: true } }),
        lasting(7_000, { shape: { ...shape, isPartial: true } }),
        lasting(6_000, { shape: { ...shape, isResync: true } }),
        lasting(5_000, { shape }),
      ]),
    ).toEqual({ medianMs: 5_000, sigma: 0, runs: 1 });
    expect(usualDuration([])).toBeNull();
  });
});
