import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

const postgres = {
  name: 'Warehouse 2',
  type: 'postgresql',
  configuration: { hostname: 'db', username: 'polytomic', password: 'hunter22', database: 'analytics', port: 5432 },
};
const foreign = { organization_id: '00000000-0000-4000-8000-0000000000ff' };
const mask = '********';

describe('a connection', () => {
  it('is created, read, replaced and deleted without ever telling its secrets', async () => {
    const emulator = await emulate();
    const created = await send(emulator, 'POST /api/connections', { body: { ...postgres, policies: ['p'] } });
    expect(created.body.data).toMatchObject({ name: 'Warehouse 2', status: 'healthy', saved: true, policies: ['p'] });
    const path = `/api/connections/${created.body.data.id}`;
    emulator.clock.advance(1_000);
    const configuration = { ...postgres.configuration, hostname: 'other', password: 'hunter23' };
    const written = { name: 'Renamed', configuration };
    const updated = await send(emulator, `PUT ${path}`, { body: written });
    expect(updated.body.data).toMatchObject({ name: 'Renamed', policies: [] });
    const read = await send(emulator, `GET ${path}`);
    expect(read.body.data).toMatchObject({ configuration: { hostname: 'other', password: mask }, rate_limit: null });
    expect(read.body.data.updated_at).not.toBe(read.body.data.created_at);
    const listed = await send(emulator, 'GET /api/connections');
    expect(listed.body.data).toHaveLength(3);
    for (const { text } of [created, updated, read, listed]) expect(text).not.toContain('hunter2');
    expect((await send(emulator, `DELETE ${path}`)).status).toBe(200);
    expect((await send(emulator, `GET ${path}`)).status).toBe(404);
  });

  it('is made once by requests with one key, and is seen in its own organization only', async () => {
    const emulator = await emulate({ organizations: { other: { keys: ['other-key'] } } });
    const create = () => send(emulator, 'POST /api/connections', { body: postgres, key: 'create-once' });
    const { id } = (await create()).body.data;
    expect((await create()).body.data.id).toBe(id);
    expect((await send(emulator, 'GET /api/connections')).body.data).toHaveLength(3);
    const authorization = 'Bearer other-key';
    expect((await send(emulator, `GET /api/connections/${id}`, { authorization })).status).toBe(404);
    expect((await send(emulator, `DELETE /api/connections/${id}?force=true`, { authorization })).status).toBe(404);
    emulator.fault({ operation: 'connections.get', status: 503 });
    expect((await send(emulator, `GET /api/connections/${id}`)).status).toBe(503);
    emulator.reset();
    expect((await send(emulator, `GET /api/connections/${id}`)).status).toBe(404);
  });

  it('masks what the schema of its type marks, and nothing by its name', async () => {
    const emulator = await emulate();
    const configuration = { api_key: 'k', url: 'https://user:pass@example.com' };
    const own = emulator.addConnection({ type: 'home-made', configuration });
    const typed = emulator.addConnection({
      type: 's3',
      configuration: { aws_access_key_id: 'id', aws_secret_access_key: 's' },
    });
    expect((await send(emulator, `GET /api/connections/${String(own.id)}`)).body.data.configuration).toEqual(
      configuration,
    );
    expect((await send(emulator, `GET /api/connections/${String(typed.id)}`)).body.data.configuration).toEqual({
      aws_access_key_id: 'id',
      aws_secret_access_key: mask,
    });
  });

  it('refuses the mask as a secret, so that a write of what was read is found out', async () => {
    const emulator = await emulate();
    const { id } = (await send(emulator, 'POST /api/connections', { body: postgres })).body.data;
    const { name, configuration } = (await send(emulator, `GET /api/connections/${id}`)).body.data;
    const back = await send(emulator, `PUT /api/connections/${id}`, { body: { name, configuration } });
    expect(back).toMatchObject({ status: 422, body: { message: expect.stringContaining('configuration.password') } });
  });

  it('is checked unless told otherwise, and is then saved with what is wrong', async () => {
    const refusedConfigurations = [{ configuration: { hostname: 'nowhere' }, message: 'no such host' }];
    const emulator = await emulate({ seed: { refusedConfigurations } });
    const configuration = { ...postgres.configuration, hostname: 'nowhere' };
    const body = { ...postgres, configuration };
    const create = (more: object) => send(emulator, 'POST /api/connections', { body: { ...body, ...more } });
    expect(await create({})).toMatchObject({ status: 422, body: { message: 'no such host', status: 422 } });
    expect((await create({ configuration: {} })).body.message).toBe('configuration.hostname: required, but missing');
    expect((await create({ configuration: { hostname: 1 } })).body.message).toContain('expected string');
    expect((await create({ type: 'abacus' })).status).toBe(422);
    expect((await create(foreign)).status).toBe(403);
    const saved = (await create({ validate: false })).body.data;
    expect(saved).toMatchObject({ status: 'unhealthy', status_error: 'no such host' });
    const mended = { name: 'Mended', configuration: { ...configuration, hostname: 'db' } };
    const { data } = (await send(emulator, `PUT /api/connections/${saved.id}`, { body: mended })).body;
    expect(data).toMatchObject({ status: 'healthy' });
    expect(data).not.toHaveProperty('status_error');
  });

  it('is tested without being saved, alone or laid over a present one', async () => {
    const emulator = await emulate({ seed: { refusedConfigurations: [{ configuration: { ssl: true } }] } });
    const { configuration } = postgres;
    const { id } = emulator.addConnection({ configuration: { ...configuration, ssl: false } });
    const test = (body: object) => send(emulator, 'POST /api/connections/test', { body });
    expect(await test({ type: 'postgresql', configuration })).toMatchObject({
      status: 200,
      text: '',
    });
    expect((await test({ type: 'postgresql', configuration: {} })).status).toBe(400);
    expect((await test({ type: 'postgresql', configuration: {}, connection_id: id })).status).toBe(200);
    const refused = await test({ type: 'postgresql', configuration: { ssl: true }, connection_id: id });
    expect(refused).toMatchObject({ status: 400, body: { message: 'cannot connect to PostgreSQL' } });
    expect((await test({ type: 'postgresql', configuration: {}, connection_id: 'x' })).status).toBe(404);
    expect((await test({ type: 'abacus', configuration: {} })).status).toBe(400);
    expect((await send(emulator, `GET /api/connections/${String(id)}`)).body.data.configuration).toMatchObject({
      hostname: 'db',
      ssl: false,
    });
  });

  it('keeps by the older PATCH what the PUT clears, and its type always', async () => {
    const emulator = await emulate();
    const { id } = emulator.addConnection({
      configuration: { ...postgres.configuration, ssh: true, ssl: true },
      policies: ['p'],
    });
    const path = `/api/connections/${String(id)}`;
    const body = { name: 'Renamed', configuration: { ssl: false } };
    emulator.updateConnection(String(id), { status: 'unhealthy', status_error: 'gone' });
    await send(emulator, `PATCH ${path}`, { body, version: '2023-04-25' });
    const read = async () => (await send(emulator, `GET ${path}`)).body.data;
    expect(await read()).toMatchObject({ configuration: { hostname: 'db', ssh: true, ssl: false }, policies: ['p'] });
    expect(await read()).not.toHaveProperty('status_error');
    await send(emulator, `PUT ${path}`, { body: { ...body, configuration: postgres.configuration } });
    expect((await read()).configuration).toMatchObject({ hostname: 'db', ssl: true });
    expect((await read()).configuration).not.toHaveProperty('ssh');
    expect((await send(emulator, `PUT ${path}`, { body: { ...body, type: 's3' } })).status).toBe(422);
  });

  it('waits for its owner where its type wants consent', async () => {
    const emulator = await emulate();
    const body = { name: 'Hub', type: 'hubspot', configuration: {}, redirect_url: 'https://example.com/back' };
    const created = (await send(emulator, 'POST /api/connections', { body })).body.data;
    expect(created).toMatchObject({ status: 'unauthorized', auth_url: expect.stringContaining('https://') });
    emulator.updateConnection(created.id, { status: 'healthy' });
    expect((await send(emulator, `GET /api/connections/${created.id}`)).body.data.status).toBe('healthy');
    const again = { name: 'Hub', configuration: {}, reconnect: true };
    expect((await send(emulator, `PUT /api/connections/${created.id}`, { body: again })).body.data).toHaveProperty(
      'auth_url',
    );
    expect(() => emulator.updateConnection('nobody', {})).toThrow('no connection has the id nobody');
  });
});

