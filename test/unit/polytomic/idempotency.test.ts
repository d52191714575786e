/** Keys as they leave: nobody without the secret can compute one, and none fits another request. */
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientOptions } from '../../../src/polytomic/client';
import { canonicalJson } from '../../../src/polytomic/idempotency';
import { scriptedClient } from './support/scripted-fetch';

const options = { idempotencyKey: 'nightly-0001' };

/** The key that leaves with a start. */
async function keyOfStart(client: Partial<ClientOptions>, input: object = {}, given = options): Promise<string> {
  const { client: made, sent } = scriptedClient([{ json: { data: { id: 'e1' } } }], client);
  await made.modelSync.start({ id: 's1', ...input }, given);
  return sent[0]?.headers['Idempotency-Key'] ?? '';
}

const fingerprintOf = (client: Partial<ClientOptions>): Promise<string> =>
  scriptedClient([], client).client.keyFingerprint();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the key that is sent', () => {
  it('is the same for the same request, however its fields are sorted', async () => {
    const one = await keyOfStart({}, { resync: true, test: false });
    expect(one).toMatch(/^tp-[0-9a-f]{64}$/);
    expect(await keyOfStart({}, { test: false, resync: true, identities: undefined })).toBe(one);
  });

  it.each<[string, Partial<ClientOptions>, object, { idempotencyKey: string }]>([
    ['credential', { apiKey: 'another-key-5678' }, {}, options],
    ['secret', { idempotencySecret: 'a secret of sixteen' }, {}, options],
    ['organization', { organization: 'europe' }, {}, options],
    ['path', {}, { id: 's2' }, options],
    ['body', {}, { resync: true }, options],
    ['key', {}, {}, { idempotencyKey: 'nightly-0002' }],
  ])('is another with another %s', async (_what, client, input, given) => {
    expect(await keyOfStart(client, input, given)).not.toBe(await keyOfStart({}));
  });

  it('is another for another operation, so that the record of one never answers the other', async () => {
    const { client, sent } = scriptedClient([{ json: { data: { id: 'e1' } } }]);
    await client.modelSync.start({ id: 's1' }, options);
    await client.modelSync.cancel({ id: 's1' }, options);
    await client.request({ method: 'POST', path: '/api/syncs/s1/executions', body: {} }, options);
    expect(new Set(sent.map(({ headers }) => headers['Idempotency-Key'])).size).toBe(3);
  });

  it('does not depend on the credential where a secret is given', async () => {
    const idempotencySecret = 'a secret of sixteen';
    const one = await keyOfStart({ idempotencySecret });
    expect(await keyOfStart({ idempotencySecret, apiKey: 'another-key-5678' })).toBe(one);
  });
});

describe('the fingerprint of the secret', () => {
  it('tells whether keys are still the same, and tells no secret', async () => {
    const one = await fingerprintOf({});
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(await fingerprintOf({})).toBe(one);
    expect(await fingerprintOf({ apiKey: 'another-key-5678' })).not.toBe(one);
    const secret = { idempotencySecret: 'a secret of sixteen' };
    expect(await fingerprintOf({ ...secret, apiKey: 'another-key-5678' })).toBe(await fingerprintOf(secret));
  });

  it('changes with the key file once the key was refused and read again', async () => {
    const apiKeyFile = join(folder, 'key');
    await writeFile(apiKeyFile, 'first-key-1234');
    const { client } = scriptedClient([{ status: 401 }], { apiKey: undefined, apiKeyFile });
    const before = await client.keyFingerprint();
    await writeFile(apiKeyFile, 'second-key-5678');
    expect(await client.keyFingerprint()).toBe(before);
    await client.identity.get({}).catch(() => undefined);
    expect(await client.keyFingerprint()).not.toBe(before);
  });
});

it('canonical JSON sorts the fields of objects at every depth, and no lists', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined, a: 2 }, 3], a: null })).toBe('{"a":null,"b":[{"a":2,"d":1},3]}');
});
