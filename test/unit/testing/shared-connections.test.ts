import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const partnerOf = ({ partnerKey }: Emulator) => ({ authorization: `Bearer ${partnerKey}` });
const withChild = () => emulate({ organizations: { child: { id: 'c', keys: ['child-key'] } } });

describe('sharing a connection', () => {
  it('makes a copy in the other organization, which both sides can see', async () => {
    const emulator = await withChild();
    const [partner, child] = [partnerOf(emulator), { authorization: 'Bearer child-key' }];
    const { id } = emulator.addConnection({ name: 'Lake', configuration: { host: 'h', password: 'hidden' } });
    const shared = `/api/organizations/${emulator.organizationId}/connections/${String(id)}/shared`;
    const made = await callChecked(emulator, `POST ${shared}`, { ...partner, body: { child_organization_id: 'c' } });
    const copy = (await callChecked(emulator, `GET /api/connections/${made.body.data.id}`, child)).body.data;
    expect(copy).toMatchObject({ name: 'Lake', organization_id: 'c', parent_connection_id: id });
    const named = { ...partner, body: { child_organization_id: 'c', name: 'Their lake' } };
    await callChecked(emulator, `POST ${shared}`, named);
    const listed = await callChecked(emulator, `GET ${shared}`, partner);
    expect(listed.body.data).toMatchObject([{ id: made.body.data.id }, { name: 'Their lake' }]);
    expect(listed.text).not.toContain('hidden');
    const own = await callChecked(emulator, `GET /api/connections/${String(id)}/shared`);
    expect(own.body).toEqual(listed.body);
    expect(unasked(emulator, /^connections\.\w*[sS]hared/)).toEqual([]);
  });

  it('is refused for what the owner of the account has not, and towards nobody', async () => {
    const emulator = await withChild();
    const partner = partnerOf(emulator);
    const theirs = String(emulator.addConnection({ organization: 'child' }).id);
    const mine = String(emulator.addConnection().id);
    const share = async (owner: string, connection: string, child: string) => {
      const path = `/api/organizations/${owner}/connections/${connection}/shared`;
      return (await send(emulator, `POST ${path}`, { ...partner, body: { child_organization_id: child } })).status;
    };
    const owner = emulator.organizationId;
    expect(await share('c', theirs, owner)).toBe(404);
    expect(await share(owner, theirs, 'c')).toBe(404);
    expect(await share(owner, mine, 'nobody')).toBe(404);
    expect(await share(owner, mine, owner)).toBe(403);
    expect((await send(emulator, `GET /api/organizations/c/connections/${theirs}/shared`, partner)).status).toBe(404);
    expect((await send(emulator, `GET /api/connections/${theirs}/shared`)).status).toBe(404);
  });
});
