import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

const card = { name: 'Their CRM', redirect_url: 'https://example.com/back' };
const open = (emulator: Emulator, body: object = {}) =>
  send(emulator, 'POST /api/connections/connect/', { body: { ...card, ...body } });
const session = (emulator: Emulator, token: unknown, authorization = '') =>
  send(emulator, `GET /api/connections/connect/session?token=${String(token)}`, { authorization });

describe('a Connect session', () => {
  it('is read by its token alone, until it is over', async () => {
    const emulator = await emulate();
    const { token, redirect_url } = (await open(emulator, { ttl: 60, whitelist: ['hubspot'] })).body.data;
    expect(redirect_url).toContain(String(token));
    expect((await session(emulator, token)).body.data).toMatchObject({
      name: 'Their CRM',
      whitelist: ['hubspot'],
      dark: false,
      organization_name: 'default',
    });
    expect((await session(emulator, 'guess')).status).toBe(401);
    expect((await session(emulator, 'guess', `Bearer ${emulator.apiKey}`)).status).toBe(401);
    emulator.clock.advance(60_000);
    expect((await session(emulator, token)).status).toBe(401);
  });

  it('makes one connection and no second, which its token then names', async () => {
    const emulator = await emulate();
    const { token } = (await open(emulator, { type: 'hubspot' })).body.data;
    const made = emulator.connect(String(token), { configuration: { hub_domain: 'theirs' } });
    expect((await send(emulator, `GET /api/connections/${String(made.id)}`)).body.data).toMatchObject({
      name: 'Their CRM',
      type: { id: 'hubspot' },
    });
    expect((await session(emulator, token)).body.data.connection_id).toBe(made.id);
    expect(() => emulator.connect(String(token))).toThrow('one connection only');
    expect(() => emulator.connect('guess')).toThrow('no session has this token');
  });

  it('changes a present connection where it names one', async () => {
    const emulator = await emulate();
    const { id } = emulator.addConnection({ status: 'unhealthy' });
    const { token } = (await open(emulator, { connection: id })).body.data;
    emulator.connect(String(token), { status: 'healthy' });
    expect((await send(emulator, `GET /api/connections/${String(id)}`)).body.data.status).toBe('healthy');
  });

  it.each([
    [{ name: 'CRM' }, 409],
    [{ connection: 'nobody' }, 404],
    [{ type: 'abacus' }, 422],
    [{ ttl: 604_801 }, 422],
    [{ organization_id: '00000000-0000-4000-8000-0000000000ff' }, 403],
  ])('is refused for %j by %d', async (body, status) => {
    expect((await open(await emulate(), body)).status).toBe(status);
  });
});
