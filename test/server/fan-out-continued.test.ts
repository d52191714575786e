/** Fan-outs that continue as new again and again, in the middle of running executions: nothing is lost or repeated. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { startDevServer, type DevServer } from '../../src/dev-server/start-dev-server';
import { startEmulator, type EmulatorOptions, type FaultSpec } from '../../src/testing';
import { startChildWorker } from './support/child-worker';
import {
  addSyncs,
  countsOf,
  expectAllRan,
  expectOnceEach,
  failedResultOf,
  idAt,
  limits,
  noSyncs,
  pluginFor,
  progressOf,
  resultOf,
  runsBySync,
  startOrganizations,
  untilRuns,
  type Organizations,
} from './support/fan-out';
import { connectTemporal, temporalCliPath, uniqueTaskQueue, waitUntil } from './support/harness';
import { sideBySide } from './support/side-by-side';
import type { Handle } from './support/world';

/** Events in a history after which the server suggests to continue as new; usually thousands. */
const fewEvents = 30;

const organizations = {
  plain: { durationMs: 1_200 },
  paused: {},
  leaving: {},
  lost: {},
  refused: {},
  other: {},
} satisfies Record<string, EmulatorOptions>;
type Name = keyof typeof organizations;

let server: DevServer;
let stage: Organizations<Name>;
/** Waits of the one worker that have not ended, by the workflow run that asked for them. */
const waits = new Map<string, number>();

const countWaits: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    async execute(input, next) {
      const runId = info.workflowExecution?.runId ?? '';
      const count = (by: number): unknown => waits.set(runId, (waits.get(runId) ?? 0) + by);
      if (info.activityType !== 'polytomic.awaitExecutions') return next(input);
      count(1);
      try {
        return await next(input);
      } finally {
        count(-1);
      }
    },
  },
});

