import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const me = async (emulator: Emulator, authorization?: string, version?: string) =>
  (await send(emulator, 'GET /api/me', { authorization, version })).body.data;

describe('the caller', () => {
  it('of a user key is a user of the organization, with the kind of credential in the newest version only', async () => {
    const emulator = await emulate();
    const user = await me(emulator);
    expect(user).toMatchObject({ is_user: true, is_partner: false, role: 'admin', email: 'emulator@example.com' });
    expect(user.credential).toEqual({ method: 'api_key', mode: 'user' });
    expect(await me(emulator, undefined, '2024-02-08')).not.toHaveProperty('credential');
  });

  it('of a partner key is the partner, and with an organization that organization, neither a user', async () => {
    const emulator = await emulate({
      partnerKeys: ['partners-own'],
      organizations: { other: { id: 'o', keys: ['k'] } },
    });
    expect(emulator.partnerKey).toBe('partners-own');
    const partner = await me(emulator, 'Bearer partners-own');
    expect(partner).toMatchObject({ is_partner: true, is_user: false, organization_id: emulator.organizationId });
    const organization = await me(emulator, basic('o', 'partners-own'));
    expect(organization).toMatchObject({ is_organization: true, is_user: false, organization_id: 'o' });
    for (const caller of [partner, organization]) expect(Object.keys(caller)).not.toContain('email');
    expect((await send(emulator, 'GET /api/me', { authorization: basic('nobody', 'partners-own') })).status).toBe(401);
    expect(emulator.requests().map(({ headers }) => headers.authorization)).toEqual([
      'partner key 0',
      'partner key 0 for other',
      'unknown key',
    ]);
  });

  it('with a partner key reaches the partner operations and no others, with any other key the others only', async () => {
    const emulator = await emulate();
    const partner = `Bearer ${emulator.partnerKey}`;
    const inside = basic(emulator.organizationId, emulator.partnerKey);
    const statusOf = async (call: string, authorization?: string) =>
      (await send(emulator, call, { authorization })).status;
    expect(await statusOf('GET /api/syncs', partner)).toBe(403);
    expect(await statusOf('GET /api/syncs', inside)).toBe(200);
    expect(await statusOf('GET /api/connection_types', partner)).toBe(200);
    for (const authorization of [undefined, inside]) {
      const refused = await send(emulator, 'GET /api/organizations', { authorization });
      expect(refused).toMatchObject({ status: 403, body: { message: 'organization.list: needs a partner key' } });
    }
  });
});