describe('deleting a connection', () => {
  it('is refused while it is used, and takes its users along by force', async () => {
    const emulator = await emulate({ seed: {} });
    const { id } = emulator.addConnection();
    const model = emulator.addModel({ connection_id: id });
    const reader = emulator.addModelSync({ model_ids: [model.id] });
    const writer = emulator.addModelSync({ target: { connection_id: id } });
    const bulk = emulator.addBulkSync({ source_connection_id: id, script: 'neverEnds' });
    const other = emulator.addBulkSync();
    const run = emulator.startRun(bulk.id);
    const path = `/api/connections/${String(id)}`;
    expect(await send(emulator, `DELETE ${path}`)).toMatchObject({
      status: 422,
      body: { message: 'connection in use' },
    });
    expect((await send(emulator, `DELETE ${path}?force=true`)).status).toBe(200);
    emulator.clock.advance(50);
    const gone = [path, `/api/syncs/${reader.id}`, `/api/syncs/${writer.id}`, `/api/bulk/syncs/${bulk.id}`];
    for (const each of gone) expect((await send(emulator, `GET ${each}`)).status).toBe(404);
    expect((await send(emulator, `GET /api/bulk/syncs/${other.id}`)).status).toBe(200);
    expect(emulator.executions().find((execution) => execution.id === run)?.status).toBe('canceled');
  });

  it('or changing it is refused, force or not, while a Harbor owns it', async () => {
    const emulator = await emulate();
    const path = `/api/connections/${String(emulator.addConnection({ ownedByHarbor: true }).id)}`;
    expect((await send(emulator, `DELETE ${path}?force=true`)).status).toBe(409);
    expect((await send(emulator, `PUT ${path}`, { body: { name: 'a', configuration: {} } })).status).toBe(409);
    expect((await send(emulator, `GET ${path}`)).status).toBe(200);
  });
});

