/** The record of a set on a real server: messages that no run sends are refused, and the record goes on. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setRecordQueryName, setRecordUpdateName, setWorkflowType } from '../../src/contracts/provision-record';
import { eventsOf } from './support/history';
import { startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('set-record');
});
afterAll(async () => world.close());

it('refuses what is no message of a run, without a failed workflow task', async () => {
  const handle = await world.client.workflow.start(setWorkflowType, {
    args: [{ organization: 'default', set: 'x' }],
    taskQueue: world.taskQueue,
    workflowId: `set-record-${randomUUID().slice(0, 8)}`,
  });
  for (const message of [null, 5, {}, { type: 'acquire' }, { type: '\ud83d' }]) {
    await expect(handle.executeUpdate(setRecordUpdateName, { args: [message] })).rejects.toMatchObject({
      cause: { type: 'polytomic.InvalidInput' },
    });
  }
  expect(await handle.query(setRecordQueryName)).toMatchObject({ set: 'x', version: 0 });
  const failed = (await eventsOf(handle)).filter((event) => event.workflowTaskFailedEventAttributes);
  expect(failed).toEqual([]);
  await handle.terminate();
});

it.each<[string, unknown[]]>([
  ['none', []],
  ['null', [null]],
  ['a text', ['x']],
  ['other fields', [{ a: 1 }]],
])('ends at once on an input that provisioning never sends: %s', async (_what, args) => {
  const workflowId = `set-record-${randomUUID().slice(0, 8)}`;
  const handle = await world.client.workflow.start(setWorkflowType, { args, taskQueue: world.taskQueue, workflowId });
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'polytomic.InvalidInput' } });
});

it('takes no record that a caller hands in', async () => {
  const handle = await world.client.workflow.start(setWorkflowType, {
    args: [{ organization: 'default', set: 'mine' }, { set: 'theirs' }],
    taskQueue: world.taskQueue,
    workflowId: `set-record-${randomUUID().slice(0, 8)}`,
  });
  expect(await handle.query(setRecordQueryName)).toMatchObject({ set: 'mine', version: 0 });
  await handle.terminate();
});
