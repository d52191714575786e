import { describe, expect, it } from '@jest/globals';
import { callChecked } from './support/checked-call';
import { emulate } from './support/emulator-client';

const schemas = ['public.cats', { id: 'public.dogs', fields: ['id', { id: 'age', name: 'Age', type: 'number' }] }];

describe('what a connection has', () => {
  it('is what its bulk syncs copy, each schema with its fields', async () => {
    const emulator = await emulate();
    const source_connection_id = String(emulator.addConnection({ schemas }).id);
    const source = `/api/connections/${source_connection_id}/bulksync/source`;
    expect((await callChecked(emulator, `GET ${source}?include_fields=true`)).body.data.schemas).toMatchObject([
      { id: 'public.cats' },
      {
        id: 'public.dogs',
        fields: [
          { id: 'id', is_primary_key: true },
          { id: 'age', type: 'number' },
        ],
      },
    ]);
    const body = {
      name: 'Lake',
      mode: 'replicate',
      source_connection_id,
      destination_connection_id: 'lake',
      destination_configuration: {},
      default_schedule: { frequency: 'manual' },
    };
    const { id } = (await callChecked(emulator, 'POST /api/bulk/syncs', { body })).body.data;
    const dogs = (await callChecked(emulator, `GET /api/bulk/syncs/${id}/schemas/public.dogs`)).body.data;
    expect(dogs).toMatchObject({ enabled: true, fields: [{ id: 'id' }, { id: 'age' }] });
  });

  it('is what its models can read, table by table', async () => {
    const emulator = await emulate();
    const path = `/api/connections/${String(emulator.addConnection({ schemas }).id)}/modelsync/source`;
    expect((await callChecked(emulator, `GET ${path}`)).body.data).toMatchObject({
      configuration: { table: { items: ['public.cats', 'public.dogs'] } },
      requires_one_of: ['table'],
    });
    const fields = await callChecked(emulator, `GET ${path}/fields?params[table]=public.dogs`);
    expect(fields.body.data).toMatchObject([
      { id: 'id', unique: true },
      { id: 'age', label: 'Age', type: 'number' },
    ]);
  });
});
