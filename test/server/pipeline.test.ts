/** Pipelines: steps run in the order of their graph, failures skip what hangs on them, and nothing else. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { FanOutProgress } from '../../src/contracts/fan-out-progress';
import type { PipelineResult } from '../../src/contracts/fan-out-result';
import type { EmulatorSync, ExecutionScript, ModelSyncSeed } from '../../src/testing';
import { sideBySide } from './support/side-by-side';
import { addSync, endedByHand, runsOf, type Kind } from './support/syncs';
import { waitUntil } from './support/wait-until';
import { failureOf, startWorld, type Handle, type World } from './support/world';

const modes = { cached: {}, replayed: { maxCachedWorkflows: 0 } } as const;
let worlds: Record<keyof typeof modes, World>;

beforeAll(async () => {
  const start = (mode: keyof typeof modes): Promise<World> => startWorld(`pipeline-${mode}`, { worker: modes[mode] });
  const [cached, replayed] = await Promise.all([start('cached'), start('replayed')]);
  worlds = { cached, replayed };
});
afterAll(async () => Promise.all(Object.values(worlds).map((world) => world.close())));

interface StepSpec {
  after?: string[];
  kind?: Kind;
  seed?: ModelSyncSeed;
  start?: Record<string, unknown>;
}

interface Pipeline {
  syncs: Record<string, EmulatorSync>;
  input: { steps: Record<string, unknown>[] } & Record<string, unknown>;
}

function pipelineOf(world: World, specs: Record<string, StepSpec>, input: Record<string, unknown> = {}): Pipeline {
  const syncs: Record<string, EmulatorSync> = {};
  const steps = Object.entries(specs).map(([id, { kind = 'bulk', seed, ...step }]) => {
    syncs[id] = addSync(world, kind, { name: id, ...seed });
    return { id, kind, syncId: syncs[id].id, ...step };
  });
  return { syncs, input: { steps, ...input } };
}

const start = (world: World, { input }: Pipeline): Promise<Handle> => world.start('runSyncPipeline', input);
const resultOf = async (handle: Handle): Promise<PipelineResult> =>
  (await handle.result()) as unknown as PipelineResult;
const progressOf = (handle: Handle): Promise<FanOutProgress> => handle.query<FanOutProgress>('progress');

function onlyRunOf(world: World, sync: EmulatorSync | undefined) {
  const runs = sync ? runsOf(world, sync) : [];
  expect(runs).toHaveLength(1);
  const [run] = runs;
  return { began: run?.createdAt ?? NaN, ended: run?.completedAt ?? NaN };
}

type Story = (world: World) => Promise<void>;

const runsInOrder: Story = async (world) => {
  const pipeline = pipelineOf(world, {
    report: { after: ['users', 'orders'], kind: 'model' },
    users: { after: ['lake'] },
    orders: { after: ['lake'], kind: 'model' },
    lake: {},
  });
  const result = await resultOf(await start(world, pipeline));
  const { lake, users, orders, report } = pipeline.syncs;
  const times = { lake: onlyRunOf(world, lake), users: onlyRunOf(world, users), orders: onlyRunOf(world, orders) };
  expect(times.users.began).toBeGreaterThanOrEqual(times.lake.ended);
  expect(times.orders.began).toBeGreaterThanOrEqual(times.lake.ended);
  expect(onlyRunOf(world, report).began).toBeGreaterThanOrEqual(Math.max(times.users.ended, times.orders.ended));
  // Independent steps ran at the same time.
  expect(times.users.began).toBeLessThan(times.orders.ended);
  expect(times.orders.began).toBeLessThan(times.users.ended);
  expect(result).toMatchObject({ total: 4, completed: 4, failed: 0, skipped: 0 });
  expect(Object.keys(result.steps)).toEqual(['report', 'users', 'orders', 'lake']);
  expect(result.steps.users?.schemas).toMatchObject([{ status: 'completed' }, { status: 'completed' }, {}]);
  expect(result.steps.report).toMatchObject({ kind: 'model', syncId: report?.id, outcome: 'completed' });
};

const skipsDependents: Story = async (world) => {
  const pipeline = pipelineOf(world, {
    bad: { seed: { script: 'failed' } },
    next: { after: ['bad'] },
    last: { after: ['next', 'other'] },
    other: {},
    end: { after: ['other'] },
  });
  const failure = await failureOf(await start(world, pipeline));
  const counts = { total: 5, completed: 2, failed: 1, skipped: 2 };
  const steps = {
    bad: { outcome: 'failed' },
    next: { outcome: 'skipped', because: 'bad', executionId: null },
    last: { outcome: 'skipped', because: 'bad', executionId: null },
    other: { outcome: 'completed' },
    end: { outcome: 'completed' },
  };
  expect(failure).toMatchObject({ type: 'polytomic.SyncsFailed', details: [{ ...counts, steps }] });
  for (const id of ['next', 'last']) {
    const sync = pipeline.syncs[id];
    expect(sync && runsOf(world, sync)).toEqual([]);
  }
};

const returnsWhereAsked: Story = async (world) => {
  const pipeline = pipelineOf(world, { bad: { seed: { script: 'failed' } } }, { onFailure: 'return' });
  expect(await resultOf(await start(world, pipeline))).toMatchObject({
    failed: 1,
    steps: { bad: { outcome: 'failed' } },
  });
};

const startsAsEachStepSays: Story = async (world) => {
  const schemas = ['public.users'];
  const pipeline = pipelineOf(world, {
    users: { start: { schemas } },
    people: { kind: 'model', start: { resync: true } },
  });
  await resultOf(await start(world, pipeline));
  const bodies = Object.values(pipeline.syncs).map(({ id }) =>
    world.emulator.requests().find(({ method, path }) => method === 'POST' && path.includes(id)),
  );
  expect(bodies).toMatchObject([{ body: { schemas } }, { body: { resync: true } }]);
};

/** Somebody's run of the second step began while the first was running: it may have missed the first one's data. */
const attachesToNothingOlder: Story = async (world) => {
  const pipeline = pipelineOf(world, { first: {}, second: { after: ['first'] } }, { ifRunning: 'attach' });
  const { first, second } = pipeline.syncs;
  if (!first || !second) throw new Error('two syncs were expected');
  const theirs = world.emulator.startRun(second.id, { script: endedByHand });
  const handle = await start(world, pipeline);
  await waitUntil(async () => (await progressOf(handle)).running.some(({ executionId }) => executionId === theirs));
  world.emulator.cancelRun(theirs);
  const result = await resultOf(handle);
  expect(result.steps.second).toMatchObject({ outcome: 'completed', attached: false });
  expect(result.steps.second?.executionId).not.toBe(theirs);
  const [, own, ...others] = runsOf(world, second);
  expect(others).toEqual([]);
  expect(own?.createdAt).toBeGreaterThanOrEqual(onlyRunOf(world, first).ended);
};

