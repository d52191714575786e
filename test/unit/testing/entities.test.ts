import { describe, expect, it } from '@jest/globals';
import { callChecked, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

describe('an entity', () => {
  it('is found by its id alone, whatever it is, with what it belongs to', async () => {
    const emulator = await emulate();
    const connection = String(emulator.addConnection().id);
    const model = String(emulator.addModel({ connection_id: connection }).id);
    const [sync, bulk] = [emulator.addModelSync({ model_ids: [model] }).id, emulator.addBulkSync().id];
    const [run, bulkRun] = [emulator.startRun(sync), emulator.startRun(bulk)];
    const me = (await send(emulator, 'GET /api/me')).body.data.id;
    const entity = async (id: string) => (await callChecked(emulator, `GET /api/entities/${id}`)).body.data;
    const kinds: [string, string, object][] = [
      [emulator.organizationId, 'organization', {}],
      [me, 'user', {}],
      [connection, 'connection', {}],
      [model, 'model', { connection: { id: connection } }],
      [sync, 'sync', { model: { id: model } }],
      [bulk, 'bulk_sync', {}],
      [run, 'sync_execution', { sync: { id: sync } }],
      [bulkRun, 'bulk_sync_execution', { bulk_sync: { id: bulk } }],
    ];
    for (const [id, type, relationships] of kinds) expect(await entity(id)).toMatchObject({ id, type, relationships });
    expect((await send(emulator, 'GET /api/entities/nobody')).status).toBe(404);
  });

  it('of any organization is found with a partner key only', async () => {
    const emulator = await emulate({ organizations: { other: { keys: ['other-key'] } } });
    const { id, organization_id } = emulator.addConnection({ organization: 'other' });
    const path = `GET /api/organizations/entities/${String(id)}`;
    const partner = { authorization: `Bearer ${emulator.partnerKey}` };
    expect((await callChecked(emulator, path, partner)).body.data).toMatchObject({
      type: 'connection',
      organization_id,
    });
    expect((await send(emulator, path)).status).toBe(403);
    expect((await send(emulator, `GET /api/entities/${String(id)}`)).status).toBe(404);
    await callChecked(emulator, `GET /api/entities/${emulator.organizationId}`);
    expect(unasked(emulator, /^entities\./)).toEqual([]);
  });
});
