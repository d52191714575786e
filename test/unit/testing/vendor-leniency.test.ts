/** What Polytomic's Go SDK and Terraform provider leave empty, leave out or send too much of. */
import { describe, expect, it } from '@jest/globals';
import { callChecked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const warehouse = '00000000-0000-4000-8000-000000000011';
const crm = '00000000-0000-4000-8000-000000000012';

const versions = ['2024-02-08', '2025-09-18'];

const modelSync = {
  name: 'Users to CRM',
  mode: 'create',
  schedule: { frequency: 'manual' },
  fields: [],
  target: { connection_id: crm, object: 'contacts' },
};

describe('what says nothing', () => {
  it.each(versions)(
    'leaves filter_logic out of every answer, whether left out, empty or null (%s)',
    async (version) => {
      const emulator = await emulate();
      for (const filter_logic of [undefined, '', null]) {
        const body = {
          ...modelSync,
          filter_logic,
          filters: null,
          overrides: null,
          override_fields: null,
          policies: null,
        };
        const created = (await callChecked(emulator, 'POST /api/syncs', { version, body })).body.data;
        const read = (await callChecked(emulator, `GET /api/syncs/${created.id}`, { version })).body.data;
        const updated = (await callChecked(emulator, `PUT /api/syncs/${created.id}`, { version, body })).body.data;
        for (const sync of [created, read, updated]) {
          expect(Object.keys(sync)).not.toContain('filter_logic');
          expect(sync).toMatchObject({ filters: [], overrides: [], policies: [] });
        }
      }
      const body = { ...modelSync, filter_logic: 'A' };
      expect((await callChecked(emulator, 'POST /api/syncs', { version, body })).body.data.filter_logic).toBe('A');
    },
  );

  it.each(versions)('is an empty organization as much as none or null (%s)', async (version) => {
    const emulator = await emulate();
    const { organizationId: own } = emulator;
    for (const organization_id of ['', null, undefined, own]) {
      const connection = { name: 'Warehouse', configuration: {}, organization_id, validate: false };
      const updated = await callChecked(emulator, `PUT /api/connections/${warehouse}`, { version, body: connection });
      expect(updated.body.data.organization_id).toBe(own);
      const created = await callChecked(emulator, 'POST /api/syncs', {
        version,
        body: { ...modelSync, organization_id },
      });
      expect(created.body.data.organization_id).toBe(own);
    }
    await callChecked(emulator, 'GET /api/events?organization_id=', { version });
  });

  it.each(versions)('may be the roles of a policy’s action (%s)', async (version) => {
    const emulator = await emulate();
    const actions = ['read', 'create', 'delete', 'apply_policy'].map((action) => ({ action }));
    const body = { name: 'Everything', organization_id: '', policy_actions: actions };
    const policy = (await callChecked(emulator, 'POST /api/permissions/policies', { version, body })).body.data;
    expect(policy.policy_actions).toEqual(actions.map((action) => ({ ...action, role_ids: [] })));
    const nullRoles = { ...body, policy_actions: [{ action: 'read', role_ids: null }] };
    await callChecked(emulator, `PUT /api/permissions/policies/${policy.id}`, { version, body: nullRoles });
  });
});

describe('a query that the operation does not have', () => {
  it('is ignored, as where the Go SDK repeats the body of a model there, and noted in the log', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModel({ name: 'Users' });
    const body = { name: 'People', connection_id: warehouse, configuration: { table: 'public.users' } };
    const query = new URLSearchParams({ name: 'People', connection_id: warehouse, 'configuration[table]': 'x' });
    const version = '2024-02-08';
    await callChecked(emulator, `PUT /api/models/${String(id)}?${query.toString()}`, { version, body });
    expect(emulator.requests()[0]?.ignoredQuery).toEqual(['name', 'connection_id', 'configuration']);
    await callChecked(emulator, 'GET /api/syncs?active=true');
    expect(emulator.requests()[1]).not.toHaveProperty('ignoredQuery');
  });

  it('does not excuse a wrong value of one that it has, nor an unknown field of a body', async () => {
    const emulator = await emulate();
    expect((await send(emulator, 'GET /api/syncs?active=perhaps')).status).toBe(400);
    expect((await send(emulator, 'POST /api/syncs', { body: { ...modelSync, unheard_of: 1 } })).status).toBe(400);
  });
});
