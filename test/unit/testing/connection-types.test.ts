import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

interface Type {
  readonly id: string;
  readonly configurationForm: { readonly jsonschema: unknown };
}

const typesOf = async (emulator: Emulator): Promise<Type[]> =>
  (await send(emulator, 'GET /api/connection_types')).body.data as unknown as Type[];

describe('connection types', () => {
  it('have the same schema in the list and alone, where it is not in an envelope', async () => {
    const emulator = await emulate();
    const types = await typesOf(emulator);
    expect(types.map(({ id }) => id)).toEqual(expect.arrayContaining(['postgresql', 'snowflake', 'hubspot', 's3']));
    for (const { id, configurationForm } of types) {
      expect(JSON.parse((await send(emulator, `GET /api/connection_types/${id}`)).text)).toEqual(
        configurationForm.jsonschema,
      );
    }
    expect((await send(emulator, 'GET /api/connection_types/abacus')).status).toBe(404);
  });

  it('mark secrets as the API does, and have its other keywords and its choices with labels', async () => {
    const emulator = await emulate();
    const schema = JSON.parse((await send(emulator, 'GET /api/connection_types/snowflake')).text) as unknown;
    expect(schema).toMatchObject({
      required: ['account', 'username', 'dbname'],
      properties: { password: { password: true, sensitive: true }, private_key: { sensitive: true, widget: 'file' } },
    });
    expect(schema).not.toHaveProperty('properties.password.writeOnly');
    const bucket = JSON.parse((await send(emulator, 'GET /api/connection_types/s3')).text) as unknown;
    expect(bucket).toMatchObject({
      properties: {
        auth_mode: { enum: [{ value: 'access_key_and_secret' }, { value: 'iam_role', label: 'IAM role' }] },
      },
    });
  });

  it('offer values to choose from, those that match, once the owner has agreed', async () => {
    const emulator = await emulate();
    const ask = (type: string, body: object) =>
      send(emulator, `POST /api/connection_types/${type}/parameter_values`, { body: { parameters: {}, ...body } });
    expect((await ask('s3', { field: 's3_bucket_region', query: 'EU' })).body.data).toEqual({
      s3_bucket_region: { allows_creation: false, values: [{ label: 'eu-west-1', value: 'eu-west-1' }] },
    });
    expect((await ask('s3', { field: 'colour' })).status).toBe(400);
    expect((await ask('abacus', { field: 'colour' })).status).toBe(404);
    expect((await ask('s3', { field: 's3_bucket_region', connection_id: 'x' })).status).toBe(404);
    const { id } = emulator.addConnection({ type: 'salesforce', parameterValues: { domain: ['eu', 'us'] } });
    expect((await ask('salesforce', { field: 'domain' })).status).toBe(400);
    expect((await ask('salesforce', { field: 'domain', connection_id: id })).body.data).toMatchObject({
      domain: { values: [{ value: 'eu' }, { value: 'us' }] },
    });
    expect(
      Object.keys((await send(emulator, `GET /api/connections/${String(id)}/parameter_values`)).body.data),
    ).toEqual(['connect_mode', 'domain']);
  });
});
