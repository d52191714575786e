/** Typed queries and updates from a client, updates that start their workflow, and the result inside a failure. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import {
  approveUpdate,
  changeTimeoutUpdate,
  fanOutProgressQuery,
  pauseUpdate,
  progressQuery,
  resultOf,
  resumeUpdate,
  setConcurrencyUpdate,
  skipUpdate,
} from '../../src';
import { startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('handles', { plugin: { operations: 'all' } });
});
afterAll(async () => world.close());

/** Sends an update to a workflow that it starts. */
async function updateWithStart<R, A extends [unknown, ...unknown[]] | []>(
  [workflow, input]: readonly [string, unknown],
  update: UpdateDefinition<R, A>,
  args: A,
): Promise<{ answer: R; workflowId: string }> {
  const workflowId = `handles-${randomUUID()}`;
  const { taskQueue } = world;
  const startWorkflowOperation = new WithStartWorkflowOperation(workflow, {
    ...{ args: [input], taskQueue, workflowId },
    workflowIdConflictPolicy: 'FAIL',
  });
  const options = { args, startWorkflowOperation } as never;
  return { answer: await world.client.workflow.executeUpdateWithStart(update, options), workflowId };
}

const nothing = ['runAllBulkSyncs', { filter: { ids: [] as string[] } }] as const;

describe('an update that starts its workflow', () => {
  it('pauses a fan-out before its first sync, and resumes it', async () => {
    const { id } = world.emulator.addBulkSync();
    const fanOut = ['runAllBulkSyncs', { filter: { ids: [id] } }] as const;
    const { answer, workflowId } = await updateWithStart(fanOut, pauseUpdate, []);
    expect(answer).toEqual({ paused: true });
    const handle = world.client.workflow.getHandle(workflowId);
    expect(await handle.query(fanOutProgressQuery)).toMatchObject({ phase: 'paused', counts: { completed: 0 } });
    expect(world.emulator.executions().filter(({ syncId }) => syncId === id)).toEqual([]);
    expect(await handle.executeUpdate(resumeUpdate)).toEqual({ paused: false });
    expect(await handle.result()).toMatchObject({ total: 1, completed: 1 });
  });

  it('skips a sync before it is known', async () => {
    const [first, second] = [world.emulator.addBulkSync().id, world.emulator.addBulkSync().id];
    const fanOut = ['runAllBulkSyncs', { filter: { ids: [first, second] } }] as const;
    const { answer, workflowId } = await updateWithStart(fanOut, skipUpdate, [second]);
    expect(answer).toEqual({ skipped: second });
    const result = (await world.client.workflow.getHandle(workflowId).result()) as unknown;
    expect(result).toMatchObject({ total: 2, completed: 1, skipped: 1 });
  });

  it('resumes what is not paused, and sets a concurrency', async () => {
    expect((await updateWithStart(nothing, resumeUpdate, [])).answer).toEqual({ paused: false });
    expect((await updateWithStart(nothing, setConcurrencyUpdate, [3])).answer).toEqual({ maxConcurrent: 3 });
  });

  it.each(['runAllBulkSyncs', 'runBulkSync', 'awaitSync', 'runSyncPipeline'])(
    'changes the timeout of %s',
    async (name) => {
      const { id: syncId } = world.emulator.addBulkSync({ script: 'neverEnds' });
      const steps = [{ id: 'only', kind: 'bulk', syncId }];
      const inputs: Record<string, unknown> = {
        runAllBulkSyncs: { filter: { ids: [syncId] } },
        runBulkSync: { syncId },
        awaitSync: { kind: 'bulk', syncId },
        runSyncPipeline: { steps },
      };
      const before = Date.now();
      const { answer, workflowId } = await updateWithStart([name, inputs[name]], changeTimeoutUpdate, ['3 hours']);
      expect(Math.abs(Date.parse(answer) - before - 3 * 3_600_000)).toBeLessThan(60_000);
      await world.client.workflow.getHandle(workflowId).cancel();
    },
  );

  it('refuses to approve a plan that nobody has made', async () => {
    const spec = { name: `approved-${randomUUID()}` };
    const approval = { planHash: 'x', by: 'ada' };
    const sent = updateWithStart(['provisionPolytomic', { spec, approve: 'always' }], approveUpdate, [approval]);
    const error = await sent.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
    expect(error).toMatchObject({ cause: { type: 'polytomic.NotApproved' } });
  });
});

describe('a client', () => {
  it('reads where a run stands, and the result inside its failure', async () => {
    const { id } = world.emulator.addModelSync({ script: 'failed' });
    const handle = await world.start('runModelSync', { syncId: id });
    const error = await handle.result().catch((thrown: unknown) => thrown);
    const result = resultOf(error);
    expect(result).toMatchObject({ outcome: 'failed', syncId: id });
    expect(await handle.query(progressQuery)).toMatchObject({ phase: 'ended', syncId: id });
  });
});
