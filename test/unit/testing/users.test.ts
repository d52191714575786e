import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked, refusal, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const partnerOf = ({ partnerKey }: Emulator) => ({ authorization: `Bearer ${partnerKey}` });
const roleNamed = async (emulator: Emulator, name: string): Promise<string> => {
  const roles = (await send(emulator, 'GET /api/permissions/roles')).body.data as unknown as {
    id: string;
    name: string;
  }[];
  return roles.find((role) => role.name === name)?.id ?? '';
};

describe('users', () => {
  it('of the own organization are made, read, given roles and deleted', async () => {
    const emulator = await emulate();
    const [users, member] = ['/api/organization/users', await roleNamed(emulator, 'Member')];
    const made = await callChecked(emulator, `POST ${users}`, { body: { email: 'ann@example.com' } });
    const { id } = made.body.data;
    expect(made.body.data).toMatchObject({ email: 'ann@example.com', role: 'user', role_ids: [member] });
    expect((await callChecked(emulator, `GET ${users}`)).body.data).toHaveLength(2);
    const read = await callChecked(emulator, `GET ${users}/${id}`);
    expect(read.body.data).toMatchObject({ ...made.body.data, harbor_only: false });
    const changed = await callChecked(emulator, `PUT ${users}/${id}`, { body: { role: 'admin' } });
    expect(changed.body.data).toMatchObject({ id, role: 'admin', role_ids: [await roleNamed(emulator, 'Admin')] });
    expect((await callChecked(emulator, `DELETE ${users}/${id}`)).body).toEqual(changed.body);
    expect((await send(emulator, `GET ${users}/${id}`)).status).toBe(404);
    expect(unasked(emulator, /^users\..*CurrentOrg/)).toEqual([]);
  });

  it('of any organization are a partner’s to make, with a key that works at once and is told once', async () => {
    const emulator = await emulate();
    const partner = partnerOf(emulator);
    const acme = (await send(emulator, 'POST /api/organizations', { ...partner, body: { name: 'Acme' } })).body.data.id;
    const users = `/api/organizations/${acme}/users`;
    const made = await callChecked(emulator, `POST ${users}`, {
      ...partner,
      body: { email: 'ann@acme.com', role: 'admin' },
    });
    const one = `${users}/${made.body.data.id}`;
    const key = String((await callChecked(emulator, `POST ${one}/keys`, partner)).body.data.value);
    const ann = { authorization: `Bearer ${key}` };
    expect((await send(emulator, 'GET /api/me', ann)).body.data).toMatchObject({
      email: 'ann@acme.com',
      organization_id: acme,
    });
    expect((await send(emulator, `DELETE /api/organization/users/${made.body.data.id}`, ann)).status).toBe(403);
    const changed = await callChecked(emulator, `PUT ${one}`, {
      ...partner,
      body: { email: 'eve@acme.com', role: 'user' },
    });
    expect(changed.body.data).toMatchObject({ email: 'ann@acme.com', role: 'user' });
    for (const call of [`GET ${users}`, `GET ${one}`]) {
      expect((await callChecked(emulator, call, partner)).text).not.toContain(key);
    }
    await callChecked(emulator, `DELETE ${one}`, partner);
    expect((await send(emulator, 'GET /api/me', ann)).status).toBe(401);
    expect(unasked(emulator, /^users\.(?!.*CurrentOrg)/)).toEqual([]);
    expect(JSON.stringify(emulator.requests())).not.toContain(key);
  });

  it('have one key: another needs force, which ends the one before, and a replay tells the same key', async () => {
    const emulator = await emulate();
    const partner = partnerOf(emulator);
    const users = `/api/organizations/${emulator.organizationId}/users`;
    const { id } = (await send(emulator, `POST ${users}`, { ...partner, body: { email: 'bob@example.com' } })).body
      .data;
    const keys = `POST ${users}/${id}/keys`;
    const first = await send(emulator, keys, { ...partner, key: 'first-key-of-bob' });
    expect((await send(emulator, keys, { ...partner, key: 'first-key-of-bob' })).text).toBe(first.text);
    expect((await send(emulator, keys, partner)).status).toBe(403);
    const second = await send(emulator, `${keys}?force=true`, partner);
    const works = async (value: unknown) =>
      (await send(emulator, 'GET /api/me', { authorization: `Bearer ${String(value)}` })).status;
    expect([await works(first.body.data.value), await works(second.body.data.value)]).toEqual([401, 200]);
  });

  it.each([
    [{ email: 'nobody' }, 'body.email: expected an e-mail address'],
    [{ email: 'emulator@example.com' }, 'body.email: emulator@example.com is a user already'],
    [{ email: 'a@b.c', role: 'admin', role_ids: ['x'] }, 'body.role: not together with role_ids'],
    [{ email: 'a@b.c', role_ids: [] }, 'body.role_ids: expected at least one role'],
    [{ email: 'a@b.c', role_ids: ['x'] }, 'body.role_ids: x is no role of this organization'],
    [{ email: 'a@b.c', role: 'king' }, 'body.role: expected admin or user'],
    [{}, 'body.email: required, but missing'],
  ])('refuses to make one of %j', async (body, message) => {
    const emulator = await emulate();
    expect(refusal(await send(emulator, 'POST /api/organization/users', { body }))).toEqual([422, message]);
  });
});

