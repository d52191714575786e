/** Syncs that are run again as a whole; the emulator's list of executions is the judge of what was started, and when. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FanOutResult, PipelineResult } from '../../src/contracts/fan-out-result';
import type { EmulatorSync } from '../../src/testing';
import { sideBySide } from './support/side-by-side';
import { addSync, runsOf, workflowOf, type Kind } from './support/syncs';
import { failureOf, startWorld, type World } from './support/world';

const modes = {
  'with cached workflows': {},
  'with every workflow task replayed from the beginning': { maxCachedWorkflows: 0 },
} as const;
type Mode = keyof typeof modes;

const worlds = {} as Record<Mode, World>;

beforeAll(async () => {
  for (const [mode, worker] of Object.entries(modes)) {
    worlds[mode as Mode] = await startWorld('retry', { worker, plugin: { cancelTimeout: '5 seconds' } });
  }
});
afterAll(async () => {
  await Promise.all(Object.values(worlds).map((world) => world.close()));
});

type Story = (world: World) => Promise<void>;

const runsAgain =
  (kind: Kind): Story =>
  async (world) => {
    const sync = addSync(world, kind, { nextScripts: ['failed', 'failed'] });
    const result = await world.run(workflowOf[kind], { syncId: sync.id, retry: { attempts: 4, delay: '1 second' } });
    const runs = runsOf(world, sync);
    expect(runs.map(({ status }) => status)).toEqual(['failed', 'failed', 'completed']);
    expect(result).toMatchObject({ outcome: 'completed', attempts: 3, executions: runs.map(({ id }) => id) });
    for (const [at, { createdAt }] of runs.entries()) {
      if (at > 0) expect(createdAt - (runs[at - 1]?.completedAt ?? NaN)).toBeGreaterThanOrEqual(1_000);
    }
  };

const stories: Record<string, Story> = {
  'runs a model sync again until it completes, one run after the other': runsAgain('model'),
  'runs a bulk sync again until it completes, one run after the other': runsAgain('bulk'),
  'fails with the last result once no attempt is left': async (world) => {
    const sync = addSync(world, 'model', { script: 'failed' });
    const input = { syncId: sync.id, retry: { attempts: 2, delay: 1 } };
    const failure = await failureOf(await world.start('runModelSync', input));
    expect(runsOf(world, sync)).toHaveLength(2);
    expect(failure).toMatchObject({ type: 'polytomic.SyncFailed', details: [{ outcome: 'failed', attempts: 2 }] });
  },

  'holds for each sync of a fan-out and each step of a pipeline': async (world) => {
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
  },
};

describe('retry', () => {
  const told = Object.keys(modes).flatMap((mode) =>
    Object.entries(stories).map(([name, story]) => [`${name}, ${mode}`, () => story(worlds[mode as Mode])] as const),
  );
  sideBySide(Object.fromEntries(told));
});

// Alone, as an attempt must begin and end within its time.
describe.each(Object.keys(modes) as Mode[])('retry %s', (mode) => {
  it('cancels an attempt that takes too long, and starts the next only when that is over', async () => {
    const world = worlds[mode];
    const sync = addSync(world, 'bulk', { nextScripts: ['neverEnds'], cancelMs: 700 });
    const retry = { attempts: 2, delay: 1, on: ['timedOut'] };
    const result = await world.run('runBulkSync', { syncId: sync.id, timeoutPerAttempt: '2 seconds', retry });
    const [first, second, ...more] = runsOf(world, sync);
    expect([first?.status, second?.status, more]).toEqual(['canceled', 'completed', []]);
    expect(second?.createdAt).toBeGreaterThanOrEqual(first?.completedAt ?? Infinity);
    expect(result).toMatchObject({ outcome: 'completed', executions: [first?.id, second?.id] });
  });

  it('never starts another run after a cancel that was not confirmed, nor after one by somebody else', async () => {
    const world = worlds[mode];
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
});
