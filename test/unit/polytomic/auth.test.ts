import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type ClientOptions } from '../../../src/polytomic/client';
import { caught, scriptedClient, type Scripted } from './support/scripted-fetch';

const folder = mkdtempSync(join(tmpdir(), 'polytomic-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const ok: Scripted = { json: { data: [] } };

async function headerOf(options: Partial<ClientOptions>): Promise<string | undefined> {
  const { client, sent } = scriptedClient([ok], { apiKey: undefined, ...options });
  await client.connections.list({});
  return sent[0]?.headers['Authorization'];
}

describe('the credential', () => {
  it.each([
    ['a key', { apiKey: 'key-1' }, 'Bearer key-1'],
    ['a function', { apiKey: async () => 'key-2' }, 'Bearer key-2'],
    ['a file, trimmed', { apiKeyFile: file('a', '  key-3\n') }, 'Bearer key-3'],
    ['an organization and its deployment key', { organizationId: 'org', deploymentKey: 'dep' }, basic('org:dep')],
    ['an organization and a key', { organizationId: 'org', apiKey: 'key-4' }, basic('org:key-4')],
    ['a deployment key alone, in the older form', { deploymentKey: 'dep' }, basic('dep:')],
  ])('is made of %s', async (_what, options, header) => {
    expect(await headerOf(options)).toBe(header);
  });

  it('asks its function before each call', async () => {
    let calls = 0;
    const { client, sent } = scriptedClient([ok], { apiKey: () => `key-${++calls}` });
    await client.connections.list({});
    await client.connections.list({});
    expect(sent.map(({ headers }) => headers['Authorization'])).toEqual(['Bearer key-1', 'Bearer key-2']);
  });

  it.each(['a file', 'a function'])(
    'that was refused is read again from %s, and the request sent once more',
    async (place) => {
      const path = file(`renewed-${place.length}`, 'old-key');
      let asked = 0;
      const apiKey = (): string => (++asked > 4 ? 'new-key' : 'old-key');
      const options = place === 'a file' ? { apiKey: undefined, apiKeyFile: path } : { apiKey };
      const fails = scriptedClient([{ status: 401 }], options);
      expect(await caught(fails.client.connections.list({}))).toMatchObject({ code: 'Unauthorized' });
      expect(fails.sent).toHaveLength(1);
      const { client, sent } = scriptedClient([ok, { status: 401 }, { json: { data: { id: 'run' } } }], options);
      await client.connections.list({});
      writeFileSync(path, 'new-key');
      await client.modelSync.start({ id: 'sync' }, { idempotencyKey: 'start-of-a-sync' });
      expect(sent.map(({ headers }) => headers['Authorization'])).toEqual([
        ...['Bearer old-key', 'Bearer old-key'],
        'Bearer new-key',
      ]);
      const keys = sent.slice(1).map(({ headers }) => headers['Idempotency-Key']);
      expect(keys[0]).toBeDefined();
      expect(keys[1]).toBe(keys[0]);
    },
  );

  it('is refused where the new key is, too, and asked no third time', async () => {
    let calls = 0;
    const { client, sent } = scriptedClient([{ status: 401 }], { apiKey: () => `key-${++calls}` });
    expect(await caught(client.connections.list({}))).toMatchObject({ code: 'Unauthorized', status: 401 });
    expect(sent).toHaveLength(2);
  });

  it('reads its file again after a 401, and only then', async () => {
    const path = file('rotating', 'old-key');
    const { client, sent } = scriptedClient([ok, { status: 401 }, ok], { apiKey: undefined, apiKeyFile: path });
    await client.connections.list({});
    writeFileSync(path, 'new-key\n');
    await client.connections.list({});
    await client.connections.list({});
    expect(sent.map(({ headers }) => headers['Authorization'])).toEqual([
      ...['Bearer old-key', 'Bearer old-key'],
      ...['Bearer new-key', 'Bearer new-key'],
    ]);
  });

  it('that cannot be fetched just now is worth another try', async () => {
    const apiKey = (): Promise<string> => Promise.reject(new Error('vault says s3cr3t'));
    const error = await caught(scriptedClient([ok], { apiKey }).client.connections.list({}));
    expect(error).toMatchObject({ code: 'Unavailable', answered: false });
    expect(String(error)).not.toContain('s3cr3t');
  });

  it('that turns out to be none is not', async () => {
    const error = await caught(scriptedClient([ok], { apiKey: () => 'two words' }).client.connections.list({}));
    expect(error).toMatchObject({ code: 'Unauthorized', answered: false });
    expect(String(error)).not.toContain('two words');
  });
});

describe('a client is not made', () => {
  it.each([
    ['without any key', {}, 'apiKey: expected a key'],
    ['with an organization alone', { organizationId: 'o' }, 'apiKey: expected a key'],
    ['with key and key file', { apiKey: 'a', apiKeyFile: 'b' }, 'only one of apiKey and apiKeyFile'],
    ['with key and deployment key', { apiKey: 'a', deploymentKey: 'b' }, 'only one of apiKey and deploymentKey'],
    ['with an empty key', { apiKey: '' }, 'apiKey: expected'],
    ['with a line break in the key', { apiKey: 'key\nX-Evil: 1' }, 'apiKey: expected'],
    ['with a space in the deployment key', { deploymentKey: 'a b' }, 'deploymentKey: expected'],
    ['with a space in the organization', { organizationId: 'a b', apiKey: 'k' }, 'organizationId: expected'],
    ['with a key file that is not there', { apiKeyFile: join(folder, 'none') }, 'apiKeyFile: cannot be read (ENOENT)'],
    ['with an empty key file', { apiKeyFile: file('empty', '\n') }, 'apiKeyFile: expected'],
    ['for an unknown version', { apiKey: 'k', apiVersion: '2020-01-01' }, 'apiVersion: expected one of 2022-12-12'],
    ['for a URL that is none', { apiKey: 'k', url: 'https://' }, 'url: expected'],
  ])('%s', (_what, options, message) => {
    expect(() => createClient(options)).toThrow(message);
  });
});
