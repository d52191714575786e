/** A secret that was put where no schema tells of one comes back by no later read. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toObjects } from '../../../src/rules/provision/to-objects';
import { createKnownSecrets } from '../../../src/secrets/known-secrets';
import { activitiesOnEmulator } from '../activities/support/activities-on-emulator';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-known-'));
  await mkdir(join(folder, 'deep'));
  await writeFile(join(folder, 'deep', 'passphrase'), 'phrase-of-a-file\n');
  await writeFile(join(folder, 'api-key'), 'key-of-the-worker');
});
afterAll(() => rm(folder, { recursive: true }));

const inVariable = 'S3cr3t-Warehouse-PW';
beforeEach(() => void (process.env['POLYTOMIC_TEST_PW'] = inVariable));
afterEach(() => void delete process.env['POLYTOMIC_TEST_PW']);

describe('the secrets that requests may refer to', () => {
  const known = (more: object = {}) =>
    createKnownSecrets({
      secretEnv: ['A', 'SHORT', 'RESERVED'],
      env: (name) => ({ A: 'value-of-a', SHORT: 'etl', RESERVED: 'reserved value' })[name],
      secretsDir: folder,
      reserved: { isVariable: (name) => name === 'RESERVED', values: [], files: [join(folder, 'api-key')] },
      ...more,
    });

  it.each([
    ['value-of-a', true],
    ['select value-of-a from x', true],
    ['phrase-of-a-file', true],
    ['etl', true],
    ['etl_user', false],
    ['reserved value', false],
    ['key-of-the-worker', false],
    ['', false],
  ])('are variables and files, found in %j: %s', async (text, found) => {
    expect((await known().finder())(text)).toBe(found);
  });

  it('are those that a function answered, once it has', async () => {
    const secrets = known({ secretsDir: undefined });
    expect((await secrets.finder())('from-the-vault')).toBe(false);
    secrets.remember('from-the-vault');
    expect((await secrets.finder())('from-the-vault')).toBe(true);
  });

  it('are the thousand that a function answered last: none of them is forgotten for an older one', async () => {
    const secrets = known({ secretsDir: undefined });
    const answered = (number: number): string => `from-the-vault-${number}-`;
    for (let number = 0; number < 1_000; number += 1) secrets.remember(answered(number));
    secrets.remember(answered(0));
    secrets.remember(answered(1_000));
    const holdsSecret = await secrets.finder();
    expect([0, 1, 2, 999, 1_000].map((number) => holdsSecret(answered(number)))).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  it('of a folder are read again after a minute', async () => {
    let now = 0;
    const { secretEnv, env, reserved } = {
      secretEnv: [],
      env: () => undefined,
      reserved: { isVariable: () => false, values: [], files: [] },
    };
    const secrets = createKnownSecrets({ secretEnv, env, reserved, secretsDir: folder }, () => now);
    await secrets.finder();
    await writeFile(join(folder, 'new'), 'a-new-secret');
    expect((await secrets.finder())('a-new-secret')).toBe(false);
    now = 60_001;
    expect((await secrets.finder())('a-new-secret')).toBe(true);
  });
});

describe('a starter who puts a secret into a harmless field of a sync', () => {
  const plugin = () => ({
    ...{ operations: ['run', 'create', 'connections.get', 'connections.list'], secretEnv: ['POLYTOMIC_TEST_PW'] },
    ...{ secretsDir: folder, resolveSecret: () => 'from-the-vault' },
  });
  const configuration = {
    schema: inVariable,
    path: ['phrase-of-a-file'],
    note: 'from-the-vault',
    bucket: 'sales',
    password: 'written',
  };
  const shown = ['S3cr3t', 'phrase-of-a-file', 'from-the-vault', 'written'];

  async function sync() {
    const { emulator, perform } = await activitiesOnEmulator({ plugin: plugin() });
    const ids = [emulator.addConnection().id, emulator.addConnection().id];
    const [source_connection_id, destination_connection_id] = ids;
    const schedule = { default_schedule: { frequency: 'manual' } };
    const body = { name: 'B', mode: 'replicate', source_connection_id, destination_connection_id, ...schedule };
    const references = {
      schema: { $env: 'POLYTOMIC_TEST_PW' },
      path: [{ $file: 'deep/passphrase' }],
      note: { $secret: 'any' },
      ...{ bucket: 'sales', password: { $env: 'POLYTOMIC_TEST_PW' } },
    };
    const { id } = (await perform('bulkSync.create', { ...body, destination_configuration: references })) as {
      id: string;
    };
    emulator.updateSync(id, { destination_configuration: configuration });
    return { id, perform, body };
  }

  it('gets it by no read', async () => {
    const { id, perform } = await sync();
    const read = (await perform('bulkSync.get', { id })) as { destination_configuration: object };
    expect(read.destination_configuration).toEqual({
      ...{ schema: '[redacted]', path: ['[redacted]'], note: '[redacted]' },
      ...{ bucket: 'sales', password: '[redacted]' },
    });
  });

  it('gets it by no export, which says what to provide instead', async () => {
    const { perform } = await sync();
    const exported = await perform('exportObjects', { input: { kinds: ['bulkSyncs'] } });
    expect(exported).toMatchObject({
      spec: {
        bulkSyncs: { b: { destination_configuration: { bucket: 'sales', schema: { $env: expect.any(String) } } } },
      },
    });
    for (const secret of shown) expect(JSON.stringify(exported)).not.toContain(secret);
  });

  it('gets it by no plan that names the field', async () => {
    const { id, perform, body } = await sync();
    const wanted = { ...body, destination_configuration: { schema: 'other', path: ['x'], note: 'x', bucket: 'x' } };
    const [object] = toObjects({ bulkSyncs: { b: wanted } });
    const item = { object, identity: { state: 'known', id, origin: 'pinned' }, owned: null, namesakes: [], ids: {} };
    const planned = await perform('planObjects', { organization: 'default', items: [item] });
    expect(JSON.stringify(planned)).toContain('destination_configuration.schema');
    for (const secret of shown) expect(JSON.stringify(planned)).not.toContain(secret);
  });
});
