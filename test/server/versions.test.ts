/** Two versions of the ready worker in one Worker Deployment: a run moves from the old one to the new one. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmulator, type Emulator } from '../../src/testing';
import {
  connectTemporal,
  temporalAddress,
  temporalCliPath,
  uniqueTaskQueue,
  waitUntil,
  type TemporalConnections,
} from './support/harness';
import { untilWaiting } from './support/history';
import { startWorkerProcess, type WorkerProcess } from './support/worker-process';
import type { Handle } from './support/world';

const run = promisify(execFile);
const taskQueue = uniqueTaskQueue('versions');
let emulator: Emulator;
let temporal: TemporalConnections;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  [emulator, temporal] = await Promise.all([startEmulator(), connectTemporal()]);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  await temporal.close();
  await emulator.close();
});

async function startVersion(buildId: string): Promise<WorkerProcess> {
  const worker = startWorkerProcess({
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_DEPLOYMENT_NAME: taskQueue,
    TEMPORAL_WORKER_BUILD_ID: buildId,
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
    POLYTOMIC_TASK_QUEUE: taskQueue,
  });
  workers.push(worker);
  await worker.untilLine(/polling/i);
  return worker;
}

/** The server knows a version a moment after its worker polls. */
async function makeCurrent(buildId: string): Promise<void> {
  const version = ['--deployment-name', taskQueue, '--build-id', buildId, '--yes'];
  const args = ['worker', 'deployment', 'set-current-version', '--address', temporalAddress(), ...version];
  const set = (): Promise<boolean> =>
    run(temporalCliPath(), args).then(
      () => true,
      () => false,
    );
  await waitUntil(set, { everyMs: 500 });
}

async function versionOf(handle: Handle): Promise<string | undefined> {
  const { raw } = await handle.describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}

it('a run that waits on the old version ends on the new one, once the old workers are gone', async () => {
  const old = await startVersion('v1');
  await makeCurrent('v1');
  const { id: syncId } = emulator.addModelSync({ script: 'completed', durationMs: 15_000 });
  const options = { taskQueue, workflowId: taskQueue, args: [{ syncId }] };
  const handle = (await temporal.client.workflow.start('runModelSync', options)) as Handle;
  await untilWaiting(handle);
  expect(await versionOf(handle)).toBe('v1');

  await startVersion('v2');
  await makeCurrent('v2');
  expect(await old.end('SIGTERM')).toBe(0);

  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
  expect(await versionOf(handle)).toBe('v2');
  expect(emulator.executions()).toHaveLength(1);
});
