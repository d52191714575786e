/** The plugin in a user's own worker, in every way it may be given. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NativeConnection, Worker, type ActivityInterceptorsFactory, type WorkerOptions } from '@temporalio/worker';
import { SimplePlugin } from '@temporalio/plugin';
import type { Handle } from './support/world';
import { PolytomicPlugin, type PolytomicPluginOptions, type SyncRunResult } from '../../src';
import { startEmulator, type Emulator } from '../../src/testing';
import { bundle, connectTemporal, temporalAddress, uniqueTaskQueue, type TemporalConnections } from './support/harness';
import { eventsOf } from './support/history';
import { failureOf } from './support/world';
import { waitUntil } from './support/wait-until';

let emulator: Emulator;
let temporal: TemporalConnections;
let options: PolytomicPluginOptions;
const workers: { worker: Worker; running: Promise<void> }[] = [];
const connections: NativeConnection[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ durationMs: 200, organizations: { emea: { keys: ['emea-key'] } } });
  temporal = await connectTemporal();
  options = { apiKey: emulator.apiKey, url: emulator.url, requestsPerMinute: 600 };
});

/** The worker's end closes what is the worker's: a connection that still had a wait worker would refuse to be closed. */
afterEach(async () => {
  jest.restoreAllMocks();
  const ended = workers.splice(0);
  for (const { worker } of ended) if (worker.getState() === 'RUNNING') worker.shutdown();
  await Promise.allSettled(ended.map(({ running }) => running));
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});

afterAll(async () => {
  await temporal.close();
  await emulator.close();
});

async function connect(...plugins: SimplePlugin[]): Promise<NativeConnection> {
  const connection = await NativeConnection.connect({ address: temporalAddress(), plugins });
  connections.push(connection);
  return connection;
}

/** Starts a worker with the bundled workflows; what it is given comes on top. */
async function startWorker(given: Partial<WorkerOptions> = {}): Promise<Worker> {
  const connection = given.connection ?? (await connect());
  const taskQueue = uniqueTaskQueue('plugin');
  const worker = await Worker.create({ workflowBundle: bundle(), taskQueue, ...given, connection });
  const running = worker.run();
  running.catch(() => undefined);
  workers.push({ worker, running });
  return worker;
}

function start({ options: { taskQueue } }: Worker, input: unknown, workflow = 'runModelSync'): Promise<Handle> {
  const workflowId = `${taskQueue}-${workflow}-${Math.random().toString(36).slice(2)}`;
  return temporal.client.workflow.start(workflow, { args: [input], taskQueue, workflowId }) as Promise<Handle>;
}

async function run(worker: Worker, syncId: string): Promise<SyncRunResult> {
  return (await start(worker, { syncId })).result();
}

/** Task queues on which the workflow's activities were scheduled, by activity. */
async function queuesOf(handle: Handle): Promise<Record<string, string>> {
  const scheduled = (await eventsOf(handle)).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  return Object.fromEntries(
    scheduled.map(({ activityType, taskQueue }) => [activityType?.name ?? '', taskQueue?.name ?? '']),
  );
}

/** The wait workers that are made from now on. */
function watchWaitWorkers(): Worker[] {
  const made: Worker[] = [];
  const create = Worker.create.bind(Worker);
  jest.spyOn(Worker, 'create').mockImplementation(async (given) => {
    const worker = await create(given);
    if (given.activities && 'polytomic.awaitExecutions' in given.activities) made.push(worker);
    return worker;
  });
  return made;
}

