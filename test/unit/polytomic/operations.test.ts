import { describe, expect, it } from '@jest/globals';
import type { PolytomicClient } from '../../../src/polytomic/client';
import { mapOperations, type AnyOperation } from '../../../src/polytomic/operation';
import { operationNames, operations } from '../../../src/polytomic/operations';
import { pathParameters } from '../../../src/polytomic/request';
import { shape } from '../../../src/polytomic/shapes';
import { caught, scriptedClient } from './support/scripted-fetch';

const rows: [string, AnyOperation][] = [];
mapOperations(operations, (name, row) => rows.push([name, row]));

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

  it.each(rows)('%s marks as secret in its request only fields that it has', (_name, row) => {
    const fields = Object.keys({ ...row.query?.().shape, ...row.body?.().shape });
    expect(fields).toEqual(expect.arrayContaining((row.secrets.request ?? []).map((path) => path.split('.')[0])));
  });

  it.each(rows)('%s shows in no error a key, an id or a secret that the vendor quotes', async (name, row) => {
    const marked = (row.secrets.request ?? []).map((field) => [field, `secret-in-${field}`]);
    const required = { name: 'n', mode: 'create', target: { connection_id: 'c' }, fields: [], schedule: {} };
    const body = row.secrets.request ? required : bodyOf(name);
    const ids = Object.fromEntries(pathParameters(row.path).map((parameter) => [parameter, 'id-of-something']));
    const message = `no: test-key-1234 ${marked.flat().join(' ')} https://s3.example/x?signature=abc`;
    const { client, sent } = scriptedClient([{ status: 422, json: { message } }]);
    const error = await caught(methodOf(client, name)({ ...ids, ...body, ...Object.fromEntries(marked) }));
    expect(sent).toHaveLength(1);
    expect(error).toMatchObject({ code: 'Rejected', operation: name });
    const shown = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`;
    ['test-key-1234', 'secret-in', 'signature=abc', 'id-of-something'].forEach((text) =>
      expect(shown).not.toContain(text),
    );
  });

  /** The least that each write takes. */
  function bodyOf(name: string): object {
    const bulk = { name: 'n', mode: 'append', source_connection_id: 's', destination_connection_id: 'd' };
    const whole = { ...bulk, destination_configuration: {}, default_schedule: { frequency: 'manual' } };
    const writes: Record<string, object> = {
      'bulkSync.create': whole,
      'bulkSync.update': whole,
      'bulkSync.activate': { active: true },
      'modelSync.activate': { active: true },
      'bulkSync.schedules.create': { schedule: { frequency: 'manual' } },
      'bulkSync.schedules.update': { schedule: { frequency: 'manual' } },
      'modelSync.targets.getTargetFields': { target: 'contact' },
    };
    return writes[name] ?? {};
  }
});

describe('the groups of operations', () => {
  const inGroup = (group: string): string[] => rows.filter(([, row]) => row.group === group).map(([name]) => name);

  it('allow runs to read, start, cancel, create and activate, and to change nothing else', () => {
    const writes = inGroup('runs').filter((name) =>
      rows.some(([found, row]) => found === name && row.method !== 'GET'),
    );
    expect(writes.sort()).toEqual([
      'bulkSync.activate',
      'bulkSync.cancel',
      'bulkSync.create',
      'bulkSync.executions.cancel',
      'bulkSync.executions.exportLogs',
      'bulkSync.schemas.cancel',
      'bulkSync.start',
      'modelSync.activate',
      'modelSync.cancel',
      'modelSync.create',
      'modelSync.executions.cancel',
      'modelSync.start',
    ]);
  });

  it('keep updates, deletes, schedules, schemas and error handling for provisioning', () => {
    expect(inGroup('provisioning').sort()).toEqual([
      'bulkSync.delete',
      'bulkSync.errorHandling.update',
      'bulkSync.schedules.create',
      'bulkSync.schedules.delete',
      'bulkSync.schedules.update',
      'bulkSync.schemas.patch',
      'bulkSync.schemas.update',
      'bulkSync.update',
      'modelSync.delete',
      'modelSync.errorHandling.update',
      'modelSync.update',
    ]);
  });

  it('ask for a key wherever something is created or started', () => {
    const starts = rows.filter(([, row]) => row.starts).map(([name]) => name);
    expect(starts.sort()).toEqual([
      'bulkSync.create',
      'bulkSync.executions.exportLogs',
      'bulkSync.schedules.create',
      'bulkSync.start',
      'modelSync.create',
      'modelSync.start',
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
