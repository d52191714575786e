/** Where activities run and how urgent they are: as the workflow was started, or as an inline call says. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Priority } from '@temporalio/common';
import { Worker, type ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ProvisionResult } from '../../src/contracts/provision';
import { uniqueTaskQueue } from './support/harness';
import { actionsOf, allOf, password, provisioningPlugin, specOf } from './support/provisioning';
import { startWorld, type World } from './support/world';

interface Seen {
  readonly workflowId: string | undefined;
  readonly name: string;
  readonly taskQueue: string;
  readonly priority: Priority | undefined;
}

const seen: Seen[] = [];
const noting: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: (input, next) => {
      const { workflowExecution, activityType: name, taskQueue, priority } = info;
      seen.push({ workflowId: workflowExecution?.workflowId, name, taskQueue, priority });
      return next(input);
    },
  },
});
let world: World;

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('placement', {
    plugin: { ...provisioningPlugin, notify: { chat: { activity: 'tellChat' } } },
    worker: { interceptors: { activity: [noting] } },
  });
});
afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  await world.close();
});

const urgent = { priorityKey: 1, fairnessKey: 'tenant-7', fairnessWeight: 2 };
const workflowsPath = join(__dirname, 'support', 'user-workflows.ts');
/** What every apply and destroy schedules. */
const provisioning = ['prepareProvision', 'readSet', 'acquireSet', 'applyObjects', 'deleteObjects', 'releaseSet'];
const byNow = (workflowId: string): Seen[] => seen.filter((one) => one.workflowId === workflowId);

describe('priority and fairness', () => {
  it('of a workflow are those of all its activities, waits on their own queue included', async () => {
    const { id } = world.emulator.addModelSync();
    const { taskQueue } = world;
    const start = { taskQueue, workflowId: uniqueTaskQueue('urgent'), args: [{ syncId: id }], priority: urgent };
    await world.client.workflow.execute('runModelSync', start);
    const activities = byNow(start.workflowId);
    expect(new Set(activities.map(({ name }) => name))).toEqual(
      new Set(['polytomic.prepareRuns', 'polytomic.startExecutions', 'polytomic.awaitExecutions']),
    );
    for (const { priority } of activities) expect(priority).toMatchObject(urgent);
  });
});

describe('an inline call', () => {
  it('runs its activities on the queue and with the priority that it is given', async () => {
    const taskQueue = uniqueTaskQueue('without-plugin');
    const worker = await Worker.create({ connection: world.connection, taskQueue, workflowsPath });
    const { id } = world.emulator.addModelSync();
    const args = [{ syncId: id }, { taskQueue: world.taskQueue, priority: urgent }];
    const workflowId = uniqueTaskQueue('elsewhere');
    const run = world.client.workflow.execute('runElsewhere', { taskQueue, workflowId, args });
    expect(await worker.runUntil(run)).toMatchObject({
      run: { outcome: 'completed' },
      awaited: { outcome: 'completed' },
      many: { completed: 1 },
    });
    const activities = byNow(workflowId);
    expect(new Set(activities.map((one) => one.taskQueue))).toEqual(
      new Set([world.taskQueue, `${world.taskQueue}-polytomic-wait`]),
    );
    for (const { priority } of activities) expect(priority).toMatchObject(urgent);
  });

  it('of an apply and a destroy places all but what the user wrote, first runs of syncs included', async () => {
    const taskQueue = uniqueTaskQueue('provisioned-elsewhere');
    const worker = await Worker.create({
      ...{ connection: world.connection, taskQueue, workflowsPath },
      activities: { tellChat: () => Promise.resolve() },
      interceptors: { activity: [noting] },
    });
    const spec = specOf('placed') as { modelSyncs: { usersBack: object } };
    Object.assign(spec.modelSyncs.usersBack, { run: true });
    const args = [
      { spec, notify: ['chat'] },
      { taskQueue: world.taskQueue, priority: urgent },
    ];
    const workflowId = uniqueTaskQueue('provisioned');
    const run = world.client.workflow.execute('provisionElsewhere', { taskQueue, workflowId, args });
    const { made, deleted } = (await worker.runUntil(run)) as Record<'made' | 'deleted', ProvisionResult>;
    expect(made.resources['modelSyncs.usersBack']).toMatchObject({ run: { outcome: 'completed' } });
    expect([actionsOf(made), actionsOf(deleted)]).toEqual([allOf('created'), allOf('deleted')]);
    const activities = byNow(workflowId);
    const queuesOf = (isUsers: boolean) =>
      new Set(activities.filter(({ name }) => (name === 'tellChat') === isUsers).map((one) => one.taskQueue));
    expect(queuesOf(true)).toEqual(new Set([taskQueue]));
    expect(queuesOf(false)).toEqual(new Set([world.taskQueue, `${world.taskQueue}-polytomic-wait`]));
    const names = new Set(activities.map(({ name }) => name.replace('polytomic.', '')));
    expect([...names]).toEqual(expect.arrayContaining([...provisioning, 'startExecutions', 'awaitExecutions']));
    for (const { priority } of activities) expect(priority).toMatchObject(urgent);
  });
});
