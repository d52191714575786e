import { describe, expect, it } from '@jest/globals';
import type { ResolvedSteps } from '../../../../src/contracts/prepared-fan-out';
import {
  candidatesOf,
  checkSkip,
  dropQueue,
  newGraphQueue,
  noteEnded,
  noteListed,
  postponeJobs,
  takeJobs,
  totalOf,
  waitingOf,
  wantsMore,
} from '../../../../src/workflows/engine/queue';
import type { EngineState } from '../../../../src/workflows/engine/state';
import { began, fanOutState, listOf } from './support';

const steps: ResolvedSteps = [
  ['lake', []],
  ['users', ['lake']],
  ['orders', ['lake']],
  ['report', ['users', 'orders']],
].map(([id, after]) => ({
  ...{ id: id as string, kind: 'bulk', syncId: `sync-${id as string}`, after: after as string[] },
  ...{ start: {}, ifInactive: 'run' },
}));

function graphState(): EngineState {
  return { ...fanOutState(), queue: newGraphQueue(steps) };
}

const idsOf = (state: EngineState): string[] => candidatesOf(state).map(({ id }) => id);

describe('the list of syncs', () => {
  it('is read on while fewer syncs wait than may run at once', () => {
    const state = fanOutState({ maxConcurrent: 2 });
    expect(wantsMore(state)).toBe(true);
    noteListed(state, { ...listOf(['a', 'b', 'c']), total: 5, nextAfter: 'c' }, began);
    expect([wantsMore(state), totalOf(state), waitingOf(state)]).toEqual([false, 5, 5]);
    takeJobs(state, ['a'], began);
    expect(wantsMore(state)).toBe(true);
    noteListed(state, { ...listOf(['d', 'e']), total: 5 }, began);
    expect([wantsMore(state), idsOf(state), waitingOf(state)]).toEqual([false, ['b', 'c', 'd', 'e'], 4]);
  });

  it('skips what was marked before it was read, and reports ids that no sync has', () => {
    const state = fanOutState();
    state.wishes.skips.push('b', 'z');
    const { missing, skipped } = noteListed(state, { ...listOf(['a', 'b']), missing: ['gone'] }, began);
    expect([missing.map(({ id }) => id), skipped.map(({ id }) => id)]).toEqual([['gone'], ['b']]);
    expect([totalOf(state), idsOf(state), state.wishes.skips]).toEqual([3, ['a'], ['z']]);
  });

  it('puts what cannot be read for now behind all others', () => {
    const state = fanOutState();
    noteListed(state, listOf(['a', 'b', 'c']), began);
    postponeJobs(state, new Set(['a']));
    expect(idsOf(state)).toEqual(['b', 'c', 'a']);
  });

  it('is dropped whole, what was not read included', () => {
    const state = fanOutState({ maxConcurrent: 1 });
    noteListed(state, { ...listOf(['a', 'b']), total: 10, nextAfter: 'b' }, began);
    expect(dropQueue(state, began)).toMatchObject({ jobs: [{ id: 'a' }, { id: 'b' }], unread: 8 });
    expect([waitingOf(state), wantsMore(state)]).toEqual([0, false]);
  });
});

describe('the steps of a graph', () => {
  it('gives each step once, however often it is named', () => {
    const state = graphState();
    const take = (ids: string[]) => takeJobs(state, ids, began).map(({ id }) => id);
    expect([take(['users', 'users']), take(['users', 'lake'])]).toEqual([['users'], ['lake']]);
  });

  it('become available once all before them have succeeded', () => {
    const state = graphState();
    const run = (id: string): void => {
      const [job] = takeJobs(state, [id], began);
      if (job) noteEnded(state, job, { outcome: 'completed', completedAt: null }, began);
    };
    expect(idsOf(state)).toEqual(['lake']);
    run('lake');
    expect(idsOf(state)).toEqual(['users', 'orders']);
    run('users');
    expect(idsOf(state)).toEqual(['orders']);
    run('orders');
    expect(idsOf(state)).toEqual(['report']);
  });

  it('are skipped with everything behind them when one does not succeed', () => {
    const state = graphState();
    const [job] = takeJobs(state, ['lake'], began);
    const skipped = job && noteEnded(state, job, { outcome: 'failed', completedAt: null }, began);
    expect(skipped?.map(({ id }) => id)).toEqual(['users', 'orders', 'report']);
    expect(waitingOf(state)).toBe(0);
  });

  it('attach to no run that began before those before them had ended', () => {
    const state = graphState();
    const [lake] = takeJobs(state, ['lake'], began);
    const completedAt = '2026-01-05T00:10:00.000Z';
    if (lake) noteEnded(state, lake, { outcome: 'completed', completedAt }, began);
    expect(takeJobs(state, ['users'], began)).toMatchObject([{ startedAfter: completedAt }]);
  });

  it.each(['soon', '', '2026-13-45', 1e300 as unknown as string])('take an end at %j for one that is now', (time) => {
    const state = graphState();
    const [lake] = takeJobs(state, ['lake'], began);
    if (lake) noteEnded(state, lake, { outcome: 'completed', completedAt: time }, began);
    expect(takeJobs(state, ['users'], began)).toMatchObject([{ startedAfter: new Date(began).toISOString() }]);
  });
});

describe('a skip', () => {
  it.each([undefined, '', 7, 'x'.repeat(256), '\ud83d', 'unknown'])('of %p is refused', (id) => {
    expect(() => checkSkip(graphState(), id)).toThrow('skip');
  });

  it('comes too late for what has begun', () => {
    const state = graphState();
    for (const job of takeJobs(state, ['lake'], began)) state.jobs[job.id] = job;
    expect(() => checkSkip(state, 'lake')).toThrow('too late');
  });

  it.each(['__proto__', 'constructor', 'toString'])('of "%s", as no sync is called, says so', (id) => {
    const fanOut = fanOutState();
    noteListed(fanOut, listOf(['a']), began);
    for (const state of [graphState(), fanOut])
      expect(() => checkSkip(state, id)).toThrow(/^skip: no .* waits for its start$/);
  });

  it('is refused beyond a thousand marks', () => {
    const state = fanOutState();
    state.wishes.skips = Array.from({ length: 1_000 }, (_one, at) => `s${at}`);
    expect(() => checkSkip(state, 'z')).toThrow('1000');
  });
});
