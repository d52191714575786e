/** Connections as Polytomic's Terraform provider and Go SDK write, read and delete them. */
import { describe, expect, it } from '@jest/globals';
import { callChecked, refusal } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const version = '2024-02-08';
const mask = '********';

describe('a connection that Terraform manages', () => {
  const secrets = { passwd: 'hunter22', ssh_private_key: 'PEM' };
  const open = { hostname: 'db', account: 'admin', port: 3306 };

  it('keeps the secrets that an update leaves out, and resets everything else', async () => {
    const refusedConfigurations = [{ type: 'mysql', configuration: { passwd: 'hunter23' } }];
    const emulator = await emulate({ seed: { refusedConfigurations } });
    const create = { name: 'Lake', type: 'mysql', organization_id: '', validate: false };
    const body = { ...create, configuration: { ...open, ...secrets, dbname: 'old', ssl: false } };
    const { id } = (await callChecked(emulator, 'POST /api/connections', { version, body })).body.data;
    const update = { ...create, configuration: { ...open, dbname: 'new' } };
    const updated = await callChecked(emulator, `PUT /api/connections/${id}`, { version, body: update });
    const masked = { ...open, dbname: 'new', passwd: mask, ssh_private_key: mask, ssl: true };
    expect(updated.body.data).toMatchObject({ status: 'healthy', configuration: masked });
    const read = await callChecked(emulator, `GET /api/connections/${id}`, { version });
    expect(read.body.data).toMatchObject({ status: 'healthy', configuration: masked });
    // The kept secret is the one in force: another one is a value like any other.
    const wrong = { ...update, validate: true, configuration: { ...open, passwd: 'hunter23' } };
    expect((await send(emulator, `PUT /api/connections/${id}`, { version, body: wrong })).status).toBe(422);
  });

  it('keeps what only the API sets, whatever is sent', async () => {
    const emulator = await emulate();
    const configuration = { auth_method: 'basic', url: 'https://example.com', secret: 'made by the API' };
    const { id } = emulator.addConnection({ type: 'webhook', configuration });
    const path = `/api/connections/${String(id)}`;
    const basic = { username: 'u', password: 'p' };
    const written = { url: 'https://example.com/2', auth_method: 'basic', basic, secret: 'mine' };
    await callChecked(emulator, `PUT ${path}`, { version, body: { name: 'Hook', configuration: written } });
    const read = (await callChecked(emulator, `GET ${path}`, { version })).body.data.configuration;
    expect(read).toEqual({ ...written, secret: mask });
    emulator.updateConnection(String(id), { configuration: { ...configuration, secret: '' } });
    expect((await callChecked(emulator, `GET ${path}`, { version })).body.data.configuration).toMatchObject({
      secret: '',
    });
  });

  it('refuses a value that is none of the choices, and takes one by its value, not by its label', async () => {
    const emulator = await emulate();
    const create = (auth_mode: string) => {
      const configuration = { auth_mode, s3_bucket_name: 'b', s3_bucket_region: 'eu-west-1' };
      return send(emulator, 'POST /api/connections', { version, body: { name: 'B', type: 's3', configuration } });
    };
    expect((await create('iam_role')).status).toBe(200);
    expect(refusal(await create('IAM role'))).toEqual([
      422,
      'configuration.auth_mode: expected one of access_key_and_secret, iam_role',
    ]);
  });

  it('says by whom it is used where it cannot be deleted', async () => {
    const emulator = await emulate();
    const id = String(emulator.addConnection({ name: 'Shared' }).id);
    const model = emulator.addModel({ name: 'Users', connection_id: id });
    const sync = emulator.addModelSync({ name: 'Out', model_ids: [model.id] });
    const bulk = emulator.addBulkSync({ name: 'Lake', source_connection_id: id });
    const refused = await send(emulator, `DELETE /api/connections/${id}`, { version });
    expect({ status: refused.status, body: refused.body }).toMatchObject({
      status: 422,
      body: {
        message: 'connection in use',
        metadata: {
          used_by: [
            { type: 'model', name: 'Users', id: model.id },
            { type: 'sync', name: 'Out', id: sync.id },
            { type: 'bulk_sync', name: 'Lake', id: bulk.id },
          ],
        },
      },
    });
  });

  it.each([
    ['browser', { auth_url: expect.stringContaining('https://'), auth_code: '' }, 'unauthorized'],
    ['code', { auth_url: '', auth_code: expect.stringMatching(/./) }, 'unauthorized'],
    ['clientcredentials', {}, 'healthy'],
    ['api', {}, 'healthy'],
  ])('to Salesforce in mode %s answers what its owner needs to agree', async (connect_mode, consent, status) => {
    const emulator = await emulate();
    const configuration = { connect_mode, client_id: 'i', client_secret: 's', domain: 'https://x.salesforce.com' };
    const body = { name: 'SF', type: 'salesforce', configuration, redirect_url: 'https://example.com/back' };
    const created = (await callChecked(emulator, 'POST /api/connections', { version, body })).body.data;
    expect(created).toMatchObject({ ...consent, status });
    expect('auth_url' in created).toBe('auth_url' in consent);
  });

  it('to files has one schema, data', async () => {
    const emulator = await emulate();
    const body = { name: 'Files', type: 'csv', configuration: { url: 'https://example.com/a.csv' } };
    const { id } = (await callChecked(emulator, 'POST /api/connections', { version, body })).body.data;
    const source = (await callChecked(emulator, `GET /api/connections/${id}/bulksync/source`, { version })).body.data;
    expect(source.schemas).toMatchObject([{ id: 'data' }]);
  });
});

