/** The Nexus service: examples/nexus-caller, in a namespace of its own, has syncs run by a worker of another one. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import type { CancelledFailure } from '@temporalio/common';
import type { Emulator } from '../../src/testing';
import type { ExampleProject } from './support/example-project';
import { startExampleStage, type ExampleStage } from './support/example-stage';
import { temporalAddress, uniqueTaskQueue, type TemporalConnections } from './support/harness';
import type { NodeProcess } from './support/node-process';
import { waitUntil } from './support/wait-until';
import { startWorkerProcess, type WorkerProcess } from './support/worker-process';

const callers = 'nexus-callers';
const endpoint = 'polytomic-example';

let emulator: Emulator;
let temporal: TemporalConnections;
let stage: ExampleStage;
let caller: ExampleProject;
let served: WorkerProcess;
let calling: NodeProcess;
let client: Client;

beforeAll(async () => {
  stage = await startExampleStage();
  ({ emulator, temporal } = stage);
  const taskQueue = uniqueTaskQueue('nexus');
  const { workflowService, operatorService } = temporal.connection;
  await workflowService.registerNamespace({
    namespace: callers,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await operatorService.createNexusEndpoint({
    spec: { name: endpoint, target: { worker: { namespace: 'default', taskQueue } } },
  });
  served = startWorkerProcess({
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
    POLYTOMIC_TASK_QUEUE: taskQueue,
    POLYTOMIC_REQUESTS_PER_MINUTE: '600',
    POLYTOMIC_NEXUS_SERVICE: 'on',
  });
  client = new Client({ connection: temporal.client.connection, namespace: callers });
  await waitUntil(() =>
    client.workflow.count().then(
      () => true,
      () => false,
    ),
  );
  caller = await stage.projects.add('nexus-caller', {
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: callers,
    POLYTOMIC_ENDPOINT: endpoint,
  });
  await stage.projects.checkTypes();
  calling = await caller.start('worker');
});
afterAll(async () => {
  await calling?.end('SIGKILL');
  await served?.end('SIGKILL');
  await stage.close();
});

const runsOf = (id: string) => emulator.executions().filter(({ syncId }) => syncId === id);

it('runs a sync once for a caller in another namespace, and gives it the result', async () => {
  const { id } = emulator.addBulkSync();
  expect(JSON.parse(await caller.run('start', id))).toEqual({ outcome: 'completed', records: expect.any(Number) });
  expect(runsOf(id)).toHaveLength(1);
});

it('gives the caller the result inside a failure', async () => {
  const { id } = emulator.addBulkSync({ script: 'failed' });
  expect(JSON.parse(await caller.run('start', id))).toMatchObject({ outcome: 'failed' });
});

it('cancels the run in Polytomic when the caller is cancelled', async () => {
  const { id } = emulator.addBulkSync({ script: 'neverEnds' });
  const handle = await client.workflow.start('refreshLake', {
    args: [id, endpoint],
    taskQueue: 'analytics',
    workflowId: `cancelled-${id}`,
  });
  await waitUntil(() => runsOf(id).length === 1);
  await handle.cancel();
  const error = (await handle.result().catch((thrown: unknown) => thrown)) as { cause: CancelledFailure };
  expect(error.cause.name).toBe('CancelledFailure');
  expect(runsOf(id).map(({ status }) => status)).toEqual(['canceled']);
});
