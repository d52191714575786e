/** examples/nightly as a user runs it: a copy of its own, the packed package in node_modules, the emulator as judge. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Emulator, ExecutionRecord } from '../../src/testing';
import type { ExampleProject } from './support/example-project';
import { startExampleStage, type ExampleStage } from './support/example-stage';
import { temporalAddress, type TemporalConnections } from './support/harness';
import { untilWaiting } from './support/history';
import type { NodeProcess } from './support/node-process';
import { waitUntil } from './support/wait-until';

let stage: ExampleStage;
let nightly: ExampleProject;
let emulator: Emulator;
let temporal: TemporalConnections;
let worker: NodeProcess;

beforeAll(async () => {
  stage = await startExampleStage();
  ({ emulator, temporal } = stage);
  nightly = await stage.projects.add('nightly', {
    TEMPORAL_ADDRESS: temporalAddress(),
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
    POLYTOMIC_REQUESTS_PER_MINUTE: '600',
  });
  worker = await nightly.start('worker');
});
afterAll(async () => {
  await worker.end('SIGKILL');
  await stage.close();
});

function runsOf(id: string): ExecutionRecord[] {
  return emulator.executions().filter(({ syncId }) => syncId === id);
}

/** A child that waits for a run that never ends by itself. */
async function startLakeAsChild(
  name: string,
): Promise<{ parent: WorkflowHandle; child: WorkflowHandle; lake: string }> {
  const lake = emulator.addBulkSync({ script: 'neverEnds' }).id;
  const parent = await temporal.client.workflow.start('nightlyLakeAsChild', {
    taskQueue: 'nightly',
    workflowId: name,
    args: [{ lake }],
  });
  const childId = await waitUntil(
    async () => (await parent.describe()).raw.pendingChildren?.find(({ workflowId }) => workflowId)?.workflowId,
  );
  const child = temporal.client.workflow.getHandle(childId ?? '');
  await untilWaiting(child);
  return { parent, child, lake };
}

it('runs the lake and only then the CRM, each exactly once, although the night is started twice', async () => {
  // Long enough for the second start to come in the middle of it.
  const [lake, crm] = [emulator.addBulkSync({ durationMs: 4_000 }).id, emulator.addModelSync().id];
  const [first, second] = await Promise.all([nightly.run('start', lake, crm), nightly.run('start', lake, crm)]);
  expect(JSON.parse(first)).toEqual({ lakeRecords: expect.any(Number), crmRecords: 10 });
  expect(second).toBe(first);
  const [[lakeRun, ...lakeRuns], [crmRun, ...crmRuns]] = [runsOf(lake), runsOf(crm)];
  expect([lakeRuns, crmRuns]).toEqual([[], []]);
  expect(crmRun?.createdAt).toBeGreaterThanOrEqual(lakeRun?.completedAt ?? Infinity);
});

it('says what went wrong, and ends with an error, when the lake fails', async () => {
  const [lake, crm] = [emulator.addBulkSync({ script: 'failed' }).id, emulator.addModelSync().id];
  const { code, stderr } = await (await nightly.start('start', lake, crm)).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('polytomic.SyncFailed') });
  expect(runsOf(crm)).toEqual([]);
});

it('cancels the run in Polytomic when the parent of the child is cancelled', async () => {
  const { parent, lake } = await startLakeAsChild('nightly-cancelled');
  await parent.cancel();
  await expect(parent.result()).rejects.toThrow(/cancel/i);
  expect(runsOf(lake).map(({ status }) => status)).toEqual(['canceled']);
});

it('cancels the run in Polytomic when the parent of the child is terminated, which runs no code', async () => {
  const { parent, child, lake } = await startLakeAsChild('nightly-terminated');
  await parent.terminate();
  await expect(child.result()).rejects.toThrow(/cancel/i);
  expect(runsOf(lake).map(({ status }) => status)).toEqual(['canceled']);
});
