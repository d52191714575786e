/** Secrets by reference: only what the worker's owner allowed, and never a value in an error. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSecretResolver, type ResolveSecrets } from '../../../src/provisioning/secrets';

const variables: Record<string, string> = { ALLOWED: 's3cret', HIDDEN: 'hidden value', EMPTY: '' };

let folder: string;
let resolveSecrets: ResolveSecrets;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-secrets-'));
  await mkdir(join(folder, 'secrets', 'deep'), { recursive: true });
  await writeFile(join(folder, 'secrets', 'deep', 'passphrase'), 'from a file\n');
  await writeFile(join(folder, 'outside'), 'outside value');
  await mkdir(join(folder, 'secrets-beside'));
  await writeFile(join(folder, 'secrets-beside', 'file'), 'beside value');
  await symlink(join(folder, 'outside'), join(folder, 'secrets', 'link-out'));
  await symlink(join(folder, 'secrets', 'deep', 'passphrase'), join(folder, 'secrets', 'link-in'));
  resolveSecrets = createSecretResolver({
    secretEnv: ['ALLOWED', 'EMPTY', 'UNSET'],
    env: (name) => variables[name],
    secretsDir: join(folder, 'secrets'),
  });
});

afterAll(() => rm(folder, { recursive: true }));

describe('createSecretResolver', () => {
  it('replaces references wherever they stand, and leaves the request as it was', async () => {
    const request = { name: 'n', list: [{ a: { $env: 'ALLOWED' } }, 7, null], b: { c: { $file: 'deep/passphrase' } } };
    const before = structuredClone(request);
    expect(await resolveSecrets(request)).toEqual({
      name: 'n',
      list: [{ a: 's3cret' }, 7, null],
      b: { c: 'from a file' },
    });
    expect(request).toEqual(before);
  });

  it('follows links that stay inside the folder', async () => {
    expect(await resolveSecrets({ a: { $file: 'link-in' } })).toEqual({ a: 'from a file' });
  });

  it.each([
    ['a variable that is not listed', { $env: 'HIDDEN' }],
    ['a path that leads out', { $file: '../outside' }],
    ['a path into a folder whose name begins alike', { $file: '../secrets-beside/file' }],
    ['a link that leads out', { $file: 'link-out' }],
    ['an absolute path', { $file: '/etc/hostname' }],
    ['the folder itself', { $file: '.' }],
    ['a path with a NUL', { $file: 'deep\0' }],
    ['something beside the reference', { $env: 'ALLOWED', also: 'x' }],
    ['two references in one', { $env: 'ALLOWED', $file: 'deep/passphrase' }],
    ['a name that is no text', { $env: 7 }],
  ])('does not allow %s', async (_name, reference) => {
    const failure = resolveSecrets({ a: reference });
    await expect(failure).rejects.toMatchObject({ name: 'SecretNotAllowedError' });
    await expect(failure).rejects.not.toThrow(/value|s3cret/);
  });

  it.each([
    ['an unset variable', { $env: 'UNSET' }, /\$env: "UNSET"/],
    ['an empty variable', { $env: 'EMPTY' }, /\$env: "EMPTY"/],
    ['a file that is not there', { $file: 'deep/none' }, /\$file: "deep\/none".*ENOENT/],
    ['a folder', { $file: 'deep' }, /\$file: "deep".*EISDIR/],
  ])('tells that %s is missing, by its reference', async (_name, reference, message) => {
    const failure = resolveSecrets({ a: reference });
    await expect(failure).rejects.toMatchObject({ name: 'SecretMissingError' });
    await expect(failure).rejects.toThrow(message);
  });

  it('allows nothing where the owner allowed nothing', async () => {
    const nothing = createSecretResolver({ secretEnv: [], env: (name) => variables[name] });
    await expect(nothing({ a: { $env: 'ALLOWED' } })).rejects.toThrow(/POLYTOMIC_SECRET_ENV/);
    await expect(nothing({ a: { $file: 'deep/passphrase' } })).rejects.toThrow(/POLYTOMIC_SECRETS_DIR/);
  });
});
