/** What is read of a sync before a start. */
import { describe, expect, it } from '@jest/globals';
import { readBefore } from '../../../src/executions/before';
import type { SyncAdapter } from '../../../src/executions/sync-adapter';
import { usualDuration } from '../../../src/executions/usual-duration';
import { at, completed, failure, run, scriptedAdapter, startOfTest } from './support/scripted-adapter';

const now = (): number => startOfTest;

describe('the "before" of a sync', () => {
  it('names the newest execution and, apart from it, the one in progress', async () => {
    const canceled = run('newest', { status: 'canceled', phase: 'ended', ending: 'canceled', createdAt: at(2_000) });
    const { adapter, calls } = scriptedAdapter({ recent: [[canceled, run('going', { createdAt: at(1_000) })]] });
    const before = await readBefore(adapter, 'sync-1', { now });
    expect(before).toMatchObject({
      ...{ kind: 'model', syncId: 'sync-1', name: 'Users', active: true, problems: [] },
      newest: { executionId: 'newest', createdAt: at(2_000) },
      running: { executionId: 'going', status: 'running', createdAt: at(1_000) },
    });
    expect(calls).toEqual(['readSync', 'list']);
  });

  it('has neither for a sync that never ran', async () => {
    const { adapter } = scriptedAdapter({ recent: [[]] });
    expect(await readBefore(adapter, 'sync-1', { now })).toMatchObject({ newest: null, running: null, usual: null });
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
    expect((await readBefore(dated, 'sync-1', { now })).serverTime).toBe(at(7_000));
    expect((await readBefore(adapter, 'sync-1', { now })).serverTime).toBe(at(0));
  });

  it('counts a young interrupted run as in progress, an old one not, so that it blocks nothing for ever', async () => {
    const interrupted = (ms: number): ReturnType<typeof run> =>
      run('cut', { status: 'interrupted', createdAt: at(ms) });
    const young = scriptedAdapter({ recent: [[interrupted(-60_000)]] });
    expect((await readBefore(young.adapter, 'sync-1', { now })).running).toMatchObject({ executionId: 'cut' });
    const old = scriptedAdapter({ recent: [[interrupted(-120_000)]] });
    expect((await readBefore(old.adapter, 'sync-1', { now })).running).toBeNull();
  });

  it('fails as the reads fail', async () => {
    const { adapter } = scriptedAdapter({ recent: [failure('Unauthorized')] });
    await expect(readBefore(adapter, 'sync-1')).rejects.toMatchObject({ code: 'Unauthorized' });
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
