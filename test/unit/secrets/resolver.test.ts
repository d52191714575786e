/** Secrets by reference: only what the operator allowed, for whom they allowed it, and never a value in an error. */
import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SecretReference } from '../../../src/inputs/secret-references';
import { createSecretResolver, type SecretSources } from '../../../src/secrets/resolver';

const variables: Record<string, string> = {
  ALLOWED: 's3cret',
  HIDDEN: 'hidden value',
  EMPTY: '',
  KEY_COPY: 'key-of-the-worker',
  FILE_COPY: 'key value',
  RESERVED: 'reserved value',
};
const context = { organization: 'default', operation: 'connections.create', field: 'configuration.password' };

let folder: string;
let secretsDir: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-secrets-'));
  secretsDir = join(folder, 'secrets');
  await mkdir(join(secretsDir, 'deep'), { recursive: true });
  await writeFile(join(secretsDir, 'deep', 'passphrase'), 'from a file\n');
  await writeFile(join(folder, 'outside'), 'outside value');
  await mkdir(join(folder, 'secrets-beside'));
  await writeFile(join(folder, 'secrets-beside', 'file'), 'beside value');
  await symlink(join(folder, 'outside'), join(secretsDir, 'link-out'));
  await symlink(join(secretsDir, 'deep', 'passphrase'), join(secretsDir, 'link-in'));
  await writeFile(join(secretsDir, 'polytomic-api-key'), 'key value');
  await symlink('polytomic-api-key', join(secretsDir, 'link-to-key'));
  await link(join(secretsDir, 'polytomic-api-key'), join(secretsDir, 'hard-link-to-key'));
  await mkdir(join(secretsDir, 'account'));
  await writeFile(join(secretsDir, 'account', 'token'), 'token value');
  await writeFile(join(secretsDir, 'copy-of-key'), 'key value\n');
  await writeFile(join(folder, 'ca'), '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n');
  await writeFile(join(secretsDir, 'copy-of-ca'), '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----');
  await writeFile(join(secretsDir, 'large'), '');
  await truncate(join(secretsDir, 'large'), 600_000_000);
  await writeFile(join(secretsDir, 'largest'), 'x'.repeat(65_536));
  await promisify(execFile)('mkfifo', [join(secretsDir, 'pipe')]);
  // As Kubernetes mounts a secret: a name is a link to ..data/<name>, and ..data a link to a folder with a time in its name.
  await mkdir(join(secretsDir, '..2026_11_26_10_00_00.123'));
  await writeFile(join(secretsDir, '..2026_11_26_10_00_00.123', 'mounted'), 'from kubernetes');
  await symlink('..2026_11_26_10_00_00.123', join(secretsDir, '..data'));
  await symlink(join('..data', 'mounted'), join(secretsDir, 'mounted'));
});

afterAll(() => rm(folder, { recursive: true }));

function resolverOf(own: Partial<SecretSources> = {}) {
  return createSecretResolver({
    secretEnv: ['ALLOWED', 'EMPTY', 'UNSET', 'KEY_COPY', 'FILE_COPY', 'RESERVED'],
    env: (name) => variables[name],
    secretsDir,
    reserved: {
      isVariable: (name) => name === 'RESERVED',
      values: ['key-of-the-worker'],
      files: [
        join(folder, 'ca'),
        join(secretsDir, 'polytomic-api-key'),
        join(secretsDir, 'account'),
        join(folder, 'not-there'),
      ],
    },
    ...own,
  });
}

const resolve = (reference: SecretReference, own?: Partial<SecretSources>, more: object = {}): Promise<string> =>
  resolverOf(own)(reference, { ...context, ...more });

