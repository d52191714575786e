/** Fan-outs that lose their worker, again and again, or their Temporal server: still each sync runs once. */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { freePorts } from '../../src/dev-server/free-ports';
import { startDevServer, type DevServer } from '../../src/dev-server/start-dev-server';
import { startEmulator, type Emulator, type EmulatorSync } from '../../src/testing';
import { startChildWorker, type ChildWorker } from './support/child-worker';
import {
  addSyncs,
  expectAllRan,
  failedResultOf,
  fanOutOf,
  limits,
  noSyncs,
  pluginFor,
  untilRuns,
} from './support/fan-out';
import { connectTemporal, temporalCliPath, uniqueTaskQueue, type TemporalConnections } from './support/harness';
import { sideBySide } from './support/side-by-side';
import type { Kind } from './support/syncs';
import type { Handle } from './support/world';

let temporal: TemporalConnections;
let folder: string;

beforeAll(async () => {
  temporal = await connectTemporal();
  folder = await mkdtemp(join(tmpdir(), 'polytomic-fan-outs-'));
});
afterAll(async () => {
  await temporal.close();
  await rm(folder, { recursive: true });
});

/** A fan-out whose only worker is a process of its own. */
interface Given {
  emulator: Emulator;
  syncs: EmulatorSync[];
  handle: Handle;
  /** Kills the worker, if it is still there, and starts another one. */
  replaceWorker: () => Promise<void>;
}

interface Plan {
  kind: Kind;
  count: number;
  failing: number;
  connections?: TemporalConnections;
  address?: string;
}

/** Starts all of it, tells the story, and judges. */
async function onProcess(
  { kind, count, failing, connections: { client } = temporal, address }: Plan,
  story: (given: Given) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator({ durationMs: 1_200, seed: noSyncs });
  const syncs = addSyncs(emulator, { kind, count, failing });
  const taskQueue = uniqueTaskQueue('fan-out-killed');
  // A wait that lost its worker is found out soon.
  const plugin = { ...pluginFor(emulator), heartbeatTimeout: '3 seconds' } as const;
  const startWorker = (): Promise<ChildWorker> =>
    startChildWorker({ taskQueue, plugin, ...(address === undefined ? {} : { address }) });
  let worker = await startWorker();
  try {
    const handle: Handle = await client.workflow.start(fanOutOf[kind], {
      args: [limits],
      taskQueue,
      workflowId: taskQueue,
    });
    const replaceWorker = async (): Promise<void> => {
      expect(await worker.end()).toEqual({ code: null, signal: 'SIGKILL' });
      worker = await startWorker();
    };
    await story({ emulator, syncs, handle, replaceWorker });
    expectAllRan(emulator, await failedResultOf(handle), { syncs, failing });
  } finally {
    await worker.end();
    await emulator.close();
  }
}

/** Random numbers from 0 up to 1 that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Three times, each in its third of the fan-out, at any moment of a round. */
async function killThrice(plan: Plan, random: () => number): Promise<void> {
  await onProcess(plan, async ({ emulator, replaceWorker }) => {
    for (let third = 0; third < 3; third++) {
      const most = Math.ceil(((third + 0.8 * random()) * plan.count) / 3);
      await untilRuns(emulator, (runs) => runs.length >= most);
      await sleep(1_500 * random());
      await replaceWorker();
    }
  });
}

async function restartServer(plan: Plan): Promise<void> {
  const [port, uiPort] = await freePorts([undefined, undefined]);
  const dbFile = join(folder, 'temporal.db');
  const options = { port, uiPort, dbFile, headless: true, cliPath: temporalCliPath() };
  let server: DevServer = await startDevServer(options);
  const { address } = server;
  const connections = await connectTemporal(address);
  try {
    await onProcess({ ...plan, connections, address }, async ({ emulator }) => {
      await untilRuns(emulator, (runs) => runs.length > plan.count / 3);
      server.kill();
      await server.stop();
      server = await startDevServer(options);
    });
  } finally {
    await connections.close();
    await server.stop();
  }
}

const bulk: Plan = { kind: 'bulk', count: 120, failing: 10 };
const model: Plan = { kind: 'model', count: 45, failing: 5 };
/** Set it to see a failure again. */
const seed = Number(process.env.FAN_OUT_SEED ?? randomInt(2 ** 31));

describe('a fan-out runs each sync once', () => {
  sideBySide({
    [`of 120 bulk syncs, though its worker is killed three times (FAN_OUT_SEED=${seed})`]: () =>
      killThrice(bulk, seeded(seed)),
    [`of 45 model syncs, though its worker is killed three times (FAN_OUT_SEED=${seed})`]: () =>
      killThrice(model, seeded(seed + 1)),
    'of 120 bulk syncs, though the Temporal server is killed and started again': () => restartServer(bulk),
  });
});
