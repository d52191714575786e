/** `prepareRuns` for one sync, attempt by attempt. */
import { describe, expect, it } from '@jest/globals';
import type { PreparedRuns } from '../../../src/contracts/prepared-runs';
import { resultOf } from '../../../src/rules/result-of';
import { activitiesOnEmulator, failureOf, type Activities } from './support/activities-on-emulator';
import { attemptAfter } from './support/perform';

async function prepare({ perform }: Activities, input: unknown, workflow = 'runModelSync'): Promise<PreparedRuns> {
  return (await perform('prepareRuns', { workflow, input })) as PreparedRuns;
}

describe('prepareRuns', () => {
  it('applies every default, and tells what is true of the sync and how to wait', async () => {
    const activities = await activitiesOnEmulator({ plugin: { waitTaskQueue: 'waits', cancelTimeout: '9 seconds' } });
    const { id } = activities.emulator.addModelSync({ name: 'CRM' });
    const theirs = activities.emulator.startRun(id, { script: 'neverEnds' });
    expect(await prepare(activities, { syncId: id, timeout: '2 hours' })).toMatchObject({
      kind: 'model',
      organization: 'default',
      create: null,
      expired: false,
      options: { ifRunning: 'waitThenStart', ifInactive: 'fail', timeoutMs: 7_200_000, onFailure: 'throw' },
      setup: { waitTaskQueue: 'waits', heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 9_000 },
      syncs: [{ name: 'CRM', active: true, problems: [], newest: { executionId: theirs } }],
    });
  });

  it('names every bad field at once, and reads nothing', async () => {
    const activities = await activitiesOnEmulator();
    const input = { syncId: '', timeout: 'soon', ifRunning: 'maybe', surprise: 1 };
    const failure = await failureOf(prepare(activities, input));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    const fields = (failure.details?.[0] as { field: string }[]).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(['ifRunning', 'surprise', 'syncId', 'timeout']);
    expect(activities.emulator.requests()).toEqual([]);
  });

  it.each(['createAndRunModelSync', 'createAndRunBulkSync'])(
    'names every bad field of the create request of %s, and reads nothing',
    async (workflow) => {
      const activities = await activitiesOnEmulator();
      const failure = await failureOf(prepare(activities, { sync: { name: 'CRM', surprise: 1 } }, workflow));
      expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
      const issues = failure.details?.[0] as { field: string; message: string }[];
      const messages = Object.fromEntries(issues.map(({ field, message }) => [field, message]));
      expect(messages).toMatchObject({
        'sync.mode': expect.stringMatching(/^missing; expected one of '/),
        'sync.surprise': 'unknown field',
      });
      for (const { message } of issues) expect(message).toMatch(/^(missing; expected (a|an|one of) |unknown field$)/);
      expect(activities.emulator.requests()).toEqual([]);
    },
  );

  it('refuses at once what the run would not be allowed to do', async () => {
    const activities = await activitiesOnEmulator({
      plugin: { operations: ['modelSync.get', 'modelSync.executions.*'] },
    });
    const failure = await failureOf(prepare(activities, { syncId: 'x' }));
    expect(failure).toMatchObject({
      type: 'polytomic.NotAllowed',
      message: expect.stringContaining('modelSync.start'),
      details: [
        {
          ...{ kind: 'model', organization: 'default', syncId: 'x', executionId: null, outcome: 'failed' },
          reason: expect.stringContaining('modelSync.start'),
        },
      ],
    });
    expect(resultOf(failure)).not.toBeNull();
    expect(activities.emulator.requests()).toEqual([]);
  });

  it('says so when the timeout has passed before Polytomic could be read', async () => {
    const { perform } = await activitiesOnEmulator();
    const input = { workflow: 'runModelSync', input: { syncId: 'x', timeout: '1 minute' } };
    const info = attemptAfter(61_000);
    expect(await perform('prepareRuns', input, { info })).toMatchObject({ expired: true, syncs: [] });
  });

  it.each(['prepareRuns', 'prepareAwaitSync'])('%s gives up what Polytomic has not answered by then', async (name) => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    emulator.fault({ operation: 'modelSync.get', delayMs: 50_000 });
    const run = { workflow: 'runModelSync', input: { syncId, timeout: '1 second' } };
    const wait = { input: { kind: 'model', syncId, timeout: '1 second' }, beganAt: new Date().toISOString() };
    const info = { ...attemptAfter(500), heartbeatDetails: { lastFailure: 'modelSync.get answered 503' } };
    const began = performance.now();
    expect(await perform(name, name === 'prepareRuns' ? run : wait, { info })).toMatchObject({
      ...{ expired: true, syncs: [], lastFailure: 'modelSync.get answered 503' },
    });
    expect(performance.now() - began).toBeLessThan(40_000);
  });

  it.each(['prepareRuns', 'prepareAwaitSync'])('%s hands on what a try met that failed', async (name) => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    emulator.fault({ operation: 'modelSync.get', status: 308 });
    const run = { workflow: 'runModelSync', input: { syncId } };
    const wait = { input: { kind: 'model', syncId }, beganAt: new Date().toISOString() };
    const heartbeats: unknown[] = [];
    const { message } = await failureOf(perform(name, name === 'prepareRuns' ? run : wait, { heartbeats }));
    expect(heartbeats).toEqual([{ lastFailure: message }]);
    expect(message).toContain('308');
  });

  it('hands on no word of Polytomic where texts are to be left out', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    emulator.fault({ operation: 'modelSync.get', status: 503 });
    const heartbeats: unknown[] = [];
    const input = { syncId, errorText: 'omit' };
    await failureOf(perform('prepareRuns', { workflow: 'runModelSync', input }, { heartbeats }));
    expect(heartbeats).toEqual([{ lastFailure: expect.stringContaining('answered 503') }]);
    expect(JSON.stringify(heartbeats)).not.toContain('scripted fault');
  });

  it.each(['prepareRuns', 'prepareAwaitSync'])('%s is tried again no later than the timeout', async (name) => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id: syncId } = emulator.addModelSync();
    emulator.fault({ operation: 'modelSync.get', status: 429, retryAfter: 3_600 });
    const run = { workflow: 'runModelSync', input: { syncId, timeout: '1 minute' } };
    const wait = { input: { kind: 'model', syncId, timeout: '1 minute' }, beganAt: new Date().toISOString() };
    const failure = failureOf(perform(name, name === 'prepareRuns' ? run : wait, { info: attemptAfter(20_000) }));
    expect(await failure).toMatchObject({ type: 'polytomic.RateLimited', nextRetryDelay: 40_000 });
  });

  it.each([-1, 1])(
    'takes no account of a worker whose clock differs by %i days from that of Temporal',
    async (days) => {
      const { emulator, perform } = await activitiesOnEmulator();
      const { id: syncId } = emulator.addModelSync();
      const input = { workflow: 'runModelSync', input: { syncId, timeout: '1 minute' } };
      const temporalNow = Date.now() - days * 86_400_000;
      expect(await perform('prepareRuns', input, { info: attemptAfter(0, temporalNow) })).toMatchObject({
        expired: false,
      });
      expect(await perform('prepareRuns', input, { info: attemptAfter(61_000, temporalNow) })).toMatchObject({
        expired: true,
      });
    },
  );
});
