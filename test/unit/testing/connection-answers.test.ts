import { describe, expect, it } from '@jest/globals';
import { callChecked, unasked } from './support/checked-call';
import { emulate } from './support/emulator-client';

const configuration = {
  hostname: 'db',
  username: 'polytomic',
  password: 'hunter22',
  database: 'analytics',
  port: 5432,
};

describe('answers about connections', () => {
  it('have the shapes of the contract in every operation', async () => {
    const emulator = await emulate();
    const call = (name: string, body?: object) => callChecked(emulator, name, { body });
    const create = { name: 'New', type: 'postgresql', configuration };
    const { id } = (await call('POST /api/connections', create)).body.data;
    const path = `/api/connections/${id}`;
    await call('POST /api/connections/test', { type: 'postgresql', configuration });
    await call('GET /api/connection_types');
    await call('GET /api/connection_types/postgresql');
    await call('POST /api/connection_types/s3/parameter_values', { field: 's3_bucket_region', parameters: {} });
    await call('GET /api/connections');
    await call(`GET ${path}`);
    await call(`PUT ${path}`, { name: 'Renamed', configuration });
    await call(`GET ${path}/parameter_values`);
    await call(`GET ${path}/usage`);
    const { token } = (await call('POST /api/connections/connect/', { name: 'N', redirect_url: 'r' })).body.data;
    await call(`GET /api/connections/connect/session?token=${String(token)}`);
    await call(`POST ${path}/schemas/refresh`);
    emulator.clock.advance(1_000);
    const schema = `${path}/schemas/public.users`;
    await call(`GET ${path}/schemas/status`);
    await call(`GET ${schema}`);
    await call(`GET ${schema}/records`);
    const fields = [{ field_id: 'age', label: 'Age', type: 'number', definition: 'bigint' }];
    await call(`POST ${schema}/fields`, { fields });
    emulator.clock.advance(1_000);
    await call(`PATCH ${schema}/fields/age`, { label: 'Years' });
    await call(`PUT ${schema}/primary_keys`, { fields: [{ field_id: 'age', is_primary_key: true }] });
    await call(`GET ${schema}`);
    await call(`DELETE ${schema}/primary_keys`);
    await call(`DELETE ${schema}/fields/age`);
    await call(`DELETE ${path}`);
    expect(unasked(emulator, /^(connections|schemas)\.(?!.*([sS]hared|[pP]roxy))/)).toEqual([]);
  });
});