const runsOneSyncTwice: Story = async (world) => {
  const sync = addSync(world, 'bulk');
  const step = { kind: 'bulk', syncId: sync.id };
  const steps = ['one', 'two'].map((id) => ({ id, ...step }));
  const result = await resultOf(await world.start('runSyncPipeline', { steps }));
  const [one, two, ...others] = runsOf(world, sync);
  expect(others).toEqual([]);
  expect(two?.createdAt).toBeGreaterThanOrEqual(one?.completedAt ?? Infinity);
  expect(result).toMatchObject({ total: 2, completed: 2 });
  expect(new Set(Object.values(result.steps).map(({ executionId }) => executionId)).size).toBe(2);
};

const skipsOnRequest: Story = async (world) => {
  const pipeline = pipelineOf(world, {
    first: { seed: { script: endedByHand } },
    second: { after: ['first'] },
    third: {},
  });
  const { first } = pipeline.syncs;
  const handle = await start(world, pipeline);
  const running = async () => (await progressOf(handle)).running.find(({ stepId }) => stepId === 'first')?.executionId;
  await waitUntil(running);
  await expect(handle.executeUpdate('skip', { args: ['first'] })).rejects.toThrow();
  await expect(handle.executeUpdate('skip', { args: ['nobody'] })).rejects.toThrow();
  await handle.executeUpdate('skip', { args: ['second'] });
  world.emulator.cancelRun((await running()) ?? '');
  const result = await resultOf(handle);
  expect(result).toMatchObject({ completed: 2, skipped: 1, steps: { second: { outcome: 'skipped' } } });
  expect(first && runsOf(world, first)).toHaveLength(1);
};

const cancelsWhatRuns: Story = async (world) => {
  const script: ExecutionScript = { outcome: 'neverEnds' };
  const pipeline = pipelineOf(world, {
    one: { seed: { script } },
    two: { kind: 'model', seed: { script } },
    three: { after: ['one'] },
  });
  const handle = await start(world, pipeline);
  await waitUntil(async () => (await progressOf(handle)).running.filter(({ executionId }) => executionId).length === 2);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  for (const id of ['one', 'two']) {
    const sync = pipeline.syncs[id];
    expect(sync && runsOf(world, sync)).toMatchObject([{ status: 'canceled' }]);
  }
};

const refuses =
  (steps: unknown, ...fields: string[]): Story =>
  async (world) => {
    const { type, details } = await failureOf(await world.start('runSyncPipeline', { steps }));
    expect(type).toBe('polytomic.InvalidInput');
    const text = JSON.stringify(details);
    for (const field of fields) expect(text).toContain(field);
  };

const bulk = (id: string, after: string[] = []) => ({ id, kind: 'bulk', syncId: 's', after });

const stories: Record<string, Story> = {
  'starts each step once all before it have ended, and independent ones at the same time': runsInOrder,
  'skips what hangs on a failed step, saying on which, and lets other branches go on': skipsDependents,
  'returns its result where onFailure asks for that': returnsWhereAsked,
  'starts each step with its own options': startsAsEachStepSays,
  'never attaches to a run that began before all predecessors had ended': attachesToNothingOlder,
  'runs one sync twice where two steps ask for that, one after the other': runsOneSyncTwice,
  'skips a step that has not started on request, and refuses for one that has': skipsOnRequest,
  'cancels every run of its own when it is cancelled, and ends only then': cancelsWhatRuns,
  'names the path of a cycle': refuses([bulk('a', ['b']), bulk('b', ['a'])], 'a -> b -> a'),
  'names steps that do not exist': refuses([bulk('a', ['ghost'])], 'ghost', 'steps[0].after'),
  'names duplicate steps': refuses([bulk('a'), bulk('a')], 'steps[1].id'),
  'asks for steps where there are none': refuses([], 'steps'),
};

describe.each(Object.keys(modes) as (keyof typeof modes)[])('a pipeline, workflows %s', (mode) => {
  sideBySide(Object.fromEntries(Object.entries(stories).map(([name, story]) => [name, () => story(worlds[mode])])));
});
