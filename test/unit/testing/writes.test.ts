import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

const model = {
  name: 'Users',
  mode: 'create',
  fields: [],
  schedule: { frequency: 'manual' },
  target: { connection_id: '00000000-0000-4000-8000-000000000012' },
};
const bulk = {
  name: 'Lake',
  mode: 'replicate',
  source_connection_id: 'a',
  destination_connection_id: 'b',
  destination_configuration: {},
  default_schedule: { frequency: 'manual' },
};

describe('writes', () => {
  it('to a model sync replace everything by PUT and keep the rest by the older PATCH', async () => {
    const emulator = await emulate();
    const created = (await send(emulator, 'POST /api/syncs', { body: { ...model, active: false, policies: ['p'] } }))
      .body.data;
    expect(created).toMatchObject({ active: false, policies: ['p'] });
    emulator.clock.advance(1_000);
    const path = `/api/syncs/${created.id}`;
    const patched = await send(emulator, `PATCH ${path}`, {
      body: { ...model, name: 'Patched' },
      version: '2023-04-25',
    });
    expect(patched.body.data).toMatchObject({ name: 'Patched', policies: ['p'], active: false });
    const replaced = (await send(emulator, `PUT ${path}`, { body: { ...model, name: 'Replaced' } })).body.data;
    expect(replaced).toMatchObject({
      id: created.id,
      name: 'Replaced',
      policies: [],
      active: true,
      created_at: created.created_at,
    });
    expect(replaced.updated_at).not.toBe(created.updated_at);
    expect((await send(emulator, `GET ${path}`)).body.data).toEqual(replaced);
  });

  it('to a bulk sync leave its schemas alone unless some are listed', async () => {
    const emulator = await emulate();
    const { id } = (await send(emulator, 'POST /api/bulk/syncs', { body: { ...bulk, schemas: ['public.users'] } })).body
      .data;
    const enabled = async () => {
      const { data } = (await send(emulator, `GET /api/bulk/syncs/${id}/schemas?filters[enabled]=true`)).body;
      return (data as unknown as { id: string }[]).map((schema) => schema.id);
    };
    expect(await enabled()).toEqual(['public.users']);
    await send(emulator, `PUT /api/bulk/syncs/${id}`, { body: bulk });
    expect(await enabled()).toEqual(['public.users']);
    await send(emulator, `PUT /api/bulk/syncs/${id}`, { body: { ...bulk, schemas: [{ id: 'public.orders' }] } });
    expect(await enabled()).toEqual(['public.orders']);
  });

  it('to a schema enable every field where they name none', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync({ schemas: [{ id: 'a', fields: ['x', { id: 'y', enabled: false }] }] });
    const [one, all] = [`/api/bulk/syncs/${id}/schemas/a`, `/api/bulk/syncs/${id}/schemas`];
    expect((await send(emulator, `GET ${one}`)).body.data).toMatchObject({
      fields: [{ enabled: true }, { enabled: false }],
    });
    await send(emulator, `PATCH ${all}`, { body: { schemas: [{ id: 'a', tracking_field: 'x' }] } });
    expect((await send(emulator, `GET ${one}`)).body.data).toMatchObject({
      tracking_field: 'x',
      fields: [{ enabled: true }, { enabled: true }],
    });
    const put = await send(emulator, `PUT ${one}`, {
      body: { enabled: false, fields: [{ id: 'x', obfuscated: true }] },
    });
    expect(put.body.data).toMatchObject({ enabled: false, fields: [{ id: 'x', obfuscated: true }] });
    expect(put.body.data).not.toHaveProperty('tracking_field');
    expect((await send(emulator, `PATCH ${all}`, { body: { schemas: [{ id: 'z' }] } })).status).toBe(404);
  });

  it('to schedules go by the ids that the sync shows', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync();
    const path = `/api/bulk/syncs/${id}/schedules`;
    const made = await send(emulator, `POST ${path}`, {
      body: { schedule: { frequency: 'daily', hour: '4', selectiveMode: 'none' } },
    });
    expect(made.body.data).toMatchObject({ frequency: 'daily', hour: '4', isDefault: false, syncId: id });
    expect(made.body.data).not.toHaveProperty('id');
    const { default_schedule, additional_schedules } = (await send(emulator, `GET /api/bulk/syncs/${id}`)).body.data;
    const [own, first] = [additional_schedules as { id: string }[], default_schedule as { id: string }];
    await send(emulator, `PUT ${path}/${own[0]?.id}`, { body: { schedule: { frequency: 'hourly', minute: '15' } } });
    expect((await send(emulator, `GET ${path}/${own[0]?.id}`)).body.data).toMatchObject({
      frequency: 'hourly',
      hour: null,
    });
    expect((await send(emulator, `DELETE ${path}/${first.id}`)).status).toBe(403);
    expect((await send(emulator, `DELETE ${path}/${own[0]?.id}`)).status).toBe(200);
    expect((await send(emulator, `GET ${path}`)).body.data).toHaveLength(1);
  });

  it('to error handling change what they name, and 0 clears the threshold', async () => {
    const emulator = await emulate();
    const [modelSync, bulkSync] = [emulator.addModelSync(), emulator.addBulkSync()];
    const path = `/api/syncs/${modelSync.id}/error-handling`;
    await send(emulator, `PUT ${path}`, { body: { subscribers: ['a@example.com'] } });
    await send(emulator, `PUT ${path}`, { body: { warning_notifications: true } });
    expect((await send(emulator, `GET ${path}`)).body.data).toMatchObject({
      subscribers: ['a@example.com'],
      warning_notifications: true,
      auto_retry_record_errors: false,
    });
    const threshold = async (value: number) => {
      const body = { ingestion_failure_threshold: value };
      return (await send(emulator, `PUT /api/bulk/syncs/${bulkSync.id}/error-handling`, { body })).body.data;
    };
    expect(await threshold(60)).toMatchObject({ ingestion_failure_threshold: 60 });
    expect(await threshold(0)).toMatchObject({ ingestion_failure_threshold: null });
    const wrong = { body: { ingestion_failure_threshold: -1 } };
    expect((await send(emulator, `PUT /api/bulk/syncs/${bulkSync.id}/error-handling`, wrong)).status).toBe(400);
  });

  it('into another organization are forbidden, several mappings without a strategy refused', async () => {
    const emulator = await emulate();
    const foreign = { organization_id: '00000000-0000-4000-8000-0000000000ff' };
    expect((await send(emulator, 'POST /api/syncs', { body: { ...model, ...foreign } })).status).toBe(403);
    expect((await send(emulator, 'POST /api/bulk/syncs', { body: { ...bulk, ...foreign } })).status).toBe(403);
    const mapping = { function: 'Equality', source: { field: 'id', model_id: 'm' }, target: 'id' };
    const body = { ...model, identities: { mappings: [mapping, mapping] } };
    expect((await send(emulator, 'POST /api/syncs', { body })).status).toBe(422);
  });

  it('of activation tell the new state and refuse a model sync with problems', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ active: false });
    const activate = (active: boolean) => send(emulator, `POST /api/syncs/${id}/activate`, { body: { active } });
    expect((await activate(true)).body.data).toEqual({ id, active: true });
    emulator.updateSync(id, { problems: [{ message: 'gone' }] });
    expect((await activate(true)).status).toBe(422);
    expect((await activate(false)).status).toBe(200);
    expect(emulator.sync(id).fields.active).toBe(false);
  });
});
