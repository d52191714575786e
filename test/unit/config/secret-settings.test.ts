/** Settings of secrets: which key goes where, and what no request may refer to. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadPolytomicOptions } from '../../../src/config';
import { isConfigError } from '../../../src/settings/config-error';
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { resolveOptions } from '../../../src/settings/resolve-options';

const key = 'a-key-that-nobody-may-see';
const log = { info: () => undefined, warn: () => undefined };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-secret-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(content: string, env: NodeJS.ProcessEnv): Promise<PolytomicPluginOptions> {
  const path = join(folder, 'config.yaml');
  await writeFile(path, content);
  return loadPolytomicOptions({ POLYTOMIC_CONFIG: path, ...env });
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (!isConfigError(error)) throw error;
    expect(error.message).not.toContain(key);
    return error.problems;
  }
  return [];
}

const onPremises = 'organizations: { plant: { url: https://polytomic.plant.example, apiKeyEnv: POLYTOMIC_API_KEY } }';
const namesOf = (options: PolytomicPluginOptions): string[] => [...resolveOptions(options, log).organizations.keys()];

describe('a key variable', () => {
  it('that an organization of the file names makes no default, whose server would get the key', async () => {
    const options = await load(onPremises, { POLYTOMIC_API_KEY: key });
    expect(namesOf(options)).toEqual(['plant']);
    expect(options.apiKey).toBeUndefined();
  });

  it('of a deployment that is named takes its organization along', async () => {
    const file = onPremises.replace('POLYTOMIC_API_KEY', 'POLYTOMIC_DEPLOYMENT_KEY');
    const env = { POLYTOMIC_DEPLOYMENT_KEY: key, POLYTOMIC_ORGANIZATION_ID: 'org' };
    expect(namesOf(await load(file, env))).toEqual(['plant']);
  });

  it('that the file does not name makes the default as ever', async () => {
    const file = onPremises.replace('POLYTOMIC_API_KEY', 'PLANT_KEY');
    const options = await load(file, { POLYTOMIC_API_KEY: key, PLANT_KEY: 'another-key-1234' });
    expect(namesOf(options)).toEqual(['default', 'plant']);
  });
});

describe('a variable that requests may refer to', () => {
  it.each<[string, PolytomicPluginOptions, NodeJS.ProcessEnv]>([
    ['POLYTOMIC_API_KEY', {}, {}],
    ['POLYTOMIC_DEPLOYMENT_KEY', {}, {}],
    ['TEMPORAL_API_KEY', {}, {}],
    ['TEMPORAL_TLS_CLIENT_KEY_DATA', {}, {}],
    ['MY_KEY', {}, { MY_KEY: key }],
    ['OTHER_KEY', { organizations: { other: { apiKey: 'other-key-1234' } } }, { OTHER_KEY: 'other-key-1234' }],
    ['HOOK', { notify: { ops: { url: 'https://hooks.example/secret' } } }, { HOOK: 'https://hooks.example/secret' }],
    ['KEYS', { idempotencySecret: 'sixteen characters' }, { KEYS: 'sixteen characters' }],
  ])('cannot be %s, which holds a key or address of the worker', (name, options, env) => {
    const given = { apiKey: key, secretEnv: ['FINE', name], ...options };
    expect(problemsOf(() => resolveOptions(given, log, { env }))).toEqual([
      expect.stringMatching(new RegExp(`^secretEnv: ${name} holds`)),
    ]);
  });

  it('is refused by the name of its variable, and for each organization', async () => {
    const env = { POLYTOMIC_API_KEY: key, POLYTOMIC_SECRET_ENV: 'POLYTOMIC_API_KEY' };
    expect(problemsOf(() => loadPolytomicOptions(env))).toEqual([expect.stringMatching(/^POLYTOMIC_SECRET_ENV: /)]);
    const own = { apiKey: key, organizations: { acme: { apiKey: 'acme-key-1234', secretEnv: ['TEMPORAL_API_KEY'] } } };
    expect(problemsOf(() => resolveOptions(own, log))).toEqual([
      expect.stringMatching(/^organizations\.acme\.secretEnv: TEMPORAL_API_KEY/),
    ]);
  });
});

describe('a binding', () => {
  it('is read from the file', async () => {
    const file = `${onPremises}\nsecrets: { WAREHOUSE_PASSWORD: { organizations: [plant], connectionTypes: [postgresql] } }`;
    const options = await load(file, { POLYTOMIC_API_KEY: key });
    expect(options.secrets).toEqual({
      WAREHOUSE_PASSWORD: { organizations: ['plant'], connectionTypes: ['postgresql'] },
    });
  });

  it('to an organization that is not there is wrong', () => {
    const options = { apiKey: key, secrets: { A: { organizations: ['mars'] } } };
    expect(problemsOf(() => resolveOptions(options, log))).toEqual([
      'secrets.A.organizations: there is no organization "mars"',
    ]);
  });
});

describe('the secret of idempotency keys', () => {
  const options = (more: object): PolytomicPluginOptions => ({ apiKey: key, ...more });

  it('is read from its file', async () => {
    const path = join(folder, 'idempotency');
    await writeFile(path, 'sixteen characters\n');
    const fingerprints = await Promise.all(
      [{ idempotencySecretFile: path }, { idempotencySecret: 'sixteen characters' }, {}].map(async (more) =>
        resolveOptions(options(more), log).organizations.get('default')?.client.keyFingerprint(),
      ),
    );
    expect(fingerprints[0]).toBe(fingerprints[1]);
    expect(fingerprints[0]).not.toBe(fingerprints[2]);
  });

  it.each([
    [{ idempotencySecret: 'short' }, /^idempotencySecret: expected at least 16/],
    [{ idempotencySecretFile: '/nosuch' }, /^idempotencySecretFile: cannot be read \(ENOENT\)/],
    [{ idempotencySecretFile: '/nosuch', idempotencySecret: 'sixteen characters' }, /^give only one/],
  ])('is refused: %j', (more, message) => {
    expect(problemsOf(() => resolveOptions(options(more), log))).toEqual([expect.stringMatching(message)]);
  });
});
