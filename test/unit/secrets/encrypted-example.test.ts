/** examples/encrypted: its codec, the rotation of its keys, and its codec server as the Temporal Web UI calls it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createEncryptionCodec } from '../../../examples/encrypted/src/codec';
import { createCodecServer, isToken } from '../../../examples/encrypted/src/codec-server';
import { newKey, readKeys, type EncryptionKeys } from '../../../examples/encrypted/src/keys';

const value = { syncId: 's1', name: 'Payroll' };
const payload = defaultPayloadConverter.toPayload(value);
const valueOf = (found: Payload | undefined): unknown => found && defaultPayloadConverter.fromPayload(found);

const [old, fresh] = [randomBytes(32), randomBytes(32)];
const before: EncryptionKeys = { current: 'old', keys: new Map([['old', old]]) };
const rotated: EncryptionKeys = { current: 'new', keys: new Map(Object.entries({ old, new: fresh })) };
const after: EncryptionKeys = { current: 'new', keys: new Map([['new', fresh]]) };

describe('the codec', () => {
  it('shows nothing of a payload, and never the same twice', async () => {
    const codec = createEncryptionCodec(before);
    const [one, other] = await codec.encode([payload, payload]);
    expect(Buffer.from(one?.data ?? []).toString('latin1')).not.toContain('Payroll');
    expect(one?.data).not.toEqual(other?.data);
    expect((await codec.decode([one ?? {}, other ?? {}])).map(valueOf)).toEqual([value, value]);
  });

  it('reads what older keys encrypted, and what was stored before there were keys', async () => {
    const stored = [...(await createEncryptionCodec(before).encode([payload])), payload];
    expect((await createEncryptionCodec(rotated).decode(stored)).map(valueOf)).toEqual([value, value]);
    const [encrypted] = await createEncryptionCodec(rotated).encode([payload]);
    expect(Buffer.from(encrypted?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('new');
    expect(valueOf((await createEncryptionCodec(after).decode([encrypted ?? {}]))[0])).toEqual(value);
  });

  it('refuses what it has no key for, and what somebody changed', async () => {
    const [encrypted = {}] = await createEncryptionCodec(before).encode([payload]);
    await expect(createEncryptionCodec(after).decode([encrypted])).rejects.toThrow('There is no key "old"');
    const data = Buffer.from(encrypted.data ?? []);
    data[20] = (data[20] ?? 0) ^ 1;
    await expect(createEncryptionCodec(before).decode([{ ...encrypted, data }])).rejects.toThrow();
  });
});

describe('the file of keys', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'polytomic-keys-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const written = async (content: unknown): Promise<string> => {
    const path = join(folder, 'keys.json');
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  it('holds keys by their ids', async () => {
    const { current, keys } = readKeys(await written({ current: 'a', keys: { a: newKey(), b: newKey() } }));
    expect([current, [...keys.keys()], keys.get('b')?.length]).toEqual(['a', ['a', 'b'], 32]);
  });

  it.each([
    ['a key that is too short', { current: 'a', keys: { a: 'c2hvcnQ=' } }, 'the key a has 5 bytes; expected 32'],
    ['a current key that is missing', { current: 'b', keys: { a: newKey() } }, 'there is no key b'],
    ['no JSON', '{"current": "hunter2', 'expected JSON'],
  ])('with %s is refused', async (_what, content, message) => {
    const path = await written(content);
    expect(() => readKeys(path)).toThrow(message);
    expect(() => readKeys(path)).not.toThrow('hunter2');
  });
});

describe('the codec server', () => {
  const uiOrigin = 'http://localhost:8233';
  let server: Server;
  let url: string;
  let payloads: unknown;

  beforeAll(async () => {
    const codec = createEncryptionCodec(rotated);
    server = createCodecServer({ codec, uiOrigin, isAllowed: isToken('the-token') });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    payloads = (await codec.encode([payload])).map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, toBase64(bytes)])),
      data: toBase64(data),
    }));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const toBase64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const headers = { origin: uiOrigin, authorization: 'Bearer the-token', 'x-namespace': 'default' };
  const post = (path: string, body: unknown, more: Record<string, string> = {}): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...more },
      body: JSON.stringify(body),
    });

  it("lets the UI's page ask, and no other page", async () => {
    const asked = 'authorization,content-type,x-namespace';
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${url}/decode`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
      });
    const [allowed, other] = [await preflight(uiOrigin), await preflight('https://evil.example')];
    expect(allowed.headers.get('access-control-allow-origin')).toBe(uiOrigin);
    expect(allowed.headers.get('access-control-allow-headers')).toBe(asked);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(
      (await post('/decode', { payloads }, { origin: 'https://evil.example' })).headers.has(
        'access-control-allow-origin',
      ),
    ).toBe(false);
  });

  it('decodes for whom it may, and encodes', async () => {
    const answer = await post('/decode', { payloads });
    expect(answer.headers.get('access-control-allow-origin')).toBe(uiOrigin);
    const { payloads: decoded } = (await answer.json()) as { payloads: { data: string }[] };
    expect(JSON.parse(Buffer.from(decoded[0]?.data ?? '', 'base64').toString())).toEqual(value);
    const encoded: unknown = await (await post('/encode', { payloads: decoded })).json();
    expect(await (await post('/decode', encoded)).json()).toEqual({ payloads: decoded });
  });

  it.each([{ authorization: 'Bearer another' }, { authorization: '' }])('refuses %j', async (more) => {
    const answer = await post('/decode', { payloads }, more);
    expect([answer.status, await answer.json()]).toEqual([401, { message: 'Not allowed' }]);
  });

  it('tells nothing of why payloads cannot be read', async () => {
    const strange = { metadata: { encoding: toBase64(Buffer.from('binary/encrypted')) }, data: 'eA==' };
    const answer = await post('/decode', { payloads: [strange] });
    expect([answer.status, await answer.json()]).toEqual([400, { message: 'The payloads cannot be read' }]);
    expect((await fetch(`${url}/keys`, { headers })).status).toBe(404);
  });
});
