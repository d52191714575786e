/** Our activities without a workflow: started by a client, each run of an activity one intended call. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uniqueTaskQueue } from './support/harness';
import { startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('standalone');
});
afterAll(async () => world.close());

const execute = <R>(activity: string, id: string, input: unknown): Promise<R> =>
  world.client.activity.execute<R>(activity, {
    ...{ id, args: [input], taskQueue: world.taskQueue },
    startToCloseTimeout: '1 minute',
    retry: { initialInterval: '100ms', maximumAttempts: 5 },
  });

describe('a standalone activity', () => {
  it('starts a sync once although the answer is lost twice, and again when it is run again', async () => {
    const { id } = world.emulator.addModelSync();
    const activityId = uniqueTaskQueue('start');
    world.emulator.fault({ operation: 'modelSync.start', drop: 'after', times: 2 });
    const first = await execute<{ id: string }>('polytomic.modelSync.start', activityId, { id });
    const executions = () => world.emulator.executions().filter(({ syncId }) => syncId === id);
    expect(executions().map((one) => one.id)).toEqual([first.id]);
    await world.run('awaitSync', { kind: 'model', syncId: id, executionId: first.id });
    await execute('polytomic.modelSync.start', activityId, { id });
    expect(executions()).toHaveLength(2);
  });
});