describe('where the plugin is given', () => {
  it.each(['on the worker', 'on the connection', 'on both', 'as two plugins, one on each'])(
    "runs a sync once with one wait worker beside the user's: %s",
    async (place) => {
      const plugin = new PolytomicPlugin(options);
      const onConnection = place === 'as two plugins, one on each' ? new PolytomicPlugin(options) : plugin;
      const connection = place === 'on the worker' ? await connect() : await connect(onConnection);
      const made = watchWaitWorkers();
      const worker = await startWorker({ connection, plugins: place === 'on the connection' ? [] : [plugin] });
      const sync = emulator.addModelSync();
      const handle = await start(worker, { syncId: sync.id });
      expect(await handle.result()).toMatchObject({ outcome: 'completed' });
      expect(emulator.executions().filter(({ syncId }) => syncId === sync.id)).toHaveLength(1);
      expect(made).toHaveLength(1);
      const { taskQueue } = worker.options;
      expect(await queuesOf(handle)).toEqual({
        'polytomic.prepareRuns': taskQueue,
        'polytomic.startExecutions': taskQueue,
        'polytomic.awaitExecutions': `${taskQueue}-polytomic-wait`,
      });
    },
  );

  it("works in a worker that bundles the user's own workflows, which call ours", async () => {
    const workflowsPath = join(__dirname, 'support', 'user-workflows.ts');
    const worker = await startWorker({
      workflowBundle: undefined,
      workflowsPath,
      plugins: [new PolytomicPlugin(options)],
    });
    const sync = emulator.addModelSync();
    const inline = (await (await start(worker, { syncId: sync.id }, 'runInline')).result()) as unknown;
    expect(inline).toMatchObject({ result: { outcome: 'completed', syncId: sync.id } });
  });

  it('serves several workers, also when they share one wait queue', async () => {
    const waitTaskQueue = uniqueTaskQueue('shared-waits');
    const connection = await connect(new PolytomicPlugin({ ...options, waitTaskQueue }));
    const made = watchWaitWorkers();
    const [first, second] = [await startWorker({ connection }), await startWorker({ connection })];
    await waitUntil(() => first.getState() === 'RUNNING' && second.getState() === 'RUNNING');
    expect(made).toHaveLength(1);
    first.shutdown();
    await workers.shift()?.running;
    const sync = emulator.addModelSync();
    expect(await run(second, sync.id)).toMatchObject({ outcome: 'completed' });
    second.shutdown();
    await waitUntil(() => made[0]?.getState() === 'STOPPED');
  });
});

describe("what stays the user's", () => {
  it('leaves a tuner alone, and waits take none of its slots', async () => {
    const slots = { type: 'fixed-size', numSlots: 2 } as const;
    const worker = await startWorker({
      plugins: [new PolytomicPlugin(options)],
      tuner: {
        workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: 10 },
        activityTaskSlotSupplier: slots,
        localActivityTaskSlotSupplier: slots,
        nexusTaskSlotSupplier: slots,
      },
    });
    const syncs = Array.from({ length: 12 }, () => emulator.addModelSync({ durationMs: 2_000 }));
    const handles = await Promise.all(syncs.map(({ id }) => start(worker, { syncId: id })));
    const isRunning = (id: string): boolean => emulator.executions().some(({ syncId }) => syncId === id);
    await waitUntil(() => syncs.every(({ id }) => isRunning(id)));
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results.every(({ outcome }) => outcome === 'completed')).toBe(true);
  });

  it("applies the user's interceptors to the waits, and those of the connection's plugins once", async () => {
    const seen: string[] = [];
    const interceptor: ActivityInterceptorsFactory = ({ info }) => ({
      inbound: {
        execute: (input, next) => {
          seen.push(info.activityType);
          return next(input);
        },
      },
    });
    const other = new SimplePlugin({ name: 'other', workerInterceptors: { activity: [interceptor] } });
    const connection = await connect(other, new PolytomicPlugin(options));
    const worker = await startWorker({ connection });
    await run(worker, emulator.addModelSync().id);
    expect(seen.filter((name) => name === 'polytomic.awaitExecutions')).toHaveLength(1);
    expect(seen.filter((name) => name === 'polytomic.startExecutions')).toHaveLength(1);
  });
});

