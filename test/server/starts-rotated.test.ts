/**
 * Credentials that make idempotency keys differ between a try and its retry: still one run for each run wanted. Where nothing
 * is found the new key waits for a quarter of an hour, which the tests of the engine and its simulation let pass.
 */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { EmulatorSync, FaultSpec } from '../../src/testing';
import { startChildWorker, type ChildWorker } from './support/child-worker';
import { sideBySide } from './support/side-by-side';
import { addSync, kinds, runsOf, runsPath, startsOf, workflowOf, type Kind } from './support/syncs';
import { startWorld, type World } from './support/world';

const credentials = ['key-before-the-rotation', 'key-after-the-rotation'] as const;

/** One worker per story whose key is another one from the first start on; and two workers with a key each. */
let shared: { world: World; second: ChildWorker };
const worlds: World[] = [];

beforeAll(async () => {
  const emulator = { keys: credentials };
  const world = await startWorld('two-keys', { emulator });
  worlds.push(world);
  // One process takes no two workers of one task queue.
  const plugin = { apiKey: credentials[1], url: world.emulator.url, requestsPerMinute: 600 };
  shared = { world, second: await startChildWorker({ taskQueue: world.taskQueue, plugin }) };
});

afterAll(async () => {
  await shared.second.end();
  await Promise.all(worlds.map((world) => world.close()));
});

const keysOf = (world: World, sync: EmulatorSync): unknown[] =>
  startsOf(world, sync).map(({ headers }) => headers['idempotency-key']);

function expectOneRun(world: World, sync: EmulatorSync, result: SyncRunResult): void {
  const runs = runsOf(world, sync);
  expect(runs).toMatchObject([{ status: 'completed', cancelRequestedAt: undefined }]);
  expect(result).toMatchObject({ executionId: runs[0]?.id, outcome: 'completed', attached: false });
}

/** The key is rotated while the first start is under way, whose answer is lost. */
async function rotated(kind: Kind, fault: FaultSpec): Promise<{ world: World; sync: EmulatorSync }> {
  let key: string = credentials[0];
  const world = await startWorld(`rotated-${randomUUID().slice(0, 4)}`, {
    emulator: { keys: credentials },
    plugin: { apiKey: () => key },
  });
  worlds.push(world);
  const sync = addSync(world, kind);
  const when = (): boolean => {
    key = credentials[1];
    return true;
  };
  world.emulator.fault({ method: 'POST', path: runsPath(sync), times: 1, when, ...fault });
  expectOneRun(world, sync, await world.run(workflowOf[kind], { syncId: sync.id }));
  return { world, sync };
}

/** What the first key started is found, so that the second is never posted. */
async function rotatedAfterEffect(kind: Kind): Promise<void> {
  const { world, sync } = await rotated(kind, { drop: 'after' });
  expect(keysOf(world, sync)).toHaveLength(1);
}

/** Answers of many starts are lost, and whichever worker polls first takes the retry. */
async function twoWorkers(): Promise<void> {
  const { world } = shared;
  const syncs = Array.from({ length: 20 }, (_, index) => addSync(world, kinds[index % 2] ?? 'model'));
  for (const sync of syncs) {
    world.emulator.fault({ method: 'POST', path: runsPath(sync), times: 1, drop: 'after' });
  }
  const results = await Promise.all(syncs.map((sync) => world.run(workflowOf[sync.kind], { syncId: sync.id })));
  syncs.forEach((sync, index) => expectOneRun(world, sync, results[index] as SyncRunResult));
  const users = new Set(syncs.flatMap((sync) => startsOf(world, sync).map(({ headers }) => headers.authorization)));
  expect(users.size).toBe(2);
}

sideBySide({
  ...Object.fromEntries(
    kinds.flatMap((kind) => [[`a ${kind} sync that was started before the rotation`, () => rotatedAfterEffect(kind)]]),
  ),
  'twenty syncs of two workers with a key each': twoWorkers,
});
