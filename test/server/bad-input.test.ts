import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { activitiesOf, eventsOf } from './support/history';
import { sideBySide } from './support/side-by-side';
import { failureOf, startWorld, type Handle, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('bad-input', {
    emulator: { organizations: { others: { keys: ['key-of-others'] } } },
    plugin: {
      organizations: {
        wrongKey: { apiKey: 'no-such-key' },
        others: { apiKey: 'key-of-others' },
        readOnly: { apiKey: 'test-key', operations: ['modelSync.get', 'modelSync.executions.*'] },
      },
    },
  });
});
afterAll(async () => world.close());

const names = ['runModelSync', 'runBulkSync', 'createAndRunModelSync', 'createAndRunBulkSync'] as const;
type Name = (typeof names)[number];

/** What each workflow needs at least. */
const required: Record<Name, { field: string; input: Record<string, unknown> }> = {
  runModelSync: { field: 'syncId', input: { syncId: 'a-sync' } },
  runBulkSync: { field: 'syncId', input: { syncId: 'a-sync' } },
  createAndRunModelSync: { field: 'sync', input: { sync: { name: 'New' } } },
  createAndRunBulkSync: { field: 'sync', input: { sync: { name: 'New' } } },
};

/** By what is wrong: the arguments for a workflow, and every field that must be named. */
const badInputs: Record<string, (name: Name) => { args: unknown[]; fields: string[] }> = {
  'a missing input': () => ({ args: [], fields: ['input'] }),
  null: () => ({ args: [null], fields: ['input'] }),
  'a text': () => ({ args: ['a-sync'], fields: ['input'] }),
  'a number': () => ({ args: [42], fields: ['input'] }),
  'a list': () => ({ args: [[]], fields: ['input'] }),
  'nothing of what is required': (name) => ({ args: [{}], fields: [required[name].field] }),
  'a required field of the wrong type': (name) => ({
    args: [{ [required[name].field]: 7 }],
    fields: [required[name].field],
  }),
  'an unknown field': (name) => ({ args: [{ ...required[name].input, colour: 'red' }], fields: ['colour'] }),
  'a timeout that is no duration': (name) => ({
    args: [{ ...required[name].input, timeout: 'soon' }],
    fields: ['timeout'],
  }),
  'a timeout below zero': (name) => ({ args: [{ ...required[name].input, timeout: -1 }], fields: ['timeout'] }),
  'several wrong fields': (name) => ({
    args: [{ ...required[name].input, ifRunning: 'wait', warnAfter: '', maxErrorRatio: 2, start: { test: 'yes' } }],
    fields: ['ifRunning', 'warnAfter', 'maxErrorRatio', 'start.test'],
  }),
};

/** Starts a workflow with exactly these arguments, none included. */
function startWith(workflow: string, args: unknown[]): Promise<Handle> {
  const workflowId = `bad-input-${randomUUID().slice(0, 8)}`;
  return world.client.workflow.start(workflow, { args: args as [unknown], taskQueue: world.taskQueue, workflowId });
}

/** It failed at once: one try of one activity, and no workflow task had to be tried again. */
async function expectAtOnce(handle: Handle): Promise<void> {
  expect((await handle.describe()).status.name).toBe('FAILED');
  const events = await eventsOf(handle);
  expect(events.filter(({ workflowTaskFailedEventAttributes: failed }) => failed)).toEqual([]);
  expect(await activitiesOf(handle)).toMatchObject([{ name: 'prepareRuns', attempt: 1 }]);
}

describe.each(names)('%s fails at once with polytomic.InvalidInput that names each field, given', (name) => {
  const story =
    (bad: (name: Name) => { args: unknown[]; fields: string[] }): (() => Promise<void>) =>
    async () => {
      const { args, fields } = bad(name);
      const handle = await startWith(name, args);
      const failure = await failureOf(handle);
      expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
      const issues = failure.details?.[0] as { field: string; message: string }[];
      expect(issues.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
      for (const { field, message } of issues) {
        expect(message).toMatch(/expected|unknown field/);
        expect(failure.message).toContain(field);
      }
      await expectAtOnce(handle);
    };
  sideBySide(Object.fromEntries(Object.entries(badInputs).map(([what, bad]) => [what, story(bad)])));
});

describe('a run that may not be fails at once with', () => {
  it.each([
    ['polytomic.InvalidInput for an organization that this worker does not have', { organization: 'nobody' }],
    ['polytomic.Unauthorized for a key that Polytomic does not know', { organization: 'wrongKey' }],
    ['polytomic.NotAllowed for a start that the owner of the worker did not allow', { organization: 'readOnly' }],
    ["polytomic.NotFound for somebody else's sync", { organization: 'others' }],
    ['polytomic.NotFound for an id that no sync has', { syncId: randomUUID() }],
  ])('%s', async (story, input) => {
    const sync = world.emulator.addModelSync();
    const handle = await world.start('runModelSync', { syncId: sync.id, ...input });
    expect(await failureOf(handle)).toMatchObject({ type: story.split(' ')[0], nonRetryable: true });
    await expectAtOnce(handle);
    expect(world.emulator.executions().filter(({ syncId }) => syncId === sync.id)).toEqual([]);
  });

  it('polytomic.Forbidden when Polytomic answers 403', async () => {
    const sync = world.emulator.addModelSync();
    world.emulator.fault({ path: `/api/syncs/${sync.id}`, status: 403, times: Infinity });
    const handle = await world.start('runModelSync', { syncId: sync.id });
    expect(await failureOf(handle)).toMatchObject({ type: 'polytomic.Forbidden', nonRetryable: true });
    await expectAtOnce(handle);
  });

  it('the name of the operation that was not allowed', async () => {
    const handle = await world.start('createAndRunModelSync', { sync: { name: 'New' }, organization: 'readOnly' });
    expect((await failureOf(handle)).message).toMatch(/modelSync\.start.*readOnly/);
  });

  it('polytomic.InvalidInput for a secret that is written out, and does not repeat it', async () => {
    const sync = { name: 'New', encryption_passphrase: 'written-out' };
    const handle = await world.start('createAndRunModelSync', { sync });
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.details?.[0]).toMatchObject([
      {
        field: 'sync.encryption_passphrase',
        message: expect.stringMatching(/already in this workflow's history.*rotate/),
      },
    ]);
    expect(failure.message).not.toContain('written-out');
    await expectAtOnce(handle);
  });

  it('polytomic.NotAllowed for a secret that the owner of the worker did not list', async () => {
    const { id } = world.emulator.addConnection();
    const sync = {
      name: 'New',
      mode: 'create',
      fields: [{ target: 'name' }],
      schedule: {},
      target: { connection_id: id },
    };
    const handle = await world.start('createAndRunModelSync', {
      sync: { ...sync, encryption_passphrase: { $env: 'HOME' } },
    });
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', message: expect.stringContaining('HOME') });
    expect(world.emulator.requests().filter(({ operation }) => operation === 'modelSync.create')).toEqual([]);
  });
});
