import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('versions', () => {
  it('echoes the version that served a request, the newest where none was asked', async () => {
    const emulator = await emulate();
    const echo = async (version?: string) =>
      (await send(emulator, 'GET /api/syncs', { version })).headers.get('x-polytomic-version');
    expect([await echo(), await echo('2022-12-12')]).toEqual(['2025-09-18', '2022-12-12']);
    expect((await send(emulator, 'GET /api/syncs', { version: '2019-01-01' })).status).toBe(400);
  });

  it.each([
    ['PUT /api/syncs/x', '2022-12-12', true],
    ['PATCH /api/syncs/x', '2022-12-12', false],
    ['PATCH /api/syncs/x', '2024-02-08', true],
    ['PUT /api/syncs/x', '2024-02-08', false],
    ['POST /api/syncs/x/cancel', '2023-04-25', true],
    ['POST /api/syncs/x/cancel', '2024-02-08', false],
    ['POST /api/syncs/x/executions/y/cancel', '2024-02-08', true],
    ['POST /api/syncs/x/executions/y/cancel', '2025-09-18', false],
    ['GET /api/bulk/syncs', '2022-12-12', true],
    ['GET /api/syncs/x/executions', '2022-12-12', false],
  ])('%s is missing in %s: %s', async (call, version, missing) => {
    const emulator = await emulate();
    const answer = await send(emulator, call, { version });
    const said = answer.body.message?.includes('does not exist in') ?? false;
    expect({ status: missing ? answer.status : 404, said }).toEqual({ status: 404, said: missing });
  });

  it('lists full model syncs without pages up to 2024-02-08, light ones in pages after', async () => {
    const emulator = await emulate({ seed: { modelSyncs: Array.from({ length: 60 }, () => ({})) } });
    const old = await send(emulator, 'GET /api/syncs', { version: '2024-02-08' });
    expect(old.body.data).toHaveLength(60);
    expect(old.body.data[0]).toHaveProperty('target.connection_id');
    const light = await send(emulator, 'GET /api/syncs');
    expect(light.body.data).toHaveLength(50);
    expect(light.body.data[0]).not.toHaveProperty('target');
    const limited = await send(emulator, 'GET /api/syncs?limit=5', { version: '2024-02-08' });
    expect(limited.body.data).toHaveLength(60);
  });

  it('knows the old name of a bulk rebuild and the one schedule only in 2024-02-08', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync();
    const call = `POST /api/bulk/syncs/${id}/executions`;
    expect((await send(emulator, call, { body: { resync: true } })).status).toBe(400);
    const started = await send(emulator, call, { body: { resync: true }, version: '2024-02-08' });
    expect(started.body.data).toMatchObject({ is_resync: true, output_disposition: 'rebuild' });
    const old = (await send(emulator, `GET /api/bulk/syncs/${id}`, { version: '2024-02-08' })).body.data;
    expect(old).toMatchObject({ schedule: { frequency: 'manual' } });
    expect(old).not.toHaveProperty('default_schedule');
  });
});

describe('credentials', () => {
  it('accepts a bearer key, organization and key, and the legacy key alone', async () => {
    const emulator = await emulate({ keys: ['first-key', 'second-key'] });
    const credentials = ['Bearer second-key', basic(emulator.organizationId, 'first-key'), basic('first-key', '')];
    for (const authorization of credentials) {
      expect((await send(emulator, 'GET /api/me', { authorization })).status).toBe(200);
    }
    const wrong = [
      'Bearer nobody',
      'Bearer ',
      basic('another-organization', 'first-key'),
      basic('', ''),
      'Digest first-key',
    ];
    for (const authorization of wrong)
      expect((await send(emulator, 'GET /api/me', { authorization })).status).toBe(401);
  });

  it('refuses by 401 in the body of the version asked', async () => {
    const emulator = await emulate();
    const refused = { authorization: 'Bearer nobody' };
    const newest = await send(emulator, 'GET /api/syncs', refused);
    expect(newest.body).toMatchObject({ message: 'the API key is missing or unknown', status: 401 });
    const older = await send(emulator, 'GET /api/syncs', { ...refused, version: '2024-02-08' });
    expect(older.body).toMatchObject({ error: 'the API key is missing or unknown', code: 401 });
  });

  it('rotates keys at run time and logs which key was used, never the key', async () => {
    const emulator = await emulate();
    emulator.setKeys(['fresh-key', 'test-key']);
    expect((await send(emulator, 'GET /api/me')).status).toBe(200);
    emulator.setKeys(['fresh-key']);
    expect((await send(emulator, 'GET /api/me')).status).toBe(401);
    const shown = emulator.requests().map(({ headers }) => headers.authorization);
    expect(shown).toEqual(['key 1 of default', 'unknown key']);
    expect(JSON.stringify(emulator.requests())).not.toContain('test-key');
  });

  it('keeps organizations apart', async () => {
    const emulator = await emulate({ organizations: { other: { keys: ['other-key'] } } });
    const other = { authorization: 'Bearer other-key' };
    const mine = emulator.addModelSync({ name: 'mine' });
    const theirs = emulator.addModelSync({ name: 'theirs', organization: 'other' });
    expect((await send(emulator, `GET /api/syncs/${mine.id}`, other)).status).toBe(404);
    expect((await send(emulator, `GET /api/syncs/${theirs.id}`, other)).status).toBe(200);
    expect((await send(emulator, 'GET /api/me', other)).body.data).toMatchObject({ organization_name: 'other' });
  });
});

describe('what nobody may have by accident', () => {
  it('is a key of the partner account, once the API key is one of one’s own', async () => {
    const usual = await emulate();
    expect(usual.partnerKey).toBe('partner-key');
    const own = await emulate({ keys: ['my-own-key'] });
    const asPartner = (key: string) => send(own, 'GET /api/organizations', { authorization: `Bearer ${key}` });
    expect((await asPartner('partner-key')).status).toBe(401);
    expect(own.partnerKey).toMatch(/^partner-[0-9a-f]{32}$/);
    expect((await asPartner(own.partnerKey)).status).toBe(200);
  });

  it('is memory: a longer body than the emulator reads is a 413, key or not', async () => {
    const emulator = await emulate({ maxBodyBytes: 1_000 });
    const body = { name: 'x'.repeat(1_000) };
    const refused = await send(emulator, 'POST /api/connections', { body, authorization: 'Bearer nobody' });
    expect([refused.status, refused.body.message]).toEqual([413, 'the body is too long']);
    expect(emulator.requests()).toMatchObject([{ status: 413, body: undefined }]);
    expect((await send(emulator, 'GET /api/me')).status).toBe(200);
  });
});
