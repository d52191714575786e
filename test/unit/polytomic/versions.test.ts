import { describe, expect, it } from '@jest/globals';
import { operations } from '../../../src/polytomic/operations';
import { hasOperation } from '../../../src/polytomic/operation-versions';
import { caught, scriptedClient, type Scripted } from './support/scripted-fetch';

const id = 'sync-1';
const sync = { name: 'n', mode: 'create' as const, target: { connection_id: 'c' }, fields: [], schedule: {} };
const bulk = {
  name: 'n',
  mode: 'replicate',
  source_connection_id: 's',
  destination_connection_id: 'd',
  destination_configuration: {},
} as const;
const ok: Scripted = { json: { data: { id } } };

describe('a version', () => {
  it.each([
    ['2023-04-25', false],
    ['2024-02-08', true],
    ['2025-09-18', false],
  ] as const)('%s has an operation only between its first and its last: %s', (version, expected) => {
    const row = { ...operations.modelSync.get, since: '2024-02-08', until: '2024-02-08' } as const;
    expect(hasOperation(row, version)).toBe(expected);
  });
});

describe('an older version', () => {
  it.each(['2022-12-12', '2023-04-25', '2024-02-08', '2025-09-18'])(
    '%s is what every request asks for',
    async (apiVersion) => {
      const { client, sent } = scriptedClient([ok], { apiVersion });
      await client.modelSync.get({ id });
      expect(sent[0]?.headers['X-Polytomic-Version']).toBe(apiVersion);
      expect(client.apiVersion).toBe(apiVersion);
    },
  );

  it.each([
    ['2022-12-12', 'PATCH'],
    ['2023-04-25', 'PATCH'],
    ['2024-02-08', 'PUT'],
    ['2025-09-18', 'PUT'],
  ])('%s updates a sync with %s', async (apiVersion, method) => {
    const { client, sent } = scriptedClient([ok], { apiVersion });
    await client.modelSync.update({ id, ...sync });
    expect(sent[0]?.method).toBe(method);
  });

  it.each([
    ['2022-12-12', 'bulkSync.start'],
    ['2023-04-25', 'modelSync.cancel'],
    ['2023-04-25', 'modelSync.executions.get'],
    ['2024-02-08', 'modelSync.executions.cancel'],
    ['2024-02-08', 'bulkSync.errorHandling.get'],
    ['2022-12-12', 'events.list'],
  ] as const)('%s has no %s, which is told before anything is sent', async (apiVersion, operation) => {
    const { client, sent } = scriptedClient([ok], { apiVersion });
    const call = {
      'bulkSync.start': () => client.bulkSync.start({ id }),
      'modelSync.cancel': () => client.modelSync.cancel({ id }),
      'modelSync.executions.get': () => client.modelSync.executions.get({ sync_id: id, id: 'e' }),
      'modelSync.executions.cancel': () => client.modelSync.executions.cancel({ sync_id: id, id: 'e' }),
      'bulkSync.errorHandling.get': () => client.bulkSync.errorHandling.get({ id }),
      'events.list': () => client.events.list({}),
    }[operation];
    expect(await caught(call())).toMatchObject({ code: 'NotSupported', operation, answered: false });
    expect(sent).toHaveLength(0);
  });

  it('follows a run by the list of executions, which every version has', async () => {
    const { client } = scriptedClient([{ json: { data: [{ id: 'e1' }] } }], { apiVersion: '2022-12-12' });
    expect(await client.modelSync.executions.list({ sync_id: id })).toEqual({ items: [{ id: 'e1' }] });
  });

  it('refuses fields that came later, by name', async () => {
    const { client } = scriptedClient([ok], { apiVersion: '2024-02-08' });
    const error = await caught(client.modelSync.create({ ...sync, model_filters: {} }));
    expect(error).toMatchObject({
      issues: [{ field: 'model_filters', message: 'unknown field before version 2025-09-18' }],
    });
  });

  it('takes the one schedule of its bulk syncs, and not the default schedule of later ones', async () => {
    const { client, sent } = scriptedClient([ok], { apiVersion: '2024-02-08' });
    await client.bulkSync.create({ ...bulk, schedule: { frequency: 'manual' } });
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ schedule: { frequency: 'manual' } });
    const error = await caught(client.bulkSync.create({ ...bulk, default_schedule: { frequency: 'manual' } }));
    expect(error).toMatchObject({ issues: [{ field: 'schedule' }, { field: 'default_schedule' }] });
  });

  it('takes resync for a bulk run, which the newest refuses', async () => {
    const older = scriptedClient([ok], { apiVersion: '2024-02-08' });
    await older.client.bulkSync.start({ id, resync: true });
    expect(older.sent[0]?.body).toBe('{"resync":true}');
    const error = await caught(scriptedClient([ok]).client.bulkSync.start({ id, resync: true }));
    expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field: 'resync' }] });
  });
});
