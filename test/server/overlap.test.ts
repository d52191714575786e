/** Workflows that want to run one sync at the same moment, on several workers: one after the other, each its own run. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import type { SyncRunResult } from '../../src/contracts/run-result';
import { PolytomicPlugin } from '../../src/plugin';
import { bundle, uniqueTaskQueue } from './support/harness';
import { sideBySide } from './support/side-by-side';
import { addSync, kinds, runsOf, workflowOf, type Kind } from './support/syncs';
import { startWorld, type World } from './support/world';

/** A world, and the task queues of its workers. */
interface Scene {
  world: World;
  taskQueues: readonly string[];
}

let two: Scene;
let queueing: Scene;
let second: Worker;
let running: Promise<void>;

beforeAll(async () => {
  const world = await startWorld('overlap', { emulator: { durationMs: 500 } });
  const { url, apiKey } = world.emulator;
  second = await Worker.create({
    connection: world.connection,
    taskQueue: uniqueTaskQueue('overlap-second'),
    workflowBundle: bundle(),
    plugins: [new PolytomicPlugin({ url, apiKey, requestsPerMinute: 600 })],
  });
  running = second.run();
  two = { world, taskQueues: [world.taskQueue, second.options.taskQueue] };
  const other = await startWorld('overlap-queueing', { emulator: { startWhileRunning: 'queue' } });
  queueing = { world: other, taskQueues: [other.taskQueue] };
});
afterAll(async () => {
  second.shutdown();
  await running;
  await Promise.all([two.world.close(), queueing.world.close()]);
});

interface Wanted extends Scene {
  kind: Kind;
  workflows: number;
}

async function neverOverlap({ world, taskQueues, kind, workflows }: Wanted): Promise<void> {
  const sync = addSync(world, kind);
  const { workflow } = world.client;
  const run = (taskQueue = ''): Promise<unknown> =>
    workflow.execute(workflowOf[kind], { workflowId: randomUUID(), taskQueue, args: [{ syncId: sync.id }] });
  const wanted = Array.from({ length: workflows }, (_, index) => run(taskQueues[index % taskQueues.length]));
  const results = (await Promise.all(wanted)) as SyncRunResult[];
  const runs = runsOf(world, sync);
  expect(results.map(({ executionId }) => executionId).toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
  expect(new Set(runs.map(({ id }) => id)).size).toBe(workflows);
  for (const [index, { completedAt = Infinity }] of runs.slice(0, -1).entries()) {
    expect(runs[index + 1]?.startedAt).toBeGreaterThanOrEqual(completedAt);
  }
}

const stories = kinds.flatMap((kind): [string, () => Promise<void>][] => [
  [
    `a ${kind} sync runs once for each of two workflows on two workers`,
    () => neverOverlap({ ...two, kind, workflows: 2 }),
  ],
  [
    `a ${kind} sync runs once for each of five workflows on two workers`,
    () => neverOverlap({ ...two, kind, workflows: 5 }),
  ],
]);

describe('never twice at a time,', () => {
  sideBySide({
    ...Object.fromEntries(stories),
    // Nobody documents whether a start during a run is refused, as above, or queued.
    'a model sync runs once for each of three workflows where Polytomic queues them': () =>
      neverOverlap({ ...queueing, kind: 'model', workflows: 3 }),
  });
});