describe('further connection types', () => {
  const schema = { type: 'object', required: ['token'], properties: { token: { type: 'string', sensitive: true } } };

  it('come by option, where a reset keeps them, and by seed; either may replace a usual one', async () => {
    const seed = { connectionTypes: [{ id: 'apollo', schema }] };
    const connectionTypes = { types: [{ id: 'abacus', name: 'Abacus', use_oauth: true }], schemas: { abacus: schema } };
    const emulator = await emulate({ connectionTypes, seed });
    const types = (await callChecked(emulator, 'GET /api/connection_types')).body.data as unknown as object[];
    expect(types).toContainEqual(expect.objectContaining({ id: 'abacus', name: 'Abacus', use_oauth: true }));
    expect((await callChecked(emulator, 'GET /api/connection_types/apollo')).body).toEqual(schema);
    const body = { name: 'A', type: 'abacus', configuration: { token: 't', plain_secret: 'p' } };
    const created = (await callChecked(emulator, 'POST /api/connections', { body })).body.data;
    expect(created.configuration).toEqual({ token: mask, plain_secret: 'p' });
    emulator.reset({});
    await callChecked(emulator, 'GET /api/connection_types/abacus');
    expect((await callChecked(emulator, 'GET /api/connection_types/apollo')).body).not.toEqual(schema);
  });

  it('say what schemas a new connection of theirs has', async () => {
    const fields = ['firstname', 'EMail'];
    const emulator = await emulate({ seed: { connectionTypes: [{ id: 'csv', schemas: [{ id: 'data', fields }] }] } });
    const body = { name: 'Files', type: 'csv', configuration: { url: 'https://example.com/a.csv' } };
    const { id } = (await callChecked(emulator, 'POST /api/connections', { version, body })).body.data;
    const path = `/api/connections/${id}/schemas/data`;
    const named = async (): Promise<unknown[]> => {
      const { data } = (await callChecked(emulator, `GET ${path}`, { version })).body;
      return (data.fields as { name: string; is_primary_key: boolean }[]).map((field) => [
        field.name,
        field.is_primary_key,
      ]);
    };
    expect(await named()).toEqual([
      ['firstname', false],
      ['EMail', false],
    ]);
    const keys = { fields: [{ field_id: 'EMail', is_primary_key: true }] };
    await callChecked(emulator, `PUT /api/connections/${id}/schemas/data/primary_keys`, { version, body: keys });
    expect(await named()).toEqual([
      ['firstname', false],
      ['EMail', true],
    ]);
    await callChecked(emulator, `DELETE /api/connections/${id}/schemas/data/primary_keys`, { version });
    expect(await named()).toContainEqual(['EMail', false]);
  });
});
