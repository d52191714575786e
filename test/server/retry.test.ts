/** Syncs that are run again as a whole; the emulator's list of executions is the judge of what was started, and when. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FanOutResult, PipelineResult } from '../../src/contracts/fan-out-result';
import type { EmulatorSync } from '../../src/testing';
import { addSync, kinds, runsOf, workflowOf } from './support/syncs';
import { failureOf, startWorld, type World } from './support/world';

describe.each([
  ['cached workflows', {}],
  ['every workflow task replayed from the beginning', { maxCachedWorkflows: 0 }],
])('retry, %s', (_name, worker) => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld('retry', { worker, plugin: { cancelTimeout: '5 seconds' } });
  });
  afterAll(async () => world.close());

  it.each(kinds)('runs a %s sync again until it completes, one run after the other', async (kind) => {
    const sync = addSync(world, kind, { nextScripts: ['failed', 'failed'] });
    const result = await world.run(workflowOf[kind], { syncId: sync.id, retry: { attempts: 4, delay: '1 second' } });
    const runs = runsOf(world, sync);
    expect(runs.map(({ status }) => status)).toEqual(['failed', 'failed', 'completed']);
    expect(result).toMatchObject({ outcome: 'completed', attempts: 3, executions: runs.map(({ id }) => id) });
    for (const [at, { createdAt }] of runs.entries()) {
      if (at > 0) expect(createdAt - (runs[at - 1]?.completedAt ?? NaN)).toBeGreaterThanOrEqual(1_000);
    }
  });

  it('fails with the last result once no attempt is left', async () => {
    const sync = addSync(world, 'model', { script: 'failed' });
    const input = { syncId: sync.id, retry: { attempts: 2, delay: 1 } };
    const failure = await failureOf(await world.start('runModelSync', input));
    expect(runsOf(world, sync)).toHaveLength(2);
    expect(failure).toMatchObject({ type: 'polytomic.SyncFailed', details: [{ outcome: 'failed', attempts: 2 }] });
  });

  it('cancels an attempt that takes too long, and starts the next only when that is over', async () => {
    const sync = addSync(world, 'bulk', { nextScripts: ['neverEnds'], cancelMs: 700 });
    const retry = { attempts: 2, delay: 1, on: ['timedOut'] };
    const result = await world.run('runBulkSync', { syncId: sync.id, timeoutPerAttempt: '2 seconds', retry });
    const [first, second, ...more] = runsOf(world, sync);
    expect([first?.status, second?.status, more]).toEqual(['canceled', 'completed', []]);
    expect(second?.createdAt).toBeGreaterThanOrEqual(first?.completedAt ?? Infinity);
    expect(result).toMatchObject({ outcome: 'completed', executions: [first?.id, second?.id] });
  });

  it('never starts another run after a cancel that was not confirmed, nor after one by somebody else', async () => {
    const stubborn = addSync(world, 'model', { script: { outcome: 'neverEnds', onCancel: 'never' } });
    const stopped = addSync(world, 'model', { script: 'canceled' });
    const retry = { attempts: 3, delay: 1, on: ['failed', 'partiallyFailed', 'timedOut'] };
    const shared = { retry, timeoutPerAttempt: '1 second', onFailure: 'return' };
    const results = await Promise.all(
      [stubborn, stopped].map(({ id }) => world.run('runModelSync', { syncId: id, ...shared })),
    );
    expect(results).toMatchObject([{ outcome: 'timedOut', cancelConfirmed: false }, { outcome: 'canceled' }]);
    for (const one of [stubborn, stopped]) expect(runsOf(world, one)).toHaveLength(1);
  });

  it('holds for each sync of a fan-out and each step of a pipeline', async () => {
    const syncs = [0, 1, 2].map(() => addSync(world, 'model', { nextScripts: ['failed'] }));
    const ids = syncs.map(({ id }) => id);
    const shared = { retry: { attempts: 2, delay: '1 second' }, maxConcurrent: 1 };
    const all = (await world.run('runAllModelSyncs', { ...shared, filter: { ids } })) as unknown as FanOutResult;
    expect(all).toMatchObject({ total: 3, completed: 3, failed: 0 });
    for (const sync of syncs) {
      expect(runsOf(world, sync).map(({ status }) => status)).toEqual(['failed', 'completed']);
      world.emulator.scriptNext(sync.id, 'failed');
    }
    const [one, other] = syncs as [EmulatorSync, EmulatorSync];
    const steps = [
      { id: 'one', kind: 'model', syncId: one.id },
      { id: 'other', kind: 'model', syncId: other.id, after: ['one'] },
    ];
    const piped = (await world.run('runSyncPipeline', { ...shared, steps })) as unknown as PipelineResult;
    expect(piped).toMatchObject({ completed: 2, steps: { one: { attempts: 2 }, other: { attempts: 2 } } });
    const lastEnd = runsOf(world, one).at(-1)?.completedAt ?? Infinity;
    expect(runsOf(world, other).at(-2)?.createdAt).toBeGreaterThanOrEqual(lastEnd);
  });
});
