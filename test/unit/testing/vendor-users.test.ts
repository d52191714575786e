/** Users of an organization, as the Terraform provider manages them with the organization's own credentials. */
import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const version = '2024-02-08';

const basic = ({ organizationId, partnerKey }: Emulator): string =>
  `Basic ${Buffer.from(`${organizationId}:${partnerKey}`).toString('base64')}`;

describe('users of an organization', () => {
  it.each([
    ['a user key', ({ apiKey }: Emulator) => `Bearer ${apiKey}`],
    ['organization and key', basic],
    ['a partner key', ({ partnerKey }: Emulator) => `Bearer ${partnerKey}`],
  ])('are managed with %s, in lower case, by role name or role ids', async (_name, credential) => {
    const emulator = await emulate();
    const authorization = credential(emulator);
    const users = `/api/organizations/${emulator.organizationId}/users`;
    const create = { version, authorization, body: { email: 'Ada@Example.COM', role: 'Admin' } };
    const made = (await callChecked(emulator, `POST ${users}`, create)).body.data;
    expect(made).toMatchObject({ email: 'ada@example.com', role: 'admin' });
    const path = `${users}/${made.id}`;
    const update = { version, authorization, body: { email: 'ADA@example.com', role: 'Member' } };
    expect((await callChecked(emulator, `PUT ${path}`, update)).body.data).toMatchObject({ role: 'user' });
    const byId = { version, authorization, body: { email: 'ada@example.com', role_ids: made.role_ids } };
    expect((await callChecked(emulator, `PUT ${path}`, byId)).body.data).toMatchObject({ role: 'admin' });
    expect((await callChecked(emulator, `GET ${path}`, { version, authorization })).body.data.id).toBe(made.id);
    expect((await callChecked(emulator, `GET ${users}`, { version, authorization })).body.data).toHaveLength(2);
    await callChecked(emulator, `POST ${path}/keys`, { version, authorization });
    await callChecked(emulator, `DELETE ${path}`, { version, authorization });
    expect((await send(emulator, `POST ${users}`, { ...create, body: { email: 'a@b.c', role: 'king' } })).status).toBe(
      422,
    );
  });

  it('of another organization are for partner keys only', async () => {
    const emulator = await emulate({ organizations: { other: { id: 'other-id', keys: ['other-key'] } } });
    const list = (authorization: string) => send(emulator, 'GET /api/organizations/other-id/users', { authorization });
    expect((await list(`Bearer ${emulator.apiKey}`)).status).toBe(403);
    expect((await list(basic(emulator))).status).toBe(403);
    expect((await list('Bearer other-key')).status).toBe(200);
    expect((await list(`Bearer ${emulator.partnerKey}`)).status).toBe(200);
  });
});