describe('a reference', () => {
  it.each<[string, SecretReference, string]>([
    ['to a variable', { $env: 'ALLOWED' }, 's3cret'],
    ['that tells of a rotation', { $env: 'ALLOWED', version: 3 }, 's3cret'],
    ['to a file, whose last line break is no part of it', { $file: 'deep/passphrase' }, 'from a file'],
    ['to a link that stays inside the folder', { $file: 'link-in' }, 'from a file'],
    ['to a file as Kubernetes mounts it', { $file: 'mounted' }, 'from kubernetes'],
    [
      'to a certificate that the worker uses too',
      { $file: 'copy-of-ca' },
      '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----',
    ],
    ['to a file of 64 KB', { $file: 'largest' }, 'x'.repeat(65_536)],
  ])('%s is resolved', async (_what, reference, value) => {
    expect(await resolve(reference)).toBe(value);
  });

  it.each<[string, SecretReference]>([
    ['to a variable that is not listed', { $env: 'HIDDEN' }],
    ['to a variable that is reserved, although it is listed', { $env: 'RESERVED' }],
    ['to a variable that holds a key of the worker', { $env: 'KEY_COPY' }],
    ['that leads out', { $file: '../outside' }],
    ['into a folder whose name begins alike', { $file: '../secrets-beside/file' }],
    ['to a link that leads out', { $file: 'link-out' }],
    ['to an absolute path', { $file: '/etc/hostname' }],
    ['to the folder itself', { $file: '.' }],
    ['to a path with a NUL', { $file: 'deep\0' }],
    ['to a folder', { $file: 'deep' }],
    ['to a named pipe', { $file: 'pipe' }],
    ['to a file above 64 KB', { $file: 'large' }],
    ["to the worker's own key file", { $file: 'polytomic-api-key' }],
    ['to a link to it', { $file: 'link-to-key' }],
    ['to a hard link to it', { $file: 'hard-link-to-key' }],
    ['to a copy of it', { $file: 'copy-of-key' }],
    ['to a variable that holds what it holds', { $env: 'FILE_COPY' }],
    ["below the service account's folder", { $file: 'account/token' }],
    ['to a function where there is none', { $secret: 'any' }],
  ])('%s is not allowed', async (_what, reference) => {
    const failure = resolve(reference);
    await expect(failure).rejects.toMatchObject({ name: 'SecretNotAllowedError' });
    await expect(failure).rejects.not.toThrow(/value|s3cret|key-of/);
  });

  it.each<[string, SecretReference, RegExp]>([
    ['an unset variable', { $env: 'UNSET' }, /\$env: "UNSET"/],
    ['an empty variable', { $env: 'EMPTY' }, /\$env: "EMPTY"/],
    ['a file that is not there', { $file: 'deep/none' }, /\$file: "deep\/none".*ENOENT/],
  ])('to %s tells that it is missing', async (_what, reference, message) => {
    const failure = resolve(reference);
    await expect(failure).rejects.toMatchObject({ name: 'SecretMissingError' });
    await expect(failure).rejects.toThrow(message);
  });

  it('is refused where the operator allowed nothing', async () => {
    const nothing = { secretEnv: [], secretsDir: undefined };
    await expect(resolve({ $env: 'ALLOWED' }, nothing)).rejects.toThrow(/POLYTOMIC_SECRET_ENV/);
    await expect(resolve({ $file: 'deep/passphrase' }, nothing)).rejects.toThrow(/POLYTOMIC_SECRETS_DIR/);
  });
});

describe('a binding', () => {
  const bindings = { ALLOWED: { organizations: ['acme'], connectionTypes: ['postgresql'] } };

  it('lets the secret be used where it says', async () => {
    const more = { organization: 'acme', connectionType: 'postgresql' };
    expect(await resolve({ $env: 'ALLOWED' }, { bindings }, more)).toBe('s3cret');
  });

  it.each([
    ['another organization', { organization: 'default', connectionType: 'postgresql' }],
    ['another type', { organization: 'acme', connectionType: 'webhook' }],
    ['no connection, or one of an unknown type', { organization: 'acme' }],
  ])('refuses it for %s', async (_what, more) => {
    await expect(resolve({ $env: 'ALLOWED' }, { bindings }, more)).rejects.toMatchObject({
      name: 'SecretNotAllowedError',
    });
  });
});

describe('a binding of a file', () => {
  const own = { organizations: ['acme'] };
  const bindings = { 'deep/passphrase': own, mounted: own, 'not-there': own };

  it('lets the file be used where it says', async () => {
    const acme = { organization: 'acme' };
    expect(await resolve({ $file: './deep/passphrase' }, { bindings }, acme)).toBe('from a file');
    expect(await resolve({ $file: 'largest' }, { bindings })).toHaveLength(65_536);
  });

  it.each([
    'deep/passphrase',
    './deep/passphrase',
    'deep/../deep//passphrase',
    'link-in',
    '..data/mounted',
    '..2026_11_26_10_00_00.123/mounted',
  ])('holds for %s, which leads to it', async ($file) => {
    await expect(resolve({ $file }, { bindings })).rejects.toMatchObject({
      name: 'SecretNotAllowedError',
      message: expect.stringContaining('is not for organization "default"'),
    });
  });
});

describe('the function of the operator', () => {
  it('is asked with the reference and what it is for', async () => {
    const asked: unknown[] = [];
    const resolveSecret = async (...given: unknown[]): Promise<string> => {
      asked.push(given);
      return 'from the vault';
    };
    const reference = { $secret: 'warehouse/password', version: 2 };
    expect(await resolve(reference, { resolveSecret })).toBe('from the vault');
    expect(asked).toEqual([[reference, context]]);
  });

  it('that fails is asked again by the next try, and what it threw is not shown', async () => {
    const resolveSecret = (): never => {
      throw new Error('token hvs.very-secret expired');
    };
    const failure = resolve({ $secret: 'a' }, { resolveSecret });
    await expect(failure).rejects.toMatchObject({ name: 'SecretUnavailableError' });
    await expect(failure).rejects.not.toThrow(/hvs/);
  });

  it.each([[''], [undefined], [7], ['x'.repeat(70_000)]])(
    'that answers no usable text is no source: %#',
    async (value) => {
      const resolveSecret = (): string => value as string;
      await expect(resolve({ $secret: 'a' }, { resolveSecret })).rejects.toMatchObject({ name: 'SecretMissingError' });
    },
  );
});
