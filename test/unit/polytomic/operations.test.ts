import { describe, expect, it } from '@jest/globals';
import type { PolytomicClient } from '../../../src/polytomic/client';
import { operationNames } from '../../../src/polytomic/operations';
import { pathParameters } from '../../../src/polytomic/request';
import { shape } from '../../../src/polytomic/shapes';
import { exampleInput, rows } from './support/example-inputs';
import { scriptedClient } from './support/scripted-fetch';

/** The client's method of a dotted name. */
function methodOf(client: PolytomicClient, name: string): (input: unknown, options?: object) => Promise<unknown> {
  return name.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], client) as never;
}

describe('every row', () => {
  it('is a method of the client under its own name', () => {
    const { client } = scriptedClient([]);
    expect(operationNames).toEqual(rows.map(([name]) => name));
    rows.forEach(([name, row]) => {
      expect(row.name).toBe(name);
      expect(typeof methodOf(client, name)).toBe('function');
    });
  });

  it.each(rows)('%s gives no name to two of path, query and body', (_name, row) => {
    const query = Object.keys(row.query?.().shape ?? {});
    const bodies = [row.body, row.older?.body].map((body) => Object.keys(body?.().shape ?? {}));
    bodies.forEach((body) => {
      const names = [...pathParameters(row.path), ...query, ...body];
      expect(names).toHaveLength(new Set(names).size);
    });
  });

  it.each(rows)('%s is sent with every field that it has, where these may stand together', async (name, row) => {
    const { client, sent } = scriptedClient([{ status: 404 }]);
    const input = exampleInput(row);
    await methodOf(client, name)(input).catch(() => undefined);
    expect(sent).toHaveLength(1);
    const alternatives = ['properties', 'source_identities'];
    const fields = Object.keys({ ...row.query?.().shape, ...row.body?.().shape });
    expect(Object.keys(input)).toEqual(expect.arrayContaining(fields.filter((field) => !alternatives.includes(field))));
  });
});

describe('the groups of operations', () => {
  const inGroup = (group: string): string[] => rows.filter(([, row]) => row.group === group).map(([name]) => name);

  it('let read only read', () => {
    expect(rows.filter(([, row]) => row.group === 'read' && row.method !== 'GET')).toEqual([]);
  });

  it('let run start, activate and cancel single runs, and create only create syncs', () => {
    expect(inGroup('run').sort()).toEqual([
      'bulkSync.activate',
      'bulkSync.executions.cancel',
      'bulkSync.executions.exportLogs',
      'bulkSync.start',
      'modelSync.activate',
      'modelSync.executions.cancel',
      'modelSync.start',
      'schemas.refresh',
    ]);
    expect(inGroup('create').sort()).toEqual(['bulkSync.create', 'modelSync.create']);
  });

  it('keep for provisioning what changes connections, models, schemas and syncs, and what is asked for that', () => {
    expect(inGroup('provisioning').sort()).toEqual([
      'bulkSync.delete',
      'bulkSync.errorHandling.update',
      'bulkSync.schedules.create',
      'bulkSync.schedules.delete',
      'bulkSync.schedules.update',
      'bulkSync.schemas.patch',
      'bulkSync.schemas.update',
      'bulkSync.update',
      'connections.create',
      'connections.delete',
      'connections.getTypeParameterValues',
      'connections.testConnection',
      'connections.update',
      'modelSync.delete',
      'modelSync.errorHandling.update',
      'modelSync.update',
      'models.create',
      'models.delete',
      'models.post',
      'models.preview',
      'models.update',
      'schemas.deleteField',
      'schemas.patchField',
      'schemas.resetPrimaryKeys',
      'schemas.setPrimaryKeys',
      'schemas.upsertField',
    ]);
  });

  it('keep for all what administrates, calls through, reads records of customers, or ends runs of others', () => {
    const all = inGroup('all');
    const left = all.filter((name) => !/^(organization|users|permissions|webhooks)\./.test(name));
    expect(left.sort()).toEqual([
      'bulkSync.cancel',
      'bulkSync.schemas.cancel',
      'connections.connect',
      'connections.createSharedConnection',
      'connections.executeProxy',
      'connections.getConnectSession',
      'connections.listSharedConnectionsForPartner',
      'connections.proxy.updateProxySettings',
      'entities.getForPartner',
      'modelSync.cancel',
      'models.sample',
      'notifications.setGlobalErrorSubscribers',
      'queryRunner.getQuery',
      'queryRunner.runQuery',
      'schemas.getRecords',
      'temporaryCredentials.create',
    ]);
    const administration = rows.filter(([name]) => /^(users|permissions)\./.test(name)).map(([name]) => name);
    expect(all).toEqual(expect.arrayContaining(administration));
    expect(all).toEqual(expect.arrayContaining(rows.filter(([, row]) => row.partner).map(([name]) => name)));
  });

  it('ask for a key wherever something is created or started', () => {
    const starts = rows.filter(([, row]) => row.starts).map(([name]) => name);
    expect(starts.sort()).toEqual([
      'bulkSync.create',
      'bulkSync.executions.exportLogs',
      'bulkSync.schedules.create',
      'bulkSync.start',
      'connections.connect',
      'connections.create',
      'connections.createSharedConnection',
      'connections.executeProxy',
      'modelSync.create',
      'modelSync.start',
      'models.create',
      'models.preview',
      'organization.create',
      'permissions.policies.create',
      'permissions.roles.create',
      'queryRunner.runQuery',
      'schemas.refresh',
      'temporaryCredentials.create',
      'users.create',
      'users.createApiKey',
      'users.createCurrentOrgUser',
      'webhooks.create',
    ]);
  });
});

describe('a shape', () => {
  it('is built when it is first used, and once', () => {
    let built = 0;
    const lazy = shape(() => {
      built += 1;
      return undefined as never;
    });
    expect(built).toBe(0);
    lazy();
    expect(built).toBe(1);
  });
});

describe('the compiler', () => {
  /** Never called: it is the type check of the tests that proves these lines. */
  async function refused(client: PolytomicClient): Promise<void> {
    // @ts-expect-error a misspelt field
    await client.modelSync.start({ id: 's', resynk: true });
    // @ts-expect-error a missing id
    await client.modelSync.start({ resync: true });
    // @ts-expect-error a field of another type
    await client.modelSync.start({ id: 's', resync: 'yes' });
    // @ts-expect-error a mode that does not exist
    await client.bulkSync.start({ id: 's', resync_mode: 'everything' });
    // @ts-expect-error a parameter named as the other kind of sync names it
    await client.bulkSync.executions.get({ sync_id: 's', id: 'e' });
    // @ts-expect-error an operation without parameters
    await client.connections.list({ id: 's' });
    // @ts-expect-error an operation that does not exist
    const missing: keyof PolytomicClient['modelSync'] = 'restart';
    void missing;
    const execution = await client.modelSync.executions.get({ sync_id: 's', id: 'e' });
    // @ts-expect-error a misspelt field of an answer
    void execution.finished_at;
    // @ts-expect-error a field that may be absent
    void execution.counts.total;
    // @ts-expect-error an option that does not exist
    await client.modelSync.get({ id: 's' }, { retries: 3 });
    const status: string | null | undefined = execution.status;
    void status;
  }

  it('refuses what the lines above mark', () => {
    expect(refused).toBeInstanceOf(Function);
  });
});
