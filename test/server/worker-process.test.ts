/** `node lib/worker.js`: what it prints, what it refuses, how it ends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../../src/testing';
import { connectTemporal, temporalAddress, uniqueTaskQueue, type TemporalConnections } from './support/harness';
import { untilWaiting } from './support/history';
import { endedByHand, endRunsOf } from './support/syncs';
import { startWorkerProcess, type WorkerProcess } from './support/worker-process';
import { failureOf, type Handle } from './support/world';

let emulator: Emulator;
let temporal: TemporalConnections;
const processes: WorkerProcess[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ durationMs: 300, organizations: { emea: { keys: ['emea-key'] } } });
  temporal = await connectTemporal();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((child) => child.end('SIGKILL')));
});
afterAll(async () => {
  await temporal.close();
  await emulator.close();
});

function startWorker(env: Record<string, string> = {}): WorkerProcess {
  const child = startWorkerProcess({
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
    ...env,
  });
  processes.push(child);
  return child;
}

function start(taskQueue: string, input: unknown): Promise<Handle> {
  const workflowId = `${taskQueue}-run`;
  return temporal.client.workflow.start('runModelSync', { args: [input], taskQueue, workflowId }) as Promise<Handle>;
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function healthOf(port: number): Promise<number | undefined> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ status }) => status,
    () => undefined,
  );
}

describe('node lib/worker.js, running', () => {
  it('says in one line that it is polling, where and for whom, is healthy then, and runs our workflows', async () => {
    const taskQueue = uniqueTaskQueue('worker');
    const port = await freePort();
    const worker = startWorker({ POLYTOMIC_TASK_QUEUE: taskQueue, POLYTOMIC_HEALTH_PORT: String(port) });
    expect(await worker.untilLine(/polling/i)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO Polling/);
    expect(worker.output()).toContain(
      `Polling task queue ${taskQueue} in namespace default at ${temporalAddress()}; waits on ` +
        `${taskQueue}-polytomic-wait; organizations: default (${emulator.url}, operations run+create, 30 requests/min)`,
    );
    expect(worker.output().trim().split('\n')).toHaveLength(1);
    expect(await healthOf(port)).toBe(200);
    const handle = await start(taskQueue, { syncId: emulator.addModelSync().id });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(await worker.end('SIGINT')).toBe(0);
    expect(await healthOf(port)).toBeUndefined();
  });

  it('ends on SIGTERM in the middle of a wait, cancels nothing, and another worker goes on with the same run', async () => {
    const taskQueue = uniqueTaskQueue('worker');
    const worker = startWorker({ POLYTOMIC_TASK_QUEUE: taskQueue });
    await worker.untilLine(/polling/i);
    const sync = emulator.addModelSync({ script: endedByHand });
    const handle = await start(taskQueue, { syncId: sync.id });
    await untilWaiting(handle);
    const askedAt = Date.now();
    expect(await worker.end('SIGTERM')).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(20_000);
    expect(worker.output()).toMatch(/Stopped$/m);
    startWorker({ POLYTOMIC_TASK_QUEUE: taskQueue });
    endRunsOf({ emulator }, sync);
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(emulator.executions().filter(({ syncId }) => syncId === sync.id)).toHaveLength(1);
    expect(emulator.requests().filter(({ path }) => path.endsWith('/cancel'))).toEqual([]);
  });

  it.each([
    ['a rejection that nobody handles', "void Promise.reject(new TypeError('key-in-a-message'))"],
    ['an exception that nobody catches', "setImmediate(() => { throw new TypeError('key-in-a-message'); })"],
  ])(
    'stops gracefully on %s, after one line without its message, and ends with 1',
    async (_what, fault) => {
      const folder = await mkdtemp(join(tmpdir(), 'polytomic-worker-'));
      try {
        const fails = join(folder, 'fails.js');
        await writeFile(fails, `process.on('SIGUSR2', () => ${fault});\n`);
        const taskQueue = uniqueTaskQueue('worker');
        const worker = startWorker({ POLYTOMIC_TASK_QUEUE: taskQueue, NODE_OPTIONS: `--require ${fails}` });
        await worker.untilLine(/polling/i);
        const sync = emulator.addModelSync({ script: endedByHand });
        const handle = await start(taskQueue, { syncId: sync.id });
        await untilWaiting(handle);
        expect(await worker.end('SIGUSR2')).toBe(1);
        expect(worker.output()).toMatch(
          /An error that nobody caught stops this worker: TypeError, at .*fails\.js.*\n(\S+ INFO .*\n)*\S+ INFO Stopped$/m,
        );
        expect(worker.output()).not.toContain('key-in-a-message');
        startWorker({ POLYTOMIC_TASK_QUEUE: taskQueue });
        endRunsOf({ emulator }, sync);
        expect(await handle.result()).toMatchObject({ outcome: 'completed' });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    180_000,
  );

  it('serves the organizations of its configuration file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polytomic-worker-'));
    try {
      const path = join(folder, 'config.yaml');
      await writeFile(
        path,
        'organizations:\n  emea: { apiKeyEnv: EMEA_KEY, operations: all, requestsPerMinute: 99 }\n',
      );
      const taskQueue = uniqueTaskQueue('worker');
      const worker = startWorker({ POLYTOMIC_TASK_QUEUE: taskQueue, POLYTOMIC_CONFIG: path, EMEA_KEY: 'emea-key' });
      expect(await worker.untilLine(/polling/i)).toContain(`emea (${emulator.url}, operations all, 99 requests/min)`);
      const sync = emulator.addModelSync({ organization: 'emea' });
      const handle = await start(taskQueue, { syncId: sync.id, organization: 'emea' });
      expect(await handle.result()).toMatchObject({ organization: 'emea', outcome: 'completed' });
      expect(worker.output()).not.toContain('emea-key');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('starts although Polytomic cannot be reached, and says so', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const worker = startWorker({ POLYTOMIC_URL: url, POLYTOMIC_TASK_QUEUE: uniqueTaskQueue('worker') });
    await worker.untilLine(/polling/i);
    expect(worker.output()).toMatch(/^\S+ WARN organization default: could not check the key at http:\/\/127/);
  });
});

describe('node lib/worker.js with a key that Polytomic refuses', () => {
  it('starts, says so without the key, and fails workflows by name', async () => {
    const taskQueue = uniqueTaskQueue('worker');
    const worker = startWorker({ POLYTOMIC_API_KEY: 'wrong-key', POLYTOMIC_TASK_QUEUE: taskQueue });
    await worker.untilLine(/polling/i);
    expect(worker.output()).toMatch(/^\S+ WARN organization default: http\S+ refuses the key \(401\)/);
    expect(worker.output()).not.toContain('wrong-key');
    const handle = await start(taskQueue, { syncId: emulator.addModelSync().id });
    expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.Unauthorized' });
  });
});

describe('node lib/worker.js, refusing', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['no key', { POLYTOMIC_API_KEY: '' }, /^POLYTOMIC_API_KEY: missing; expected .*\n$/],
    ['wrong operations', { POLYTOMIC_OPERATIONS: 'most' }, /^POLYTOMIC_OPERATIONS: expected read, .*\n$/],
    ['a Temporal profile that is not there', { TEMPORAL_PROFILE: 'nosuch' }, /^Temporal settings .*nosuch.*\n$/],
  ])('ends with 2 and one line for %s', async (_name, env, line) => {
    const worker = startWorker(env);
    expect(await worker.end()).toBe(2);
    expect(worker.output()).toMatch(line);
  });

  it('ends with 2 when the health port is taken', async () => {
    const worker = startWorker({ POLYTOMIC_HEALTH_PORT: new URL(emulator.url).port });
    expect(await worker.end()).toBe(2);
    expect(worker.output()).toMatch(/^POLYTOMIC_HEALTH_PORT: port \d+ cannot be had \(EADDRINUSE\)$/m);
  });

  it('ends with 2 when the port of the metrics is taken', async () => {
    const address = `127.0.0.1:${new URL(emulator.url).port}`;
    const worker = startWorker({ POLYTOMIC_METRICS_ADDRESS: address });
    expect(await worker.end()).toBe(2);
    expect(worker.output()).toMatch(
      /^POLYTOMIC_METRICS_ADDRESS: 127\.0\.0\.1:\d+ cannot be had \(address already in use.*\)\n$/i,
    );
  });

  it('waits for a Temporal server that is not there yet, unhealthy, and can be stopped meanwhile', async () => {
    const port = await freePort();
    const worker = startWorker({
      TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`,
      POLYTOMIC_HEALTH_PORT: String(port),
    });
    await worker.untilLine(/^\S+ INFO Temporal at 127\.0\.0\.1:\d+ cannot be reached \(.*\), trying again$/);
    expect(await healthOf(port)).toBe(503);
    expect(await worker.end('SIGTERM')).toBe(0);
  });
});
