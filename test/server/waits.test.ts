import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { freePorts } from '../../src/dev-server/free-ports';
import { startDevServer, type DevServer } from '../../src/dev-server/start-dev-server';
import { startEmulator, type Emulator, type FaultHandle, type FaultSpec, type ModelSyncSeed } from '../../src/testing';
import { temporalCliPath, waitUntil } from './support/harness';
import { activitiesOf, untilWaiting, workerOfWait, type ActivityRecord } from './support/history';
import { onChildWorkers } from './support/on-child-workers';
import { sideBySide } from './support/side-by-side';
import { startWorld, type Handle, type World } from './support/world';

/** Each trouble has an organization, and so an emulator and a watcher, of its own: none disturbs another. */
const troubles = ['rateLimited', 'failing', 'reset', 'away', 'unknownStatus', 'silent', 'rotated'] as const;
type Trouble = (typeof troubles)[number];

let world: World;
let emulators: Record<Trouble, Emulator>;
let folder: string;
const keyFile = (): string => join(folder, 'key');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-waits-'));
  const started = await Promise.all(troubles.map(async (name) => [name, await startEmulator()] as const));
  emulators = Object.fromEntries(started) as Record<Trouble, Emulator>;
  await writeFile(keyFile(), emulators.rotated.apiKey);
  const organizations = Object.fromEntries(
    started.map(([name, { url, apiKey }]) => [
      name,
      { url, ...(name === 'rotated' ? { apiKeyFile: keyFile() } : { apiKey }) },
    ]),
  );
  world = await startWorld('waits', { plugin: { organizations } });
});

afterAll(async () => {
  await world.close();
  await Promise.all(Object.values(emulators).map((emulator) => emulator.close()));
  await rm(folder, { recursive: true });
});

/** Starts a run of that organization and resolves once it is waited for. */
async function waitedFor(trouble: Trouble, seed: ModelSyncSeed): Promise<{ handle: Handle; syncId: string }> {
  const { id: syncId } = emulators[trouble].addModelSync(seed);
  const handle = await world.start('runModelSync', { syncId, organization: trouble });
  await untilWaiting(handle);
  return { handle, syncId };
}

/** The wait ended well by a read of the one run that was ever started, and nothing was started or cancelled again. */
async function expectOneRun(emulator: Emulator, handle: Handle, syncId: string): Promise<void> {
  const result = await handle.result();
  const runs = emulator.executions().filter((run) => run.syncId === syncId);
  expect(runs).toHaveLength(1);
  expect(result).toMatchObject({ outcome: 'completed', status: 'completed', executionId: runs[0]?.id });
  const posts = emulator.requests().filter(({ method, path }) => method === 'POST' && path.includes(syncId));
  expect(posts.map(({ operation }) => operation)).toEqual(['modelSync.start']);
}

/** A run that ends while the trouble lasts, so that the wait has to live through all of it. */
async function survives(trouble: Trouble, fault: FaultSpec & { forMs: number }): Promise<FaultHandle> {
  const emulator = emulators[trouble];
  const { handle, syncId } = await waitedFor(trouble, { durationMs: fault.forMs * 0.8 });
  const over = emulator.clock.now() + fault.forMs;
  const hit = emulator.fault(fault);
  await expectOneRun(emulator, handle, syncId);
  expect(hit.hits).toBeGreaterThan(0);
  expect(emulator.clock.now()).toBeGreaterThan(over);
  return hit;
}

