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

let world: World;
/** A task queue for each of the two workers. */
let taskQueues: string[];
let second: Worker;
let running: Promise<void>;

beforeAll(async () => {
  world = await startWorld('overlap', { emulator: { durationMs: 500 } });
  const { url, apiKey } = world.emulator;
  second = await Worker.create({
    connection: world.connection,
    taskQueue: uniqueTaskQueue('overlap-second'),
    workflowBundle: bundle(),
    plugins: [new PolytomicPlugin({ url, apiKey, requestsPerMinute: 600 })],
  });
  running = second.run();
  taskQueues = [world.taskQueue, second.options.taskQueue];
});
afterAll(async () => {
  second.shutdown();
  await running;
  await world.close();
});

async function neverOverlap(kind: Kind, workflows: number): Promise<void> {
  const sync = addSync(world, kind);
  const { workflow } = world.client;
  const run = (taskQueue = ''): Promise<unknown> =>
    workflow.execute(workflowOf[kind], { workflowId: randomUUID(), taskQueue, args: [{ syncId: sync.id }] });
  const wanted = Array.from({ length: workflows }, (_, index) => run(taskQueues[index % 2]));
  const results = (await Promise.all(wanted)) as SyncRunResult[];
  const runs = runsOf(world, sync);
  expect(results.map(({ executionId }) => executionId).toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
  expect(new Set(runs.map(({ id }) => id)).size).toBe(workflows);
  for (const [index, { completedAt = Infinity }] of runs.slice(0, -1).entries()) {
    expect(runs[index + 1]?.startedAt).toBeGreaterThanOrEqual(completedAt);
  }
}

describe.each(kinds)('a %s sync', (kind) => {
  sideBySide({
    'runs once for each of two workflows on two workers, never twice at a time': () => neverOverlap(kind, 2),
    'runs once for each of five workflows on two workers, never twice at a time': () => neverOverlap(kind, 5),
  });
});