describe('temporary credentials', () => {
  const create = (emulator: Emulator, body: object, authorization?: string) =>
    send(emulator, 'POST /api/temporary-credentials', { body, authorization });

  it('act as their user until they end by the emulator’s clock, and cannot make another', async () => {
    const emulator = await emulate();
    const body = { subject: { type: 'user' }, duration_seconds: 600, session_name: 'nightly' };
    const { data } = (await callChecked(emulator, 'POST /api/temporary-credentials', { body })).body;
    expect(data).toMatchObject({
      token_type: 'Bearer',
      expires_at: new Date(emulator.clock.now() + 600_000).toISOString(),
    });
    const authorization = `Bearer ${String(data.access_token)}`;
    const me = (await callChecked(emulator, 'GET /api/me', { authorization })).body.data;
    expect(me).toMatchObject({ email: 'emulator@example.com', credential: { mode: 'user' } });
    expect(refusal(await create(emulator, { subject: { type: 'user' } }, authorization))).toEqual([
      403,
      'a temporary credential cannot create another one',
    ]);
    const sync = emulator.addModelSync();
    expect((await send(emulator, `POST /api/syncs/${sync.id}/executions`, { authorization, body: {} })).status).toBe(
      200,
    );
    emulator.clock.advance(599_999);
    expect((await send(emulator, 'GET /api/me', { authorization })).status).toBe(200);
    emulator.clock.advance(1);
    expect((await send(emulator, 'GET /api/me', { authorization })).status).toBe(401);
    expect(JSON.stringify(emulator.requests())).not.toContain(String(data.access_token));
  });

  it('that may only read are refused every change', async () => {
    const emulator = await emulate();
    const { data } = (await create(emulator, { subject: { type: 'user', mode: 'read_only' } })).body;
    const authorization = `Bearer ${String(data.access_token)}`;
    const sync = emulator.addModelSync();
    expect((await send(emulator, `GET /api/syncs/${sync.id}`, { authorization })).status).toBe(200);
    expect((await send(emulator, `DELETE /api/syncs/${sync.id}`, { authorization })).status).toBe(403);
    expect((await send(emulator, 'GET /api/me', { authorization })).body.data.credential).toMatchObject({
      mode: 'read_only',
    });
  });

  it('are a partner’s to make for a named user, and end with that user', async () => {
    const emulator = await emulate();
    const partner = partnerOf(emulator);
    const users = `/api/organizations/${emulator.organizationId}/users`;
    const { id } = (await send(emulator, `POST ${users}`, { ...partner, body: { email: 'c@example.com' } })).body.data;
    const subject = { type: 'user', organization_id: emulator.organizationId, user_id: id };
    const { data } = (await create(emulator, { subject }, partner.authorization)).body;
    const authorization = `Bearer ${String(data.access_token)}`;
    expect((await send(emulator, 'GET /api/me', { authorization })).body.data).toMatchObject({ id });
    await send(emulator, `DELETE ${users}/${id}`, partner);
    expect((await send(emulator, 'GET /api/me', { authorization })).status).toBe(401);
    expect((await create(emulator, { subject }, partner.authorization)).status).toBe(404);
    const nameless = await create(emulator, { subject: { type: 'user' } }, partner.authorization);
    expect(refusal(nameless)).toEqual([400, 'body.subject.organization_id: a partner must say it']);
  });

  it.each([
    [{ subject: { type: 'user' }, duration_seconds: 599 }, 400, 'body.duration_seconds: expected 600 to 14400'],
    [{ subject: { type: 'user' }, duration_seconds: 14_401 }, 400, 'body.duration_seconds: expected 600 to 14400'],
    [{ subject: { type: 'user' }, session_name: 'x'.repeat(129) }, 400, 'body.session_name: expected at most 128'],
    [{ subject: { type: 'user', user_id: 'other' } }, 403, 'body.subject.user_id: not the user of this key'],
    [{ subject: { type: 'user', organization_id: 'o' } }, 403, 'body.subject.organization_id: not the organization'],
    [{ subject: { type: 'harbor', harbor_id: 'h' } }, 404, 'Harbor h not found'],
    [{ subject: { type: 'harbor', mode: 'user', harbor_id: 'h' } }, 400, 'body.subject.mode: not for a Harbor'],
    [{}, 400, 'body.subject: required, but missing'],
  ])('refuse %j', async (body, status, message) => {
    const emulator = await emulate();
    const [told, said] = refusal(await create(emulator, body));
    expect([told, said]).toEqual([status, expect.stringContaining(message)]);
  });

  it('are at most a thousand at a time in an organization', async () => {
    const emulator = await emulate();
    const body = { subject: { type: 'user' }, duration_seconds: 600 };
    for (let count = 0; count < 1_000; count += 1) await create(emulator, body);
    expect((await create(emulator, body)).status).toBe(429);
    emulator.clock.advance(600_000);
    expect((await create(emulator, body)).status).toBe(200);
  });
});
