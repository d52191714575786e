import { describe, expect, it } from '@jest/globals';
import { callChecked, refusal, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

describe('roles', () => {
  it('are made, renamed and deleted beside the system roles, which refuse', async () => {
    const emulator = await emulate();
    const roles = '/api/permissions/roles';
    const made = await callChecked(emulator, `POST ${roles}`, { body: { name: 'Analyst' } });
    const { id } = made.body.data;
    expect(made.body.data).toMatchObject({ name: 'Analyst', system: false, organization_id: emulator.organizationId });
    const listed = (await callChecked(emulator, `GET ${roles}`)).body.data;
    expect(listed).toMatchObject([{ name: 'Admin', system: true }, { name: 'Member', system: true }, { id }]);
    await callChecked(emulator, `PUT ${roles}/${id}`, { body: { name: 'Reader' } });
    expect((await callChecked(emulator, `GET ${roles}/${id}`)).body.data).toMatchObject({ name: 'Reader' });
    await callChecked(emulator, `DELETE ${roles}/${id}`);
    expect((await send(emulator, `GET ${roles}/${id}`)).status).toBe(404);
    const [admin] = listed as unknown as [{ id: string }];
    expect((await send(emulator, `DELETE ${roles}/${admin.id}`)).status).toBe(403);
    expect((await send(emulator, `PUT ${roles}/${admin.id}`, { body: { name: 'Boss' } })).status).toBe(403);
    expect(unasked(emulator, /^permissions\.roles/)).toEqual([]);
  });

  it('refuse an empty name and another organization', async () => {
    const emulator = await emulate();
    const write = async (body: object) => refusal(await send(emulator, 'POST /api/permissions/roles', { body }));
    expect(await write({ name: '' })).toEqual([400, 'body.name: expected some text']);
    expect((await write({ name: 'x', organization_id: 'theirs' }))[0]).toBe(403);
  });
});

describe('policies', () => {
  it('are made of roles that exist, replaced in full, and keep the ids of deleted roles', async () => {
    const emulator = await emulate();
    const policies = '/api/permissions/policies';
    const role = (await send(emulator, 'POST /api/permissions/roles', { body: { name: 'Analyst' } })).body.data.id;
    const policy_actions = [{ action: 'read', role_ids: [role] }];
    const made = await callChecked(emulator, `POST ${policies}`, { body: { name: 'Readers', policy_actions } });
    const { id } = made.body.data;
    expect(made.body.data).toMatchObject({ name: 'Readers', policy_actions, system: false });
    await callChecked(emulator, `DELETE /api/permissions/roles/${role}`);
    expect((await callChecked(emulator, `GET ${policies}/${id}`)).body).toEqual(made.body);
    const same = { body: { name: 'Readers too', policy_actions } };
    expect((await callChecked(emulator, `PUT ${policies}/${id}`, same)).body.data).toMatchObject(same.body);
    expect(refusal(await send(emulator, `POST ${policies}`, same))).toEqual([404, `role ${role} not found`]);
    const emptied = { body: { name: 'Nobody', policy_actions: [] } };
    expect((await callChecked(emulator, `PUT ${policies}/${id}`, emptied)).body.data.policy_actions).toEqual([]);
    expect((await callChecked(emulator, `GET ${policies}`)).body.data).toHaveLength(1);
    await callChecked(emulator, `DELETE ${policies}/${id}`);
    expect((await callChecked(emulator, `GET ${policies}`)).body.data).toBeNull();
    expect(unasked(emulator, /^permissions\.policies/)).toEqual([]);
  });
});
