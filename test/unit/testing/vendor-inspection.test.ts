/** A new connection is inspected by itself; the Terraform provider waits for that by trying again. */
import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked, refusal } from './support/checked-call';
import { emulate, send, type Received } from './support/emulator-client';

const version = '2024-02-08';
const crm = '00000000-0000-4000-8000-000000000012';
const bulkSync = '00000000-0000-4000-8000-000000000022';

async function connect(emulator: Emulator, status = 'healthy'): Promise<string> {
  const password = status === 'healthy' ? 'right' : 'wrong';
  const configuration = { hostname: 'db', username: 'u', password, database: 'd', port: 5432 };
  const body = { name: 'Lake', type: 'postgresql', configuration, validate: false };
  const { data } = (await callChecked(emulator, 'POST /api/connections', { version, body })).body;
  expect(data.status).toBe(status);
  return data.id;
}

const create = (emulator: Emulator, source: string): Promise<Received> =>
  send(emulator, 'POST /api/bulk/syncs', {
    version,
    body: {
      name: 'Lake to CRM',
      mode: 'replicate',
      source_connection_id: source,
      destination_connection_id: crm,
      destination_configuration: {},
      schedule: { frequency: 'manual' },
    },
  });

const refreshing = [422, 'cache refresh in progress'];
const nothing = [400, 'the connection did not provide any schemas'];

describe('a bulk sync from a new connection', () => {
  it('can be made at once by default', async () => {
    const emulator = await emulate();
    const source = await connect(emulator);
    const { id } = (await create(emulator, source)).body.data;
    const schemas = await callChecked(emulator, `GET /api/bulk/syncs/${id}/schemas`, { version });
    expect(schemas.body.data).toHaveLength(3);
    await callChecked(emulator, `GET /api/connections/${source}/schemas/public.users`, { version });
  });

  it('has to wait while the connection is inspected, and so have its schemas', async () => {
    const emulator = await emulate({ inspectionMs: 30_000 });
    const source = await connect(emulator);
    emulator.updateSync(bulkSync, { source_connection_id: source });
    expect(refusal(await create(emulator, source))).toEqual(refreshing);
    expect(refusal(await send(emulator, `GET /api/bulk/syncs/${bulkSync}/schemas`, { version }))).toEqual(refreshing);
    // One schema is read as it is asked for.
    const { body } = await callChecked(emulator, `GET /api/connections/${source}/schemas/public.users`, { version });
    expect(body.data).toMatchObject({ id: 'public.users', fields: expect.anything() });
    expect((await send(emulator, `GET /api/connections/${source}/schemas/public.nothing`, { version })).status).toBe(
      404,
    );
    emulator.clock.advance(29_999);
    expect(refusal(await create(emulator, source))).toEqual(refreshing);
    emulator.clock.advance(1);
    expect((await create(emulator, source)).status).toBe(200);
    expect((await send(emulator, `GET /api/bulk/syncs/${bulkSync}/schemas`, { version })).status).toBe(200);
  });

  it('is refused where nothing was found, until the connection works', async () => {
    const refusedConfigurations = [{ configuration: { password: 'wrong' } }];
    const emulator = await emulate({ seed: { refusedConfigurations } });
    const source = await connect(emulator, 'unhealthy');
    expect(refusal(await create(emulator, source))).toEqual(nothing);
    emulator.updateConnection(source, { status: 'healthy' });
    expect((await create(emulator, source)).status).toBe(200);
  });

  it('meets either refusal by a fault, whatever the connection is', async () => {
    const emulator = await emulate();
    const source = await connect(emulator);
    const fault = emulator.fault({ inspection: 'inProgress', times: 2 });
    expect(refusal(await create(emulator, source))).toEqual(refreshing);
    expect((await send(emulator, 'GET /api/me')).status).toBe(200);
    expect(refusal(await send(emulator, `GET /api/bulk/syncs/${bulkSync}/schemas`, { version }))).toEqual(refreshing);
    expect(fault.hits).toBe(2);
    emulator.fault({ inspection: 'noSchemas' });
    expect(refusal(await create(emulator, source))).toEqual(nothing);
    expect((await create(emulator, source)).status).toBe(200);
  });
});