describe('a wait ends right, with nothing started again,', () => {
  sideBySide({
    'after 15 seconds of 429 with Retry-After, which many waits of one watcher meet with a handful of requests':
      async () => {
        const emulator = emulators.rateLimited;
        const waits = await Promise.all(
          Array.from({ length: 20 }, () => waitedFor('rateLimited', { durationMs: 14_000 })),
        );
        const storm = emulator.fault({ status: 429, retryAfter: 2, forMs: 15_000 });
        await Promise.all(waits.map(({ handle, syncId }) => expectOneRun(emulator, handle, syncId)));
        expect(storm.hits).toBeGreaterThan(0);
        expect(storm.hits).toBeLessThanOrEqual(6);
      },

    'after 20 seconds of 500s': async () => {
      await survives('failing', { status: 500, forMs: 20_000 });
    },

    'after connections were reset again and again': async () => {
      const resets = await survives('reset', { drop: 'before', forMs: 15_000 });
      expect(resets.hits).toBeGreaterThan(2);
    },

    'after an outage of a minute': async () => {
      await survives('away', { outage: true, forMs: 60_000 });
    },

    'though the run had a status for a while that nobody knows': async () => {
      const emulator = emulators.unknownStatus;
      const { handle, syncId } = await waitedFor('unknownStatus', { script: 'unknownStatus', durationMs: 15_000 });
      await waitUntil(() => emulator.executions()[0]?.status === 'frobnicating');
      const since = emulator.clock.now();
      await expectOneRun(emulator, handle, syncId);
      const end = emulator.executions()[0]?.completedAt ?? 0;
      const meanwhile = emulator.requests().filter(({ path, at }) => path.includes(syncId) && at > since && at < end);
      expect(meanwhile).not.toEqual([]);
    },

    'though no event ever tells of the end': async () => {
      emulators.silent.fault({ loseEvents: 1 });
      const { handle, syncId } = await waitedFor('silent', { durationMs: 12_000 });
      await expectOneRun(emulators.silent, handle, syncId);
    },

    'after the key was rotated and the worker only learnt of it some time later': async () => {
      const emulator = emulators.rotated;
      const { handle, syncId } = await waitedFor('rotated', { durationMs: 12_000 });
      const refused = () => emulator.requests().filter(({ status }) => status === 401);
      emulator.setKeys(['rotated-key']);
      await waitUntil(() => refused().length > 2);
      await writeFile(keyFile(), 'rotated-key');
      await expectOneRun(emulator, handle, syncId);
    },

    'after the Temporal server was killed and started again on the same file': restartTemporal,
    'after the only worker was killed with SIGKILL': killOnlyWorker,
    'after its worker stopped, handed over to another one within five seconds': handOver,
  });
});

async function restartTemporal(): Promise<void> {
  const [port, uiPort] = await freePorts([undefined, undefined]);
  const options = { port, uiPort, dbFile: join(folder, 'temporal.db'), headless: true, cliPath: temporalCliPath() };
  let server: DevServer = await startDevServer(options);
  const own = await startWorld('waits-restart', { address: server.address });
  try {
    const sync = own.emulator.addModelSync({ durationMs: 15_000 });
    const handle = await own.start('runModelSync', { syncId: sync.id });
    await untilWaiting(handle);
    server.kill();
    await server.stop();
    server = await startDevServer(options);
    await expectOneRun(own.emulator, handle, sync.id);
  } finally {
    await own.close();
    await server.stop();
  }
}

async function killOnlyWorker(): Promise<void> {
  const options = { plugin: { heartbeatTimeout: '3 seconds' } } as const;
  await onChildWorkers('waits-killed', options, async ({ emulator, handle, syncId, startWorker, worker }) => {
    await worker.end('SIGKILL');
    await startWorker();
    await expectOneRun(emulator, handle, syncId);
    expect((await waitOf(handle))?.attempt).toBeGreaterThan(1);
  });
}

async function handOver(): Promise<void> {
  // On a busy machine the second worker takes half a minute to start, and the run must not be over before.
  const sync: ModelSyncSeed = { durationMs: 75_000 };
  await onChildWorkers('waits-handed-over', { sync }, async ({ emulator, handle, syncId, startWorker, worker }) => {
    await startWorker();
    const first = await workerOfWait(handle);
    expect(first).toBeTruthy();
    const stopping = Date.now();
    expect(await worker.end('SIGTERM')).toMatchObject({ code: 0 });
    await expectOneRun(emulator, handle, syncId);
    const wait = await waitOf(handle);
    // A poll of the stopping worker that Temporal has not ended yet may get the next attempt, which it hands over as well: by
    // its failure, and by the time, none was lost.
    expect(wait?.attempt).toBeGreaterThan(1);
    expect(wait?.lastFailure).toBe('The worker stops; the wait goes on at another one');
    expect(wait?.identity).not.toBe(first);
    expect((wait?.startedAt ?? Infinity) - stopping).toBeLessThan(5_000);
  });
}

const waitOf = async (handle: Handle): Promise<ActivityRecord | undefined> =>
  (await activitiesOf(handle)).find(({ name }) => name === 'awaitExecutions');
