/** Syncs and models as Polytomic's Terraform provider and Go SDK write and read them, up to 2024-02-08 and after. */
import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked, refusal } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const [older, newest] = ['2024-02-08', '2025-09-18'];
const warehouse = '00000000-0000-4000-8000-000000000011';
const crm = '00000000-0000-4000-8000-000000000012';
const noModel = '00000000-0000-0000-0000-000000000000';
const schedule = { frequency: 'manual' };

function modelSyncOf(emulator: Emulator): { model_id: string; body: Record<string, unknown> } {
  const model_id = String(emulator.addModel({ name: 'Users' }).id);
  const source = { model_id, field: 'email' };
  const filter = { field: source, field_type: 'Model', function: 'IsNotNull' };
  const body = {
    name: 'Users to CRM',
    mode: 'updateOrCreate',
    schedule,
    target: { connection_id: crm, object: 'contacts', create: { folder: 'x' } },
    identity: { source, target: 'email', function: 'Equality' },
    fields: [{ source, target: 'email' }],
    filters: [filter, { ...filter, function: 'IsNull' }],
    encryption_passphrase: 'hunter22',
  };
  return { model_id, body };
}

describe('a model sync', () => {
  it.each([older, newest])(
    'shows its models, labels and field ids, and no passphrase nor creation (%s)',
    async (version) => {
      const emulator = await emulate();
      const { model_id, body } = modelSyncOf(emulator);
      const created = (await callChecked(emulator, 'POST /api/syncs', { version, body })).body.data;
      const path = `/api/syncs/${created.id}`;
      const updated = await callChecked(emulator, `PUT ${path}`, { version, body });
      const read = await callChecked(emulator, `GET ${path}`, { version });
      const listed = await send(emulator, 'GET /api/syncs', { version });
      for (const sync of [created, updated.body.data, read.body.data]) {
        expect(sync).toMatchObject({
          model_ids: [model_id],
          filters: [{ label: 'A' }, { label: 'B', field_id: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
          target: { connection_id: crm, object: 'contacts' },
        });
        expect(sync).not.toHaveProperty('encryption_passphrase');
        expect(sync).not.toHaveProperty('target.create');
      }
      expect(listed.text).not.toContain('hunter22');
      const model = (await callChecked(emulator, `GET /api/models/${model_id}`, { version })).body.data;
      const ids = (model.fields as { id: string }[]).map(({ id }) => id);
      expect(ids).toHaveLength(3);
    },
  );

  it('has its fixed values among the mappings up to 2024-02-08, and apart after', async () => {
    const emulator = await emulate();
    const { body } = modelSyncOf(emulator);
    const { fields } = body as { fields: object[] };
    const fixed = { target: 'origin', override_value: 'polytomic' };
    const plain = { target: 'team', override_value: 'data' };
    const another = { ...plain, source: { model_id: noModel, field: '' } };
    const written = { ...body, fields: [...fields, another], override_fields: [fixed] };
    const { id } = (await callChecked(emulator, 'POST /api/syncs', { version: older, body: written })).body.data;
    const read = async (version: string) =>
      (await callChecked(emulator, `GET /api/syncs/${id}`, { version })).body.data;
    expect(await read(older)).toMatchObject({ fields: [...fields, plain, fixed], override_fields: [] });
    expect(await read(newest)).toMatchObject({ fields, override_fields: [plain, fixed] });
    const listed = (await send(emulator, 'GET /api/syncs', { version: older })).body.data;
    expect(listed).toContainEqual(expect.objectContaining({ id, fields: [...fields, plain, fixed] }));
  });

  it('labels its filters itself, by their place, whatever they were called', async () => {
    const emulator = await emulate();
    const { body } = modelSyncOf(emulator);
    const filters = (body.filters as object[]).map((filter, index) => ({ ...filter, label: `mine ${index}` }));
    const { id, ...made } = (
      await callChecked(emulator, 'POST /api/syncs', { version: older, body: { ...body, filters } })
    ).body.data;
    expect(made.filters).toMatchObject([{ label: 'A' }, { label: 'B' }]);
    const fewer = { ...body, filters: filters.slice(1) };
    const updated = await callChecked(emulator, `PUT /api/syncs/${id}`, { version: older, body: fewer });
    expect(updated.body.data.filters).toMatchObject([{ function: 'IsNull', label: 'A' }]);
  });

  it('makes a new target by name, which is there from then on', async () => {
    const emulator = await emulate();
    const { body } = modelSyncOf(emulator);
    const target = { connection_id: crm, object: '__pt_new_target', new_name: 'People', search_values: { list: 'p' } };
    const created = await callChecked(emulator, 'POST /api/syncs', { version: older, body: { ...body, target } });
    expect(created.body.data.target).toEqual(target);
    const objects = (await callChecked(emulator, `GET /api/connections/${crm}/modelsync/targetobjects`)).body.data;
    expect((objects as unknown as { id: string }[]).map(({ id }) => id)).toEqual([
      'contacts',
      'companies',
      'deals',
      'People',
    ]);
    const nameless = { ...body, target: { connection_id: crm, object: '__pt_new_target' } };
    expect(refusal(await send(emulator, 'POST /api/syncs', { body: nameless }))).toEqual([
      422,
      'body.target.new_name: required for a new target',
    ]);
  });

  it('wants its target connection and models to be there, as the newest version declares', async () => {
    const emulator = await emulate();
    const { body } = modelSyncOf(emulator);
    const gone = { ...body, target: { connection_id: 'gone', object: 'contacts' } };
    expect(refusal(await send(emulator, 'POST /api/syncs', { body: gone }))).toEqual([
      404,
      'connection gone not found',
    ]);
    const lost = { ...body, fields: [{ source: { model_id: 'lost', field: 'id' }, target: 'id' }] };
    expect(refusal(await send(emulator, 'POST /api/syncs', { body: lost }))).toEqual([404, 'model lost not found']);
    expect((await send(emulator, 'POST /api/syncs', { version: older, body: gone })).status).toBe(200);
  });

  it('is answered without newer fields by older versions', async () => {
    const emulator = await emulate();
    const problems = [{ code: 'x', message: 'y' }];
    const identities = { mappings: [] };
    const { id } = emulator.addModelSync({ problems, identities, model_filters: {}, target_filters: {} });
    const newer = ['identities', 'model_filters', 'problems', 'target_filters'];
    for (const version of ['2022-12-12', '2023-04-25', older]) {
      const { data } = (await callChecked(emulator, `GET /api/syncs/${id}`, { version })).body;
      expect(Object.keys(data).filter((name) => newer.includes(name))).toEqual([]);
      const listed = (await callChecked(emulator, 'GET /api/syncs', { version })).body.data as unknown as object[];
      const item = listed.find((sync) => (sync as { id: string }).id === id) ?? {};
      expect(Object.keys(item).filter((name) => newer.includes(name))).toEqual([]);
      expect(item).toHaveProperty('target');
    }
    expect((await callChecked(emulator, `GET /api/syncs/${id}`)).body.data).toMatchObject({ problems, identities });
  });
});

describe('the list of model syncs in 2022-12-12', () => {
  it('comes in pages of whole syncs, as its page says', async () => {
    const emulator = await emulate({ seed: { modelSyncs: Array.from({ length: 120 }, () => ({})) } });
    const list = async (query: string) =>
      (await send(emulator, `GET /api/syncs${query}`, { version: '2022-12-12' })).body;
    const seen: string[] = [];
    for (let query = '?limit=500'; query !== '';) {
      const { data, pagination } = await list(query);
      const items = data as unknown as { id: string; target: object }[];
      expect(items[0]?.target).toBeDefined();
      seen.push(...items.map(({ id }) => id));
      query = pagination?.next_page_token === undefined ? '' : `?page_token=${pagination.next_page_token}`;
    }
    expect(new Set(seen).size).toBe(120);
    for (const limit of ['0', '-1']) expect((await list(`?limit=${limit}`)).data).toHaveLength(50);
    expect((await list('?limit=7')).data).toHaveLength(7);
  });
});

describe('the version header', () => {
  it('is required by option, where the page of the operation says so', async () => {
    const id = '00000000-0000-4000-8000-000000000021';
    const strict = await emulate({ requireVersion: true });
    for (const path of ['/api/syncs', `/api/syncs/${id}`, `/api/syncs/${id}/status`]) {
      expect(refusal(await send(strict, `GET ${path}`))).toEqual([400, 'X-Polytomic-Version: required, but missing']);
      expect((await send(strict, `GET ${path}`, { version: older })).status).toBe(200);
    }
    expect((await send(strict, 'POST /api/syncs', { body: {} })).body.message).toContain('X-Polytomic-Version');
    expect((await send(strict, 'GET /api/bulk/syncs')).status).toBe(200);
    expect((await send(await emulate(), 'GET /api/syncs')).status).toBe(200);
  });
});

describe('a bulk sync of 2024-02-08', () => {
  const body = {
    name: 'Lake',
    mode: 'replicate',
    source_connection_id: warehouse,
    destination_connection_id: crm,
    destination_configuration: {},
  };

  it('has one schedule, several by multi, and says whether it discovers', async () => {
    const emulator = await emulate();
    const multi = { schedules: [{ item: 'none', schedule: { frequency: 'daily', hour: '3', minute: '0' } }] };
    const written = { ...body, discover: true, schedule: { frequency: 'multi', multi } };
    const { id } = (await callChecked(emulator, 'POST /api/bulk/syncs', { version: older, body: written })).body.data;
    const old = (await callChecked(emulator, `GET /api/bulk/syncs/${id}`, { version: older })).body.data;
    expect(old).toMatchObject({ discover: true, schedule: { frequency: 'multi', multi } });
    const recent = (await callChecked(emulator, `GET /api/bulk/syncs/${id}`)).body.data;
    expect(recent).toMatchObject({ default_schedule: { frequency: 'multi' } });
    for (const name of ['discover', 'schedule', 'multi']) expect(recent).not.toHaveProperty(name);
  });

  it('lives through what Terraform does to it: made, read, changed, switched off, taken away', async () => {
    const emulator = await emulate();
    const at = async (call: string, sent?: object) =>
      (await callChecked(emulator, call, { version: older, ...(sent && { body: sent }) })).body;
    const written = {
      ...body,
      organization_id: '',
      active: true,
      automatically_add_new_fields: 'none',
      automatically_add_new_objects: 'none',
      concurrency_limit: 0,
      resync_concurrency_limit: 0,
      disable_record_timestamps: false,
      destination_configuration: { schema: 'public' },
      schedule,
    };
    const users = {
      id: 'public.users',
      enabled: true,
      tracking_field: 'updated_at',
      fields: [{ id: 'name', enabled: true, obfuscate: true }],
      filters: [{ field_id: 'updated_at', function: 'OnOrAfter', value: '2024-01-01' }],
    };
    const { id } = (await at('POST /api/bulk/syncs', { ...written, schemas: [users] })).data;
    const path = `/api/bulk/syncs/${id}`;
    const enabled = async (): Promise<unknown> =>
      ((await at(`GET ${path}/schemas?filters[enabled]=true`)).data as unknown as object[]).map((schema) => {
        expect(schema).not.toHaveProperty('fields');
        return (schema as { id: string }).id;
      });
    expect(await enabled()).toEqual(['public.users']);
    expect((await at(`GET ${path}/schemas/public.users`)).data).toMatchObject({
      tracking_field: 'updated_at',
      filters: users.filters,
      fields: [{ id: 'name', obfuscated: true }],
    });
    const read = (await at(`GET ${path}`)).data;
    const { organization_id: _none, ...shown } = written;
    expect(read).toMatchObject({ ...shown, organization_id: emulator.organizationId });
    const changed = { ...written, active: false, automatically_add_new_fields: 'onlyIncremental' };
    const update = (await at(`PUT ${path}`, { ...changed, schemas: ['public.users', 'public.orders'] })).data;
    expect(update).toMatchObject({ active: false, automatically_add_new_fields: 'onlyIncremental' });
    expect(await enabled()).toEqual(['public.users', 'public.orders']);
    await at(`DELETE ${path}`);
    expect((await send(emulator, `GET ${path}`, { version: older })).status).toBe(404);
  });

  it('has the modes and the cutoff that its connections offer', async () => {
    const emulator = await emulate();
    const create = (more: object) =>
      send(emulator, 'POST /api/bulk/syncs', { version: older, body: { ...body, schedule, ...more } });
    const intoPostgres = { source_connection_id: crm, destination_connection_id: warehouse };
    expect((await create({ ...intoPostgres })).status).toBe(200);
    expect(refusal(await create({ ...intoPostgres, mode: 'snapshot' }))).toEqual([
      400,
      'body.mode: PostgreSQL takes replicate only',
    ]);
    const cutoff = { data_cutoff_timestamp: '2026-01-01T00:00:00Z' };
    expect(refusal(await create(cutoff))).toEqual([400, 'body.data_cutoff_timestamp: PostgreSQL has no cutoff']);
    expect((await create({ ...intoPostgres, ...cutoff })).status).toBe(200);
    const offered = await callChecked(emulator, `GET /api/connections/${warehouse}/bulksync/target`);
    expect(offered.body.data.modes).toMatchObject([{ id: 'replicate' }]);
  });
});

describe('what only 2024-02-08 has', () => {
  const run = { authorization: undefined };

  it('ends a run that has stalled', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ script: { steps: [{ status: 'running', afterMs: 0 }] } });
    const execution = emulator.startRun(id);
    const path = `/api/syncs/${id}/executions/${execution}`;
    const end = (status: string, version = older) => send(emulator, `PUT ${path}`, { version, body: { status } });
    expect((await end('running')).status).toBe(400);
    expect((await end('failed', newest)).status).toBe(404);
    expect((await end('failed')).body.data).toMatchObject({ id: execution, status: 'failed' });
    expect((await callChecked(emulator, `GET ${path}`)).body.data).toMatchObject({ status: 'failed' });
    expect((await end('failed')).status).toBe(400);
  });

  it('shares a connection by its own path, and reads one target', async () => {
    const emulator = await emulate({ organizations: { child: { id: 'child-id', keys: ['child-key'] } } });
    const sent = { version: older, body: { organization_id: 'child-id', name: 'Theirs' }, ...run };
    const { id } = (await callChecked(emulator, `POST /api/connections/${crm}/share`, sent)).body.data;
    const authorization = 'Bearer child-key';
    const copy = await send(emulator, `GET /api/connections/${id}`, { authorization });
    expect(copy.body.data).toMatchObject({ name: 'Theirs', parent_connection_id: crm });
    expect((await send(emulator, `POST /api/connections/${crm}/share`, { ...sent, version: newest })).status).toBe(404);
    const target = (query: string) =>
      send(emulator, `GET /api/connections/${crm}/modelsync/target?${query}`, { version: older });
    expect((await target('type=contacts')).body.data).toMatchObject({ id: 'contacts' });
    expect((await target('search=COMP')).body.data).toMatchObject({ id: 'companies' });
    expect((await target('type=nothing')).status).toBe(404);
  });
});

describe('a model', () => {
  it('keeps its version through writes that change nothing', async () => {
    const emulator = await emulate();
    const body = {
      name: 'Users',
      connection_id: warehouse,
      configuration: { query: 'select 1' },
      fields: ['id', 'name'],
    };
    const { id } = (await callChecked(emulator, 'POST /api/models', { version: older, body })).body.data;
    const put = async (more: object) =>
      (await callChecked(emulator, `PUT /api/models/${id}`, { version: older, body: { ...body, ...more } })).body.data;
    emulator.clock.advance(1_000);
    expect((await put({})).version).toBe(1);
    expect((await put({ name: 'People' })).version).toBe(2);
    expect((await put({ name: 'People' })).version).toBe(2);
  });
});
