import { describe, expect, it } from '@jest/globals';
import { caught, scriptedClient } from './support/scripted-fetch';

const id = '248df4b7-aa70-47b8-a036-33ac447e668d';
const bulk = {
  name: 'Lake',
  mode: 'replicate',
  source_connection_id: 'a',
  destination_connection_id: 'b',
  destination_configuration: {},
  default_schedule: { frequency: 'manual' },
};
const started = { json: { data: { id: 'e1', status: 'created' } } };

describe('a request', () => {
  it('carries key, version, agent and content type', async () => {
    const { client, sent } = scriptedClient([started]);
    await client.modelSync.start({ id, resync: true }, { idempotencyKey: 'run-0001' });
    expect(sent[0]).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      body: '{"resync":true}',
      headers: {
        Authorization: 'Bearer test-key-1234',
        'X-Polytomic-Version': '2025-09-18',
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'Idempotency-Key': expect.stringMatching(/^tp-[0-9a-f]{64}$/) as unknown as string,
        'User-Agent': expect.stringMatching(/^temporal-polytomic\/\d/) as unknown as string,
      },
    });
    expect(sent[0]?.url.href).toBe(`https://app.polytomic.com/api/syncs/${id}/executions`);
  });

  it('has an empty object as body where all body fields are optional', async () => {
    const { client, sent } = scriptedClient([started]);
    await client.bulkSync.start({ id });
    expect(sent[0]?.body).toBe('{}');
  });

  it('has neither body nor content type where no body is declared', async () => {
    const { client, sent } = scriptedClient([{ json: { data: { message: 'ok' } } }]);
    await client.bulkSync.executions.cancel({ id, exec_id: 'e1' });
    expect(sent[0]?.body).toBeUndefined();
    expect(sent[0]?.headers).not.toHaveProperty('Content-Type');
  });

  it('encodes path parameters, so that each stays one segment', async () => {
    const { client, sent } = scriptedClient([{ json: { data: {} } }]);
    await client.bulkSync.schemas.get({ id, schema_id: 'public.ü?x#y' });
    expect(sent[0]?.url.pathname).toBe(`/api/bulk/syncs/${id}/schemas/public.%C3%BC%3Fx%23y`);
    expect(sent[0]?.url.search).toBe('');
  });

  it('repeats the key of a query list and brackets the keys of a map', async () => {
    const { client, sent } = scriptedClient([{ json: { data: null } }]);
    await client.bulkSync.executions.listStatus({ sync_id: ['a', 'b'] });
    await client.bulkSync.schemas.list({ id, filters: { enabled: 'true' } });
    await client.modelSync.getSourceFields({ id, params: { table: ['x', 'y z'] } });
    expect(sent.map(({ url }) => decodeURIComponent(url.search))).toEqual([
      '?sync_id=a&sync_id=b',
      '?filters[enabled]=true',
      '?params[table]=x&params[table]=y+z',
    ]);
  });

  it('leaves out query and body fields that are undefined', async () => {
    const { client, sent } = scriptedClient([{ json: { data: [] } }, started]);
    await client.bulkSync.list({ active: undefined });
    await client.modelSync.start({ id, resync: undefined });
    expect(sent[0]?.url.search).toBe('');
    expect(sent[1]?.body).toBe('{}');
  });
});

describe('a wrong request', () => {
  it('never leaves, and its error names every bad field without showing any value', async () => {
    const { client, sent } = scriptedClient([started]);
    const wrong = {
      name: 7,
      mode: 'sideways',
      fields: [{ source: { model_id: 'm' } }],
      encryption_passphrase: ['hunter2'],
    };
    const error = await caught(client.modelSync.create(wrong as never));
    expect(error).toMatchObject({ code: 'InvalidRequest', answered: false, operation: 'modelSync.create' });
    const { issues } = error as { issues: { field: string }[] };
    const fields = [
      'encryption_passphrase',
      'fields.0.source.field',
      'fields.0.target',
      'mode',
      'name',
      'schedule',
      'target',
    ];
    expect(issues.map(({ field }) => field).sort()).toEqual(fields);
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(sent).toHaveLength(0);
  });

  it.each([
    ['an unknown field', { id, resink: true }, 'resink'],
    ['a missing id', {}, 'id'],
    ['an empty id', { id: '' }, 'id'],
    ['a blank id', { id: '  ' }, 'id'],
    ['an id that is a dot segment', { id: '..' }, 'id'],
    ['an id that is a number', { id: 7 }, 'id'],
    ['two ways to name records', { id, identities: ['a'], source_identities: [] }, 'source_identities'],
    ['null in the place of a boolean', { id, resync: null }, 'resync'],
  ])('with %s is refused by the name of the field', async (_what, input, field) => {
    const { client } = scriptedClient([started]);
    const error = await caught(client.modelSync.start(input as never));
    expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field }] });
  });

  it('may not be both a test and a resync', async () => {
    const { client } = scriptedClient([started]);
    const error = await caught(client.bulkSync.start({ id, test: true, resync_mode: 'rebuild' }));
    expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field: 'resync_mode' }] });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
  ])('may hold %s for an input without required fields', async (_what, input) => {
    const { client, sent } = scriptedClient([{ json: { data: [] } }]);
    await client.connections.list(input as never);
    expect(sent).toHaveLength(1);
  });

  it.each([
    [{ sync_id: 7 }, 'sync_id'],
    [{ sync_id: ['a', 7] }, 'sync_id.1'],
  ])('with a field of several types is told by the type that was meant: %j', async (input, field) => {
    const { client } = scriptedClient([started]);
    const error = await caught(client.bulkSync.executions.listStatus(input as never));
    expect(error).toMatchObject({ issues: [{ field }] });
  });

  it('names an unknown field inside a list whose items may also be texts', async () => {
    const { client } = scriptedClient([started]);
    const input = { ...bulk, schemas: ['public.users', { id: 'public.orders', enable: true }] };
    const error = await caught(client.bulkSync.create(input as never));
    expect(error).toMatchObject({ issues: [{ field: 'schemas.1.enable', message: 'unknown field' }] });
  });

  it('that is no object is refused', async () => {
    const { client } = scriptedClient([started]);
    expect(await caught(client.modelSync.get('id' as never))).toMatchObject({ issues: [{ field: 'input' }] });
  });
});

describe('an idempotency key', () => {
  it.each(['short', 'has space here', 'sync:run:0001', 'a'.repeat(256), 'käse-und-brot'])(
    '%s is refused',
    async (key) => {
      const { client, sent } = scriptedClient([started]);
      const error = await caught(client.modelSync.start({ id }, { idempotencyKey: key }));
      expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field: 'idempotencyKey' }] });
      expect(sent).toHaveLength(0);
    },
  );

  it('is refused on anything but a POST', async () => {
    const { client } = scriptedClient([started]);
    const error = await caught(client.modelSync.get({ id }, { idempotencyKey: 'run-0001' }));
    expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field: 'idempotencyKey' }] });
  });
});