describe('what is known of the other system', () => {
  it('is its limit for as long as it holds, and the calls of a day by sync', async () => {
    const emulator = await emulate();
    const until = new Date(emulator.clock.now() + 60_000).toISOString();
    const rate_limit = { currently_limited: true, limited_since: null, expires_at: until };
    const { id } = emulator.addConnection({ type: 'hubspot', rate_limit });
    const path = `/api/connections/${String(id)}`;
    const limit = async () => (await send(emulator, `GET ${path}`)).body.data.rate_limit;
    expect(await limit()).toEqual(rate_limit);
    const sync = emulator.addModelSync({ name: 'Users', target: { connection_id: id } });
    emulator.startRun(sync.id);
    emulator.clock.advance(60_000);
    expect(await limit()).toMatchObject({ currently_limited: false });
    const usage = async () => (await send(emulator, `GET ${path}/usage`)).body.data;
    const bySync = [{ syncId: sync.id, syncType: 'model', totalCalls: 1 }];
    expect(await usage()).toMatchObject({ callsLast24h: 1, reportsSyncStats: true, bySync });
    emulator.clock.advance(24 * 3_600_000);
    expect(await usage()).toMatchObject({ callsLast24h: 0, bySync: [{ lastRunAt: expect.any(String) }] });
    const silent = emulator.addConnection({ type: 'postgresql' });
    expect((await send(emulator, `GET /api/connections/${String(silent.id)}/usage`)).body.data).toMatchObject({
      callsLast24h: null,
      reportsSyncStats: false,
    });
  });
});