describe('how the two workers end', () => {
  it("stops the wait worker when the user's stops, and hands its waits over", async () => {
    const made = watchWaitWorkers();
    const plugins = [new PolytomicPlugin(options)];
    const worker = await startWorker({ plugins });
    const sync = emulator.addModelSync({ durationMs: 3_000 });
    const handle = await start(worker, { syncId: sync.id });
    await waitUntil(() => made[0]?.getStatus().numInFlightActivities === 1);
    worker.shutdown();
    await workers.shift()?.running;
    expect(made[0]?.getState()).toBe('STOPPED');
    await startWorker({ plugins, taskQueue: worker.options.taskQueue });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(emulator.executions().filter(({ syncId }) => syncId === sync.id)).toHaveLength(1);
  });

  it.each([
    ['resolved', Promise.resolve(7), 7],
    ['failed', Promise.reject(new Error('no such workflow')), 'no such workflow'],
  ])('ends where what it runs until has %s before', async (_name, settled, expected) => {
    settled.catch(() => undefined);
    const plugins = [new PolytomicPlugin(options)];
    const given = { workflowBundle: bundle(), taskQueue: uniqueTaskQueue('plugin'), plugins };
    const worker = await Worker.create({ ...given, connection: await connect() });
    const seen = await worker.runUntil(settled).catch(({ message }: Error) => message);
    expect(seen).toBe(expected);
    expect(worker.getState()).toBe('STOPPED');
  });

  it('takes a shutdown right after its start', async () => {
    const made = watchWaitWorkers();
    const worker = await startWorker({ plugins: [new PolytomicPlugin(options)] });
    worker.shutdown();
    await workers.shift()?.running;
    expect(worker.getState()).toBe('STOPPED');
    expect(made.map((waits) => waits.getState())).toEqual(['STOPPED']);
  });

  it('lets go of the connection where another worker has the queue of the waits', async () => {
    const connection = await connect();
    const taskQueue = uniqueTaskQueue('plugin');
    const activities = { greet: async (): Promise<string> => 'hello' };
    const other = await startWorker({ connection, taskQueue: `${taskQueue}-polytomic-wait`, activities });
    const given = { workflowBundle: bundle(), taskQueue, plugins: [new PolytomicPlugin(options)] };
    const worker = await Worker.create({ ...given, connection });
    await expect(worker.run()).rejects.toThrow(`${taskQueue}-polytomic-wait`);
    expect(worker.getState()).toBe('STOPPED');
    expect(other.getState()).toBe('RUNNING');
  });

  it("stops the user's worker when the wait worker ends", async () => {
    const made = watchWaitWorkers();
    const worker = await startWorker({ plugins: [new PolytomicPlugin(options)] });
    await waitUntil(() => made[0]?.getState() === 'RUNNING');
    made[0]?.shutdown();
    await workers.shift()?.running;
    expect(worker.getState()).toBe('STOPPED');
  });

  it('leaves the waits to other processes when told not to wait', async () => {
    const made = watchWaitWorkers();
    const taskQueue = uniqueTaskQueue('plugin');
    const worker = await startWorker({
      taskQueue,
      plugins: [new PolytomicPlugin({ ...options, waitTaskQueue: false })],
    });
    const handle = await start(worker, { syncId: emulator.addModelSync().id });
    await waitUntil(async () => 'polytomic.awaitExecutions' in (await queuesOf(handle)));
    expect(made).toEqual([]);
    await startWorker({ taskQueue, plugins: [new PolytomicPlugin(options)] });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
  });
});

describe('organizations', () => {
  it('runs syncs of several, each with its own credential', async () => {
    const plugins = [new PolytomicPlugin({ ...options, organizations: { emea: { apiKey: 'emea-key' } } })];
    const worker = await startWorker({ plugins });
    const sync = emulator.addModelSync({ organization: 'emea' });
    const handle = await start(worker, { syncId: sync.id, organization: 'emea' });
    expect(await handle.result()).toMatchObject({ organization: 'emea', outcome: 'completed' });
    const strange = await failureOf(await start(worker, { syncId: sync.id }));
    expect(strange.type).toBe('polytomic.NotFound');
  });

  it('refuses one that the worker does not have, naming the field', async () => {
    const worker = await startWorker({ plugins: [new PolytomicPlugin(options)] });
    const failure = await failureOf(await start(worker, { syncId: 'x', organization: 'apac' }));
    expect(failure).toMatchObject({
      type: 'polytomic.InvalidInput',
      message: 'Input of runModelSync is not valid. organization: no organization "apac" is configured on this worker',
      details: [[{ field: 'organization' }]],
    });
  });

  it('refuses operations that the owner did not allow', async () => {
    const worker = await startWorker({ plugins: [new PolytomicPlugin({ ...options, operations: 'modelSync.get' })] });
    const failure = await failureOf(await start(worker, { syncId: emulator.addModelSync().id }));
    expect(failure.type).toBe('polytomic.NotAllowed');
  });
});

describe('settings', () => {
  it('refuses to make a worker without a key, in one line', async () => {
    const plugins = [new PolytomicPlugin({ apiKey: undefined })];
    const made = Worker.create({ connection: await connect(), taskQueue: 'data', plugins });
    await expect(made).rejects.toThrow(/^apiKey: missing; expected a key, or apiKeyFile, or .*$/);
  });

  it('fails a run at once when the key is refused', async () => {
    const worker = await startWorker({ plugins: [new PolytomicPlugin({ ...options, apiKey: 'wrong' })] });
    const failure = await failureOf(await start(worker, { syncId: emulator.addModelSync().id }));
    expect(failure.type).toBe('polytomic.Unauthorized');
    expect(failure.message).not.toContain('wrong');
  });

  it('replays histories without a key', async () => {
    const worker = await startWorker({ plugins: [new PolytomicPlugin(options)] });
    const handle = await start(worker, { syncId: emulator.addModelSync().id });
    await handle.result();
    const history = await handle.fetchHistory();
    const replay = { workflowBundle: bundle(), plugins: [new PolytomicPlugin({ apiKey: undefined })] };
    await expect(Worker.runReplayHistory(replay, history, handle.workflowId)).resolves.toBeUndefined();
  });
});
