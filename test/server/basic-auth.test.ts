/** Basic authentication in its three forms, as the configuration file of a worker gives them, through whole workflows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadPolytomicOptions } from '../../src/config';
import { createFetch, type Fetch } from '../../src/polytomic/http';
import { startEmulator, type Emulator } from '../../src/testing';
import { startWorld, type World } from './support/world';

const deploymentKey = 'deployment-key';
/** Credentials as they are sent. */
const sent = new Set<string | undefined>();
const overHttp = createFetch();
const fetch: Fetch = async (url, init) => {
  sent.add(init.headers.Authorization);
  return overHttp(url, init);
};

let emulator: Emulator;
let world: World;
let folder: string;

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

beforeAll(async () => {
  emulator = await startEmulator({ durationMs: 300, keys: ['user-key', deploymentKey] });
  const { url, organizationId } = emulator;
  folder = mkdtempSync(join(tmpdir(), 'basic-auth-'));
  const path = join(folder, 'polytomic.yaml');
  writeFileSync(
    path,
    `organizations:
  withKey: { url: "${url}", organizationId: "${organizationId}", apiKeyEnv: USER_KEY }
  withDeploymentKey: { url: "${url}", organizationId: "${organizationId}", deploymentKeyEnv: PARTNER_KEY }
  legacy: { url: "${url}", deploymentKeyEnv: DEPLOYMENT_KEY }
`,
  );
  const env = { USER_KEY: 'user-key', PARTNER_KEY: emulator.partnerKey, DEPLOYMENT_KEY: deploymentKey };
  const plugin = loadPolytomicOptions({ ...env, POLYTOMIC_CONFIG: path });
  world = await startWorld('basic-auth', { plugin: { ...plugin, fetch } });
});
afterAll(async () => {
  await world.close();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['withKey', 'organization and key', () => basic(`${emulator.organizationId}:user-key`)],
  [
    'withDeploymentKey',
    'organization and deployment key',
    () => basic(`${emulator.organizationId}:${emulator.partnerKey}`),
  ],
  ['legacy', 'the deployment key alone, in the legacy form', () => basic(`${deploymentKey}:`)],
])('%s: %s creates, runs and awaits syncs of both kinds', async (organization, _form, header) => {
  sent.clear();
  const { id } = emulator.addBulkSync();
  expect(await world.run('runBulkSync', { syncId: id, organization })).toMatchObject({ outcome: 'completed' });
  const sync = {
    name: `Made by ${organization}`,
    mode: 'create',
    fields: [{ target: 'email' }],
    schedule: { frequency: 'manual' },
    target: { connection_id: '00000000-0000-4000-8000-000000000012', object: 'contacts' },
    // As the documented page allows it.
    ...{
      filters: null,
      override_fields: null,
      overrides: null,
      policies: null,
      organization_id: null,
      encryption_passphrase: null,
    },
  };
  expect(await world.run('createAndRunModelSync', { sync, organization })).toMatchObject({ outcome: 'completed' });
  expect([...sent]).toEqual([header()]);
});
