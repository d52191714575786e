/** Search attributes and memo of the workflows, where the operator has switched them on. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { isConfigError, PolytomicPlugin } from '../../src';
import { startEmulator } from '../../src/testing';
import {
  bundle,
  connectTemporal,
  temporalAddress,
  temporalCliPath,
  uniqueTaskQueue,
  waitUntil,
} from './support/harness';
import { untilWaiting } from './support/history';
import { toCreate } from './support/syncs';
import { startWorkerProcess } from './support/worker-process';
import { failureOf, startWorld, type World } from './support/world';

let world: World;
let refusal: string;

/** The error of a worker that is run before the attributes are there. */
async function refusalOfPlugin(): Promise<string> {
  const temporal = await connectTemporal();
  const worker = await Worker.create({
    connection: temporal.connection,
    taskQueue: uniqueTaskQueue('search-attributes'),
    workflowBundle: bundle(),
    plugins: [new PolytomicPlugin({ apiKey: 'test-key', searchAttributes: true })],
  });
  const error = await worker.run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await temporal.close();
  if (!isConfigError(error)) throw new Error(`expected a ConfigError, got ${String(error)}`);
  return error.message;
}

beforeAll(async () => {
  refusal = await refusalOfPlugin();
  const [, command = ''] = /create them with: (.*)$/m.exec(refusal) ?? [];
  const [program, ...args] = command.split(' ');
  expect(program).toBe('temporal');
  await promisify(execFile)(temporalCliPath(), args, {
    env: { HOME: '/nonexistent', TEMPORAL_ADDRESS: temporalAddress() },
  });
  world = await startWorld('search-attributes', { plugin: { searchAttributes: true } });
});
afterAll(async () => world.close());

async function shown(handle: WorkflowHandle): Promise<{ attributes: Record<string, unknown>; memo: unknown }> {
  const { searchAttributes, memo } = await handle.describe();
  const own = Object.entries(searchAttributes).filter(([name]) => name.startsWith('Polytomic'));
  return { attributes: Object.fromEntries(own), memo: memo?.['polytomicResult'] };
}

async function idsFoundBy(client: Client, query: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
  return found;
}

describe('a worker whose namespace lacks the search attributes', () => {
  it('refuses to run, and names the command that creates all of them, which works', () => {
    expect(refusal).toBe(
      'searchAttributes: namespace default lacks some; create them with: temporal operator search-attribute create ' +
        '--namespace default --name PolytomicSyncId --type KeywordList --name PolytomicOrganization --type Keyword ' +
        '--name PolytomicOutcome --type Keyword',
    );
  });

  it('ends with exit code 2 where it runs alone, and one that has them runs', async () => {
    const emulator = await startEmulator();
    const env = {
      TEMPORAL_ADDRESS: temporalAddress(),
      POLYTOMIC_API_KEY: emulator.apiKey,
      POLYTOMIC_URL: emulator.url,
      POLYTOMIC_TASK_QUEUE: uniqueTaskQueue('search-attributes'),
      POLYTOMIC_SEARCH_ATTRIBUTES: 'on',
    };
    const elsewhere = startWorkerProcess({ ...env, TEMPORAL_NAMESPACE: 'temporal-system' });
    const here = startWorkerProcess(env);
    await here.untilLine(/Polling/);
    expect(await here.end('SIGTERM')).toBe(0);
    expect(await elsewhere.end()).toBe(2);
    expect(elsewhere.output()).toMatch(
      /lacks some; create them with: temporal operator search-attribute create --namesp/,
    );
    await emulator.close();
  });
});

describe('a workflow', () => {
  it('is found by its sync while it runs, and by its outcome at the end', async () => {
    const { id } = world.emulator.addBulkSync({ script: 'neverEnds' });
    const handle = await world.start('runBulkSync', { syncId: id });
    await untilWaiting(handle);
    expect((await shown(handle)).attributes).toEqual({ PolytomicSyncId: [id], PolytomicOrganization: ['default'] });
    await waitUntil(async () => {
      const found = await idsFoundBy(world.client, `PolytomicSyncId = "${id}" AND ExecutionStatus = "Running"`);
      return found.includes(handle.workflowId);
    });
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow(/cancel/i);
    expect((await shown(handle)).attributes).toMatchObject({ PolytomicOutcome: ['canceled'] });
  });

  it('keeps its result in short as a memo, also where it fails', async () => {
    const [good, bad] = [world.emulator.addModelSync(), world.emulator.addModelSync({ script: 'failed' })];
    const completed = await world.start('runModelSync', { syncId: good.id });
    const { executionId } = await completed.result();
    const failed = await world.start('runModelSync', { syncId: bad.id });
    await failureOf(failed);
    expect(await shown(completed)).toMatchObject({
      attributes: { PolytomicOutcome: ['completed'] },
      memo: { outcome: 'completed', executionId, records: { total: 10 } },
    });
    expect(await shown(failed)).toMatchObject({
      attributes: { PolytomicOutcome: ['failed'] },
      memo: { outcome: 'failed' },
    });
  });

  it('names the sync that it created', async () => {
    const handle = await world.start('createAndRunModelSync', { sync: toCreate(world, 'model', 'Made') });
    const { syncId } = await handle.result();
    expect((await shown(handle)).attributes).toMatchObject({ PolytomicSyncId: [syncId] });
  });

  it('tells the steps of a pipeline, and the counts of a fan-out', async () => {
    const [first, second] = [world.emulator.addBulkSync(), world.emulator.addBulkSync({ script: 'failed' })];
    const steps = [first, second].map(({ id }, at) => ({ id: `step-${at}`, kind: 'bulk', syncId: id }));
    const pipeline = await world.start('runSyncPipeline', { steps, onFailure: 'return' });
    await pipeline.result();
    expect(await shown(pipeline)).toEqual({
      attributes: {
        PolytomicSyncId: [first.id, second.id],
        PolytomicOrganization: ['default'],
        PolytomicOutcome: ['partiallyFailed'],
      },
      memo: { total: 2, completed: 1, failed: 1 },
    });
    const fanOut = await world.start('runAllBulkSyncs', { filter: { ids: [first.id] } });
    await fanOut.result();
    expect(await shown(fanOut)).toEqual({
      attributes: { PolytomicOrganization: ['default'], PolytomicOutcome: ['completed'] },
      memo: { total: 1, completed: 1 },
    });
  });
});
