import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked, refusal, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const partnerOf = ({ partnerKey }: Emulator) => ({ authorization: `Bearer ${partnerKey}` });
const sso = { issuer: 'https://login.example.com', client_id: 'ours', client_secret: 'hidden', sso_domain: 'a.com' };

describe('organizations', () => {
  it('are made, read, changed in full and deleted by a partner, the owner listed first', async () => {
    const emulator = await emulate();
    const partner = partnerOf(emulator);
    const made = await callChecked(emulator, 'POST /api/organizations', { ...partner, body: { name: 'Acme', ...sso } });
    const { id } = made.body.data;
    expect(made.body.data).toEqual({ id, name: 'Acme', issuer: sso.issuer, sso_domain: 'a.com' });
    const path = `/api/organizations/${id}`;
    expect((await callChecked(emulator, `GET ${path}`, partner)).body).toEqual(made.body);
    const listed = await callChecked(emulator, 'GET /api/organizations', partner);
    expect(listed.body.data).toMatchObject([{ id: emulator.organizationId }, { id }]);
    const changed = await callChecked(emulator, `PUT ${path}`, { ...partner, body: { name: 'Acme Ltd' } });
    expect(changed.body.data).toEqual({ id, name: 'Acme Ltd' });
    await callChecked(emulator, `DELETE ${path}`, partner);
    expect((await send(emulator, `GET ${path}`, partner)).status).toBe(404);
    const current = await callChecked(emulator, 'GET /api/organization');
    expect(current.body.data).toEqual({ id: emulator.organizationId, name: 'default' });
    expect(unasked(emulator, /^organization\.(?!\w+RecordLogging)/)).toEqual([]);
  });

  it('have names of their own, and the owner stays', async () => {
    const emulator = await emulate({ organizations: { other: { keys: ['other-key'] } } });
    const partner = partnerOf(emulator);
    const create = async (name: string) =>
      refusal(await send(emulator, 'POST /api/organizations', { ...partner, body: { name } }));
    expect(await create('other')).toEqual([409, 'body.name: other is the name of another organization']);
    expect(await create(' ')).toEqual([422, 'body.name: expected some text']);
    const owner = `/api/organizations/${emulator.organizationId}`;
    const kept = await send(emulator, `PUT ${owner}`, { ...partner, body: { name: 'default' } });
    expect(kept.status).toBe(200);
    expect((await send(emulator, `DELETE ${owner}`, partner)).status).toBe(403);
  });

  it('that are renamed keep their keys and are found by the new name', async () => {
    const emulator = await emulate({ organizations: { other: { id: 'o', keys: ['other-key'] } } });
    await callChecked(emulator, 'PUT /api/organizations/o', { ...partnerOf(emulator), body: { name: 'renamed' } });
    const sync = emulator.addModelSync({ organization: 'renamed' });
    expect((await send(emulator, `GET /api/syncs/${sync.id}`, { authorization: 'Bearer other-key' })).status).toBe(200);
    expect(() => emulator.addModelSync({ organization: 'other' })).toThrow('organization: other is none of');
  });

  it('can be listed by anybody in older versions, who sees what the key reaches', async () => {
    const emulator = await emulate({ organizations: { other: { id: 'o', keys: ['other-key'] } } });
    const list = async (authorization: string) =>
      (await callChecked(emulator, 'GET /api/organizations', { authorization, version: '2024-02-08' })).body.data;
    expect(await list('Bearer other-key')).toEqual([{ id: 'o', name: 'other' }]);
    expect(await list(partnerOf(emulator).authorization)).toHaveLength(2);
  });
});

describe('record logging', () => {
  it('forgets what a write leaves out, and delivers to a connection that exists', async () => {
    const emulator = await emulate();
    const path = '/api/organization/record-logging';
    const { id, name } = emulator.addConnection({ name: 'Bucket' });
    const body = { enabled: true, deliveryConnectionId: id, deliveryPrefix: 'logs' };
    const set = await callChecked(emulator, `PUT ${path}`, { body });
    expect(set.body.data).toEqual({ ...body, deliveryConnectionName: name });
    expect((await callChecked(emulator, `GET ${path}`)).body).toEqual(set.body);
    expect((await callChecked(emulator, `PUT ${path}`, { body: { enabled: false } })).body.data).toEqual({
      enabled: false,
    });
    const sync = emulator.addModelSync();
    const logs = `GET /api/syncs/${sync.id}/executions/${emulator.startRun(sync.id)}/logs`;
    emulator.clock.advance(1_000);
    expect((await callChecked(emulator, logs)).body.data).toEqual({});
    const write = async (wrong: object) => (await send(emulator, `PUT ${path}`, { body: wrong })).status;
    expect(await write({ enabled: true, deliveryConnectionId: 'nowhere' })).toBe(404);
    expect(await write({ enabled: true, deliveryPrefix: 'logs' })).toBe(422);
    expect(await write({})).toBe(422);
  });
});

describe('error subscribers', () => {
  it('are replaced in full, without an envelope, and kept apart from other organizations', async () => {
    const emulator = await emulate({ organizations: { other: { keys: ['other-key'] } } });
    const path = '/api/notifications/global-error-subscribers';
    expect((await callChecked(emulator, `GET ${path}`)).body).toEqual({ emails: [] });
    const emails = ['a@example.com', 'b@example.com'];
    expect((await callChecked(emulator, `PUT ${path}`, { body: { emails } })).body).toEqual({ emails });
    const wrong = await send(emulator, `PUT ${path}`, { body: { emails: ['a@example.com', 'nobody'] } });
    expect(refusal(wrong)).toEqual([400, 'body.emails[1]: expected an e-mail address']);
    expect((await callChecked(emulator, `GET ${path}`)).body).toEqual({ emails });
    const other = await send(emulator, `GET ${path}`, { authorization: 'Bearer other-key' });
    expect(other.body).toEqual({ emails: [] });
    await callChecked(emulator, `PUT ${path}`, { body: { emails: [] } });
    emulator.reset();
    expect((await callChecked(emulator, `GET ${path}`)).body).toEqual({ emails: [] });
  });
});
