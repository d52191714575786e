import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

interface Field {
  readonly id: string;
  readonly is_primary_key: boolean;
}

const fieldsOf = async (emulator: Emulator, path: string): Promise<Field[]> =>
  (await send(emulator, `GET ${path}`)).body.data.fields as Field[];

describe('the cache of schemas', () => {
  it('tells a refresh by its times, and shows what it found only when it has ended', async () => {
    const emulator = await emulate();
    const seed = { schemas: ['a'], schemasAfterRefresh: ['a', 'b'], refreshMs: 2_000 };
    const path = `/api/connections/${String(emulator.addConnection(seed).id)}/schemas`;
    const status = async () => (await send(emulator, `GET ${path}/status`)).body.data;
    const before = await status();
    expect(before).toMatchObject({ cache_status: 'cached', last_refresh_started: before.last_refresh_finished });
    emulator.clock.advance(500);
    const answer = await send(emulator, `POST ${path}/refresh`);
    expect([answer.status, answer.text, answer.headers.get('location')]).toEqual([202, '', `${path}/status`]);
    const during = await status();
    expect(during).toMatchObject({
      cache_status: 'refreshing',
      last_refresh_finished: before.last_refresh_finished,
    });
    expect(Date.parse(String(during.last_refresh_started))).toBe(emulator.clock.now());
    expect((await send(emulator, `GET ${path}/b`)).status).toBe(404);
    emulator.clock.advance(1_000);
    await send(emulator, `POST ${path}/refresh`);
    emulator.clock.advance(1_000);
    const after = await status();
    expect(after).toMatchObject({ cache_status: 'fresh', last_refresh_started: during.last_refresh_started });
    expect(Date.parse(String(after.last_refresh_finished))).toBe(emulator.clock.now());
    expect((await send(emulator, `GET ${path}/b`)).body.data).toMatchObject({ id: 'b', name: 'b' });
  });

  it('is empty for a new connection until it has been inspected, which begins by itself', async () => {
    const emulator = await emulate({ inspectionMs: 1_000 });
    const body = {
      name: 'New',
      type: 'postgresql',
      configuration: { hostname: 'db', username: 'polytomic', password: 'hunter22', database: 'analytics', port: 5432 },
    };
    const path = `/api/connections/${(await send(emulator, 'POST /api/connections', { body })).body.data.id}/schemas`;
    const started = new Date(emulator.clock.now()).toISOString();
    const during = { cache_status: 'refreshing', last_refresh_started: started, last_refresh_finished: null };
    expect((await send(emulator, `GET ${path}/status`)).body.data).toEqual(during);
    // A schema that is asked for by its id is read at once.
    expect((await send(emulator, `GET ${path}/public.users`)).status).toBe(200);
    emulator.clock.advance(1_000);
    expect((await send(emulator, `GET ${path}/public.users`)).status).toBe(200);
  });

  it('is not refreshed for a connection that is not healthy', async () => {
    const emulator = await emulate();
    const { id } = emulator.addConnection({ status: 'unhealthy' });
    expect((await send(emulator, `POST /api/connections/${String(id)}/schemas/refresh`)).status).toBe(400);
    expect((await send(emulator, 'POST /api/connections/nobody/schemas/refresh')).status).toBe(404);
  });

  it('finds what the source has by then', async () => {
    const emulator = await emulate();
    const id = String(emulator.addConnection().id);
    emulator.updateConnection(id, { schemas: ['later'] });
    const later = `GET /api/connections/${id}/schemas/later`;
    expect((await send(emulator, later)).status).toBe(404);
    await send(emulator, `POST /api/connections/${id}/schemas/refresh`);
    emulator.clock.advance(1_000);
    expect((await send(emulator, later)).status).toBe(200);
  });
});