beforeAll(async () => {
  const extraArgs = ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${fewEvents}`];
  server = await startDevServer({ headless: true, cliPath: temporalCliPath(), extraArgs });
  stage = await startOrganizations<Name>('fan-out-continued', organizations, {
    address: server.address,
    plugin: { heartbeatTimeout: '3 seconds' },
    worker: { interceptors: { activity: [countWaits] } },
  });
});
afterAll(async () => {
  await stage.close();
  await server.stop();
});

const start = (organization: Name, input: Record<string, unknown>): Promise<Handle> =>
  stage.world.start('runAllBulkSyncs', { organization, ...input });

/** Ids of all runs of the workflow, oldest first. */
async function chainOf({ workflowId, firstExecutionRunId }: Handle, { client } = stage.world): Promise<string[]> {
  const chain: string[] = [];
  for (let next: string | null | undefined = firstExecutionRunId; next;) {
    chain.push(next);
    const { events } = await client.workflow.getHandle(workflowId, next).fetchHistory();
    next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return chain;
}

const waitsOf = (runIds: readonly string[]): number => runIds.reduce((sum, runId) => sum + (waits.get(runId) ?? 0), 0);

const plain = async (): Promise<void> => {
  const emulator = stage.emulators.plain;
  const syncs = addSyncs(emulator, { count: 120, failing: 10 });
  const handle = await start('plain', limits);
  expectAllRan(emulator, await failedResultOf(handle), { syncs, failing: 10 });
  expect((await chainOf(handle)).length).toBeGreaterThan(2);
};

/** With pauses and re-runs of failed schemas. */
const paused = async (): Promise<void> => {
  const emulator = stage.emulators.paused;
  const syncs = addSyncs(emulator, { count: 60 });
  const again = syncs.filter((_, at) => at % 5 === 0);
  for (const { id } of again) emulator.scriptNext(id, 'oneSchemaFailed');
  const handle = await start('paused', { ...limits, maxConcurrent: 8, retryFailedSchemas: 1 });
  const { client } = stage.world;
  const latest = client.workflow.getHandle(handle.workflowId);
  for (const count of [10, 30, 50]) {
    await untilRuns(emulator, (runs) => runs.length >= count);
    await latest.executeUpdate('pause');
    await untilRuns(emulator, (runs) => runs.every(({ completedAt }) => completedAt));
    expect((await progressOf(latest)).phase).toBe('paused');
    await latest.executeUpdate('resume');
  }
  expect(countsOf(await resultOf(handle))).toEqual({ total: 60, completed: 60 });
  const twice = new Set(again.map(({ id }) => id));
  expect(runsBySync(emulator)).toEqual(Object.fromEntries(syncs.map(({ id }) => [id, twice.has(id) ? 2 : 1])));
  expect((await chainOf(handle)).length).toBeGreaterThan(2);
};

/** A start that takes long when the workflow wants to continue is given up, and gone on with by the next run. */
const troubled = async (organization: Name, fault: FaultSpec): Promise<void> => {
  const emulator = stage.emulators[organization];
  const syncs = addSyncs(emulator, { count: 48 });
  const handle = await start(organization, { maxConcurrent: 8 });
  for (const count of [4, 20, 36]) {
    await untilRuns(emulator, (runs) => runs.length >= count);
    emulator.fault({ operation: 'bulkSync.start', ...fault });
  }
  expect(countsOf(await resultOf(handle))).toEqual({ total: 48, completed: 48 });
  expectOnceEach(emulator, syncs);
  expect((await chainOf(handle)).length).toBeGreaterThan(2);
};

/** One run outlasts several runs of the workflow, each of which waits for it. */
const leaving = async (): Promise<void> => {
  const emulator = stage.emulators.leaving;
  addSyncs(emulator, { count: 33 });
  emulator.script(idAt(0), 'neverEnds');
  const handle = await start('leaving', { maxConcurrent: 5, onCancel: 'leaveRunning' });
  await untilRuns(emulator, (runs) => runs.filter(({ completedAt }) => completedAt).length === 32);
  const chain = await chainOf(handle);
  expect(chain.length).toBeGreaterThan(2);
  await waitUntil(() => waitsOf(chain.slice(0, -1)) === 0);
  await stage.world.client.workflow.getHandle(handle.workflowId).cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  await waitUntil(() => waitsOf(chain) === 0);
  emulator.clearRequests();
  // Another run, of some seconds, that this worker waits for: a wait of before would have looked several times.
  const { id: syncId } = stage.emulators.other.addBulkSync({ durationMs: 3_000 });
  const other = await stage.world.start('runBulkSync', { organization: 'other', syncId });
  expect(await other.result()).toMatchObject({ outcome: 'completed' });
  expect(emulator.requests()).toEqual([]);
  expect(emulator.executions()[0]).toMatchObject({ status: 'running', cancelRequestedAt: undefined });
};

/** Set it to see a failure again. */
const seed = Number(process.env.FAN_OUT_SEED ?? randomInt(1_000));

const killed = async (): Promise<void> => {
  const { address } = server;
  const [emulator, temporal] = await Promise.all([
    startEmulator({ durationMs: 1_200, seed: noSyncs }),
    connectTemporal(address),
  ]);
  const syncs = addSyncs(emulator, { count: 60, failing: 5 });
  const taskQueue = uniqueTaskQueue('fan-out-continued-killed');
  const plugin = { ...pluginFor(emulator), heartbeatTimeout: '3 seconds' } as const;
  let worker = await startChildWorker({ address, taskQueue, plugin });
  try {
    const options = { args: [limits], taskQueue, workflowId: taskQueue };
    const handle: Handle = await temporal.client.workflow.start('runAllBulkSyncs', options);
    for (const count of [15, 40]) {
      await untilRuns(emulator, (runs) => runs.length >= count);
      await sleep(seed);
      await worker.end();
      worker = await startChildWorker({ address, taskQueue, plugin });
    }
    expectAllRan(emulator, await failedResultOf(handle), { syncs, failing: 5 });
    expect((await chainOf(handle)).length).toBeGreaterThan(1);
  } finally {
    await worker.end();
    await temporal.close();
    await emulator.close();
  }
};

describe('a fan-out that continues as new', () => {
  sideBySide({
    'runs each of 120 syncs once, within its limits, and counts all of them': plain,
    'goes on where it was through pauses and re-runs of failed schemas': paused,
    [`runs each sync once though its worker is killed (FAN_OUT_SEED=${seed})`]: killed,
    'runs each sync once though answers to starts are lost': () => troubled('lost', { drop: 'after', times: 8 }),
    'runs each sync once though starts are answered with 503 for a while': () =>
      troubled('refused', { status: 503, effect: true, retryAfter: 1, forMs: 4_000 }),
    'leaves no wait behind that goes on, or asks Polytomic anything': leaving,
  });
});
