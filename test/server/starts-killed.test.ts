/** The worker is killed while a start is under way; another one takes over and starts nothing again. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SyncRunResult } from '../../src/contracts/run-result';
import { startEmulator, type Emulator, type FaultSpec } from '../../src/testing';
import { startChildWorker, type ChildWorker } from './support/child-worker';
import { connectTemporal, uniqueTaskQueue, waitUntil, type TemporalConnections } from './support/harness';
import { sideBySide } from './support/side-by-side';
import { addSync, runsOf, runsPath, startsOf, syncsNamed, workflowOf, type Kind } from './support/syncs';

const taskQueue = uniqueTaskQueue('killed');
let emulator: Emulator;
let temporal: TemporalConnections;
let first: ChildWorker;
let second: ChildWorker | undefined;
let killed: Promise<void>;

const startWorker = (): Promise<ChildWorker> => {
  const { url, apiKey } = emulator;
  return startChildWorker({ taskQueue, plugin: { url, apiKey, requestsPerMinute: 600 } });
};

beforeAll(async () => {
  emulator = await startEmulator({ durationMs: 300 });
  temporal = await connectTemporal();
  first = await startWorker();
});
afterAll(async () => {
  await Promise.all([first.end(), second?.end()]);
  await Promise.all([temporal.close(), emulator.close()]);
});

/** Once every start and create has arrived, none of which is answered. */
async function killDuring(posts: number): Promise<void> {
  const arrived = (): boolean => emulator.requests().filter(({ method }) => method === 'POST').length === posts;
  await waitUntil(arrived);
  expect(await first.end()).toEqual({ code: null, signal: 'SIGKILL' });
  second = await startWorker();
}

/** The server gives a start to the next worker once its heartbeats have been missing for 20 seconds. */
const stories: [string, Kind, FaultSpec][] = [
  ['a model sync whose start took effect is not started again', 'model', { delayMs: 10_000 }],
  ['a bulk sync whose start took effect is not started again', 'bulk', { delayMs: 10_000 }],
  ['a model sync whose start is in flight even then is not started again', 'model', { delayMs: 27_000 }],
  ['a bulk sync whose start takes effect only after the kill is not started again', 'bulk', { delayEffectMs: 10_000 }],
  ['a model sync whose start was lost is started', 'model', { delayEffectMs: 10_000, drop: 'before' }],
];

/** Those and a create. */
const postsUnderWay = stories.length + 1;

async function oneExecution(kind: Kind, fault: FaultSpec): Promise<void> {
  const sync = addSync({ emulator }, kind);
  emulator.fault({ method: 'POST', path: runsPath(sync), ...fault });
  const workflowId = `killed-${randomUUID()}`;
  const args = [{ syncId: sync.id }];
  const handle = await temporal.client.workflow.start(workflowOf[kind], { workflowId, taskQueue, args });
  killed ??= killDuring(postsUnderWay);
  await killed;
  const result = (await handle.result()) as SyncRunResult;
  const runs = runsOf({ emulator }, sync);
  expect(runs).toHaveLength(1);
  expect(result).toMatchObject({ executionId: runs[0]?.id, outcome: 'completed', attached: false });
  const keys = startsOf({ emulator }, sync).map(({ headers }) => headers['idempotency-key']);
  // The run is looked for before its key is posted again, so that one post may be all.
  expect(new Set(keys).size).toBe(1);
}

/** Creates follow the same path: one sync, which runs once. */
async function oneSync(): Promise<void> {
  const name = `created ${randomUUID()}`;
  const target = { connection_id: emulator.addConnection().id };
  const sync = { name, mode: 'create', fields: [{ target: 'email' }], schedule: {}, target };
  emulator.fault({ operation: 'modelSync.create', delayMs: 10_000 });
  const workflowId = `killed-${randomUUID()}`;
  const args = [{ sync }];
  const handle = await temporal.client.workflow.start('createAndRunModelSync', { workflowId, taskQueue, args });
  killed ??= killDuring(postsUnderWay);
  await killed;
  const result = (await handle.result()) as SyncRunResult;
  expect(await syncsNamed({ emulator }, { kind: 'model', name })).toMatchObject([{ id: result.syncId }]);
  expect(runsOf({ emulator }, emulator.sync(result.syncId))).toMatchObject([{ id: result.executionId }]);
}

sideBySide({
  ...Object.fromEntries(stories.map(([name, kind, fault]) => [name, () => oneExecution(kind, fault)])),
  'a sync whose create was under way is not created again, and runs once': oneSync,
});