describe('a schema', () => {
  it('shows a sample: given records, made up ones, or none', async () => {
    const emulator = await emulate();
    const schemas = [
      { id: 'given', records: [{ id: 7 }] },
      { id: 'made up', fields: ['id', { id: 'age', type: 'number' }] },
      { id: 'none', records: [] },
    ];
    const path = `/api/connections/${String(emulator.addConnection({ schemas }).id)}/schemas`;
    const sample = async (id: string) => (await send(emulator, `GET ${path}/${id}/records`)).body.data;
    expect(await sample('given')).toEqual([{ id: 7 }]);
    expect(await sample('made%20up')).toContainEqual({ id: 'id 1', age: 1 });
    expect(await sample('none')).toBeNull();
  });

  it('gets fields of users once the refresh that they begin has ended, and loses no other', async () => {
    const emulator = await emulate();
    const connection = `/api/connections/${String(emulator.addConnection().id)}`;
    const path = `${connection}/schemas/public.users`;
    const field = { field_id: 'age', label: 'Age', type: 'number', definition: 'bigint' };
    const upsert = (fields: object[]) => send(emulator, `POST ${path}/fields`, { body: { fields } });
    expect((await upsert([field, { ...field, field_id: 'x', type: 'colour' }])).status).toBe(400);
    expect((await upsert([{ ...field, field_id: 'id' }])).status).toBe(400);
    expect((await upsert([field])).status).toBe(202);
    expect(await fieldsOf(emulator, path)).toHaveLength(3);
    emulator.clock.advance(1_000);
    expect(await fieldsOf(emulator, path)).toContainEqual(
      expect.objectContaining({ id: 'age', name: 'Age', type: 'number', type_spec: 'bigint', user_managed: true }),
    );
    const patch = (body: object) => send(emulator, `PATCH ${path}/fields/age`, { body });
    expect((await patch({ label: 'Years', path: '$.age' })).body.data).toMatchObject({
      name: 'Years',
      path: '$.age',
      type_spec: 'bigint',
    });
    const retyped = (await patch({ type: 'string', label: null, path: '' })).body.data;
    expect(retyped).toMatchObject({ name: 'Years', type: 'string' });
    expect(retyped).not.toHaveProperty('type_spec');
    expect(retyped).not.toHaveProperty('path');
    expect((await patch({ type: 'unknown' })).status).toBe(400);
    expect((await send(emulator, `PATCH ${path}/fields/id`, { body: {} })).status).toBe(400);
    const remove = async (id: string) => (await send(emulator, `DELETE ${path}/fields/${id}`)).status;
    expect([await remove('id'), await remove('nobody'), await remove('age')]).toEqual([400, 404, 202]);
    expect(await fieldsOf(emulator, path)).toHaveLength(3);
  });

  it('takes a whole set of key overrides at a time, and its own key again', async () => {
    const emulator = await emulate();
    const path = `/api/connections/${String(emulator.addConnection().id)}/schemas/public.users`;
    const keys = async () =>
      (await fieldsOf(emulator, path)).filter(({ is_primary_key }) => is_primary_key).map(({ id }) => id);
    const set = (fields: object[]) => send(emulator, `PUT ${path}/primary_keys`, { body: { fields } });
    const asked = [
      { field_id: 'id', is_primary_key: false },
      { field_id: 'name', is_primary_key: true },
    ];
    expect(await keys()).toEqual(['id']);
    expect((await set(asked)).status).toBe(202);
    expect(await keys()).toEqual(['name']);
    await set([{ field_id: 'updated_at', is_primary_key: true }]);
    expect(await keys()).toEqual(['id', 'updated_at']);
    expect((await set([{ field_id: 'colour', is_primary_key: true }])).status).toBe(400);
    expect((await send(emulator, `DELETE ${path}/primary_keys`)).status).toBe(202);
    expect(await fieldsOf(emulator, path)).toEqual([
      expect.objectContaining({ id: 'id', is_primary_key: true, source_primary_key: true }),
      expect.not.objectContaining({ primary_key_override: expect.anything() }),
      expect.not.objectContaining({ is_primary_key: true }),
    ]);
  });
});
