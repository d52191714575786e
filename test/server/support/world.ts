/** A world for one test file: an emulator, a worker with the plugin on the shared Temporal server, and a client. */
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { SyncRunResult } from '../../../src/contracts/run-result';
import { PolytomicPlugin } from '../../../src/plugin';
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../src/testing';
import { bundle, connectTemporal, uniqueTaskQueue } from './harness';

/** What a test may choose. */
export interface WorldOptions {
  emulator?: EmulatorOptions;
  plugin?: PolytomicPluginOptions;
  worker?: Partial<WorkerOptions>;
  /** Another Temporal server than the shared one. */
  address?: string;
}

/** A workflow that a test started. */
export type Handle = WorkflowHandleWithFirstExecutionRunId<(input: unknown) => Promise<SyncRunResult>>;

/** What a test works with. */
export interface World {
  emulator: Emulator;
  client: Client;
  connection: NativeConnection;
  taskQueue: string;
  /** Starts a workflow of ours by its name. */
  start(workflow: string, input: unknown): Promise<Handle>;
  /** Starts it and waits for its result. */
  run(workflow: string, input: unknown): Promise<SyncRunResult>;
  close(): Promise<void>;
}

/** Waits are looked at often, as runs of the emulator last fractions of a second. */
const busyWatcher: PolytomicPluginOptions = { requestsPerMinute: 600 };

/** Starts all of it; `name` shows in the Web UI. */
export async function startWorld(name: string, options: WorldOptions = {}): Promise<World> {
  const emulator = await startEmulator({ durationMs: 300, ...options.emulator });
  const temporal = await connectTemporal(options.address);
  const taskQueue = uniqueTaskQueue(name);
  const { apiKey, url } = emulator;
  const worker = await Worker.create({
    connection: temporal.connection,
    taskQueue,
    workflowBundle: bundle(),
    plugins: [new PolytomicPlugin({ apiKey, url, ...busyWatcher, ...options.plugin })],
    ...options.worker,
  });
  const running = worker.run();
  const start = (workflow: string, input: unknown): Promise<Handle> =>
    temporal.client.workflow.start<Handle extends WorkflowHandleWithFirstExecutionRunId<infer T> ? T : never>(
      workflow,
      {
        args: [input],
        taskQueue,
        workflowId: `${name}-${workflow}-${randomUUID().slice(0, 8)}`,
      },
    );
  return {
    emulator,
    client: temporal.client,
    connection: temporal.connection,
    taskQueue,
    start,
    run: async (workflow, input) => (await start(workflow, input)).result(),
    close: async () => {
      worker.shutdown();
      await running;
      await temporal.close();
      await emulator.close();
    },
  };
}

/** The failure by which a workflow ended: what its client sees as the cause. */
export async function failureOf(handle: Handle): Promise<{ type?: string; message: string; details?: unknown[] }> {
  try {
    await handle.result();
  } catch (error) {
    return (error as { cause: { type?: string; message: string; details?: unknown[] } }).cause;
  }
  throw new Error('The workflow was expected to fail');
}

/** What creates of model syncs carried as their passphrase: the API never answers one. */
export function sentPassphrases({ emulator }: Pick<World, 'emulator'>): unknown[] {
  const creates = emulator.requests().filter(({ operation }) => operation === 'modelSync.create');
  return creates.map(({ body }) => (body as { encryption_passphrase?: unknown }).encryption_passphrase);
}
