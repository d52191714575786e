/** The example's function against its fake Vault, through an activity. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startFakeVault } from '../../../examples/secrets-from-vault/src/fake-vault';
import { resolveFromVault } from '../../../examples/secrets-from-vault/src/vault';
import type { ResolveSecret } from '../../../src/secrets/resolver';
import { failureOf } from '../activities/support/activities-on-emulator';
import { activitiesOnFetch } from '../activities/support/activities-on-fetch';

let folder: string;
let vault: Server;
let resolveSecret: ResolveSecret;
const tokenFile = (): string => join(folder, 'token');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-vault-'));
  await writeFile(tokenFile(), 'fake-token\n');
  vault = startFakeVault({ 'default/warehouse': { password: 'from-the-vault' } }, 'fake-token');
  await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve));
  const { port } = vault.address() as AddressInfo;
  resolveSecret = resolveFromVault({ address: `http://127.0.0.1:${port}`, tokenFile: tokenFile(), mount: 'secret' });
});
afterAll(async () => {
  await new Promise((resolve) => vault.close(resolve));
  await rm(folder, { recursive: true });
});

const connection = (type: string) => ({
  ...{ name: 'Warehouse', type, validate: false },
  configuration: { hostname: 'db', password: { $secret: 'warehouse#password', version: 1 } },
});

it('puts the secret of a Vault into the connection that it is for, and into no other', async () => {
  const secrets = { 'warehouse#password': { connectionTypes: ['postgresql'] } };
  const { sent, perform } = activitiesOnFetch(
    ({ method }) => (method === 'GET' ? { status: 404 } : { json: { data: { id: 'c1' } } }),
    { resolveSecret, secrets },
  );
  expect(await perform('connections.create', connection('postgresql'))).toEqual({ id: 'c1' });
  expect(sent.at(-1)?.body).toContain('"password":"from-the-vault"');
  const refused = await failureOf(perform('connections.create', connection('webhook')));
  expect(refused).toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: true });
});

it.each([
  'warehouse#password#',
  'warehouse#password#x',
  '/warehouse#password',
  'x/../warehouse#password',
  'warehouse?#password',
])('takes one spelling of a name, which %s is not, so that nobody evades what is bound to it', async ($secret) => {
  const { sent, perform } = activitiesOnFetch(() => ({ status: 404 }), { resolveSecret });
  const input = { ...connection('webhook'), configuration: { hostname: 'db', password: { $secret } } };
  await failureOf(perform('connections.create', input));
  expect(sent.filter(({ method }) => method === 'POST')).toEqual([]);
});

it('is tried again where the Vault refuses, and shows nothing of why', async () => {
  await writeFile(tokenFile(), 'stale-token');
  const { sent, perform } = activitiesOnFetch(() => ({ status: 404 }), { resolveSecret });
  const failure = await failureOf(perform('connections.create', connection('postgresql')));
  expect(failure).toMatchObject({ type: 'polytomic.Unavailable', nonRetryable: false });
  expect(failure.message).not.toMatch(/stale|403/);
  expect(sent.filter(({ method }) => method === 'POST')).toEqual([]);
});
