/** The plugin without a server: what it registers, what it leaves alone, what it refuses. */
import { describe, expect, it, jest } from '@jest/globals';
import type { WorkerOptions } from '@temporalio/worker';
import { createPolytomicActivities, PolytomicPlugin, type PolytomicPluginOptions } from '../../../src';
import { runtimeLog } from '../../../src/hosting/runtime-log';

const options: PolytomicPluginOptions = { apiKey: 'test-key' };

function activitiesOf(configured: WorkerOptions): Record<string, unknown> {
  return configured.activities as Record<string, unknown>;
}

describe('PolytomicPlugin', () => {
  it('registers the operations and the composites, but not the waits, on the worker', () => {
    const names = Object.keys(activitiesOf(new PolytomicPlugin(options).configureWorker({ taskQueue: 'data' })));
    expect(names).toEqual(
      expect.arrayContaining(['polytomic.modelSync.start', 'polytomic.prepareRuns', 'polytomic.listSyncs']),
    );
    expect(names).not.toContain('polytomic.awaitExecutions');
    expect(names.filter((name) => !name.startsWith('polytomic.'))).toEqual([]);
  });

  it('leaves everything that the user set, activities of the same name included', () => {
    const own = async (): Promise<void> => undefined;
    const given: WorkerOptions = {
      taskQueue: 'data',
      workflowsPath: '/workflows',
      maxConcurrentActivityTaskExecutions: 3,
      activities: { own, 'polytomic.modelSync.start': own },
    };
    const { activities, ...rest } = new PolytomicPlugin(options).configureWorker(given);
    expect(rest).toEqual({ ...given, activities: undefined });
    expect(activities).toMatchObject({ own, 'polytomic.modelSync.start': own });
  });

  it('may be applied twice, also as two plugins', () => {
    const warn = jest.spyOn(runtimeLog, 'warn').mockImplementation(() => undefined);
    const first = new PolytomicPlugin(options);
    const once = first.configureWorker({ taskQueue: 'data' });
    expect(first.configureWorker(once)).toBe(once);
    expect(warn).not.toHaveBeenCalled();
    expect(new PolytomicPlugin(options).configureWorker(once)).toBe(once);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('the options of the first one hold'));
    warn.mockRestore();
  });

  it("serves the waits with the user's worker when both are to have one queue", () => {
    const plugin = new PolytomicPlugin({ ...options, waitTaskQueue: 'data' });
    expect(activitiesOf(plugin.configureWorker({ taskQueue: 'data' }))).toHaveProperty(['polytomic.awaitExecutions']);
  });

  it('needs no options to replay histories', () => {
    const replay = { workflowsPath: '/workflows' };
    expect(new PolytomicPlugin().configureReplayWorker(replay)).toMatchObject(replay);
    expect(new PolytomicPlugin({ apiKey: undefined }).configureReplayWorker(replay)).toMatchObject(replay);
  });

  it('says what is missing when a worker is made, not before', () => {
    const plugin = new PolytomicPlugin({ apiKey: undefined });
    expect(() => plugin.configureWorker({ taskQueue: 'data' })).toThrow(
      'apiKey: missing; expected a key, or apiKeyFile, or organizationId and deploymentKey, or organizations',
    );
  });

  it.each<[string, object, RegExp]>([
    ['a misspelt option', { apikey: 'k' }, /^apikey: unknown field; there are apiKey, /],
    ['a key and a key file', { apiKeyFile: 'f' }, /^apiKey: give only one of apiKey and apiKeyFile$/],
    ['a key that is no text', { apiKey: 7 }, /^apiKey: expected a key or a function/],
    ['an unknown version', { apiVersion: '1' }, /^apiVersion: expected one of/],
    ['plain http', { url: 'http://polytomic.example' }, /^url: plain http .* allowHttp$/],
    ['unknown operations', { operations: ['nosuch'] }, /^operations: expected read/],
    ['a missing folder', { secretsDir: '/nosuch' }, /^secretsDir: expected an existing folder$/],
    ['an empty wait queue', { waitTaskQueue: '' }, /^waitTaskQueue: expected a string of 1 to 255 characters$/],
    ['waitTaskQueue true', { waitTaskQueue: true }, /^waitTaskQueue: expected the name of a task queue, or false/],
    ['a heartbeat too short', { heartbeatTimeout: 10 }, /^heartbeatTimeout: expected at least one second$/],
    ['a cancel timeout of nothing', { cancelTimeout: 0 }, /^cancelTimeout: expected a duration/],
    ['no requests at all', { requestsPerMinute: 0 }, /^requestsPerMinute: expected a number, 1 or more/],
    ['an organization without key', { organizations: { emea: {} } }, /^organizations\.emea\.apiKey: expected a key/],
    ['search attributes that are none', { searchAttributes: 'on' }, /^searchAttributes: expected a boolean/],
    ['a fetch that is none', { fetch: 'fetch' }, /^fetch: expected a function$/],
  ])('refuses %s by name', (_name, wrong, message) => {
    const plugin = new PolytomicPlugin({ ...options, ...wrong });
    expect(() => plugin.configureWorker({ taskQueue: 'data' })).toThrow(message);
  });

  it('tells every problem at once and never a key', () => {
    const plugin = new PolytomicPlugin({
      apiKey: 'secret key',
      url: 'ftp://x',
      organizations: { emea: { apiKey: 'k', apiVersion: '1' } },
    });
    const configure = (): unknown => plugin.configureWorker({ taskQueue: 'data' });
    expect(configure).toThrow(
      /apiKey: .*\n.*url: .*\n.*organizations\.emea\.url: .*\n.*organizations\.emea\.apiVersion: /,
    );
    expect(configure).not.toThrow(/secret key/);
  });
});

describe('createPolytomicActivities', () => {
  it('gives all activities, those that wait included, as plain functions', () => {
    const activities = createPolytomicActivities(options);
    expect(Object.keys(activities)).toEqual(
      expect.arrayContaining([
        'polytomic.bulkSync.executions.get',
        'polytomic.startExecutions',
        'polytomic.awaitExecutions',
      ]),
    );
    expect(Object.values(activities).every((activity) => typeof activity === 'function')).toBe(true);
  });

  it('asks for a key', () => {
    expect(() => createPolytomicActivities({})).toThrow(/^apiKey: missing/);
  });
});
