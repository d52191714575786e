/** `prepareRuns` for fan-outs and pipelines. */
import { describe, expect, it } from '@jest/globals';
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { activitiesOnEmulator, failureOf, type Activities } from './support/activities-on-emulator';
import { attemptAfter } from './support/perform';

const prepare = ({ perform }: Activities, workflow: string, input: unknown): Promise<unknown> =>
  perform('prepareRuns', { workflow, input });

const allowing = (...operations: string[]): Promise<Activities> => activitiesOnEmulator({ plugin: { operations } });

const notify = { pager: { activity: 'page' }, slack: { url: 'https://hooks.example.com/services/secret' } };

describe('prepareRuns for many syncs', () => {
  it('answers what a fan-out needs without a request to Polytomic, and no URL of a target', async () => {
    const activities = await activitiesOnEmulator({ plugin: { notify } });
    const input = { maxConcurrent: 5, notify: ['slack', 'pager'] };
    const prepared = await prepare(activities, 'runAllBulkSyncs', input);
    expect(prepared).toMatchObject({
      kind: 'bulk',
      expired: false,
      syncIds: [],
      syncs: [],
      create: null,
      serverTime: '',
      options: { start: {}, startedAfter: null },
      fanOut: {
        maxConcurrent: 5,
        notify: [
          { name: 'slack', activity: null },
          { name: 'pager', activity: 'page' },
        ],
      },
    });
    expect(JSON.stringify(prepared)).not.toContain('hooks.example.com');
    expect(activities.emulator.requests()).toEqual([]);
  });

  it('answers the steps of a pipeline', async () => {
    const steps = [{ id: 'a', kind: 'model', syncId: 'x' }];
    expect(await prepare(await activitiesOnEmulator(), 'runSyncPipeline', { steps })).toMatchObject({
      kind: 'model',
      steps: [{ id: 'a', after: [], start: {}, ifInactive: 'fail' }],
    });
  });

  it.each<[string, PolytomicPluginOptions, string]>([
    ['there is none', {}, 'there are none'],
    ['there are others', { notify }, 'there are pager, slack'],
  ])('refuses a target that nobody configured, by its place, where %s', async (_name, plugin, told) => {
    const activities = await activitiesOnEmulator({ plugin });
    const failure = await failureOf(prepare(activities, 'runAllModelSyncs', { notify: ['mail'] }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.details?.[0]).toEqual([{ field: 'notify[0]', message: expect.stringContaining(told) }]);
  });

  it('refuses a mode that Polytomic does not have, by its place', async () => {
    const prepared = prepare(await activitiesOnEmulator(), 'runAllModelSyncs', { filter: { mode: 'upsert' } });
    const failure = await failureOf(prepared);
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.details?.[0]).toEqual([
      { field: 'filter.mode', message: expect.stringContaining('updateOrCreate') },
    ]);
  });

  it('refuses at once what the runs would not be allowed to do', async () => {
    const reads = ['bulkSync.list', 'bulkSync.get', 'bulkSync.executions.*'];
    const failure = await failureOf(prepare(await allowing(...reads), 'runAllBulkSyncs', {}));
    expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', message: expect.stringContaining('bulkSync.start') });
  });

  it('needs no more than the list for a dry run, and the operations of each kind of step for a pipeline', async () => {
    const listing = await allowing('bulkSync.list');
    expect(await prepare(listing, 'runAllBulkSyncs', { dryRun: true })).toMatchObject({ fanOut: { dryRun: true } });
    const bulk = await allowing('bulkSync.*');
    const steps = [
      { id: 'a', kind: 'bulk', syncId: 'x' },
      { id: 'b', kind: 'model', syncId: 'y' },
    ];
    const failure = await failureOf(prepare(bulk, 'runSyncPipeline', { steps }));
    expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', message: expect.stringContaining('modelSync.get') });
  });

  it('says so when the timeout has passed', async () => {
    const { perform } = await activitiesOnEmulator();
    const input = { workflow: 'runAllBulkSyncs', input: { timeout: '1 minute' } };
    const info = attemptAfter(61_000);
    expect(await perform('prepareRuns', input, { info })).toMatchObject({ expired: true });
  });
});
