/** Encrypted payloads, read and written by a codec server as the Temporal CLI does it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { codecSettings, createRemoteCodec, decodeInPlace, type CodecSettings } from '../../../src/cli/codec';
import type { RootOptions } from '../../../src/cli/root-options';

/** Turns texts around, in both ways. */
interface Asked {
  url: string | undefined;
  authorization: string | undefined;
  namespace: unknown;
}
const asked: Asked[] = [];
let server: Server;
let status = 200;
/** Instead of payloads. */
let otherAnswer: string | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { authorization, 'x-namespace': namespace } = request.headers;
    asked.push({ url: request.url, authorization, namespace });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { payloads } = JSON.parse(Buffer.concat(chunks).toString()) as { payloads: { data: string }[] };
      const turned = payloads.map((one) => ({
        ...one,
        data: Buffer.from(one.data, 'base64').reverse().toString('base64'),
      }));
      response.writeHead(status, status === 302 ? { location: 'https://evil.example/decode' } : {});
      response.end(otherAnswer ?? JSON.stringify({ payloads: turned }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const settings = (): CodecSettings => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/{namespace}/`,
  auth: 'Bearer t',
  namespace: 'sales/eu',
});
const turned = (value: unknown): Payload => {
  const payload = defaultPayloadConverter.toPayload(value);
  return { ...payload, data: Buffer.from(payload?.data ?? []).reverse() };
};

describe('a codec server', () => {
  it('is asked with namespace and authorization, and for both ways', async () => {
    const codec = createRemoteCodec(settings());
    const [decoded] = await codec.decode([turned({ a: 1 })]);
    expect(defaultPayloadConverter.fromPayload(decoded ?? {})).toEqual({ a: 1 });
    const [encoded] = await codec.encode([decoded ?? {}]);
    expect(Buffer.from(encoded?.data ?? []).toString()).toBe('}1:"a"{');
    const told = { authorization: 'Bearer t', namespace: 'sales/eu' };
    expect(asked).toEqual([
      { url: '/sales%2Feu/decode', ...told },
      { url: '/sales%2Feu/encode', ...told },
    ]);
  });

  it.each(['<html>Welcome</html>', '{}', 'null', '{"payloads":[]}'])('is none that answers %s', async (answer) => {
    otherAnswer = answer;
    const decoded = createRemoteCodec(settings()).decode([turned({ a: 1 })]);
    await expect(decoded).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('no codec server') });
    otherAnswer = undefined;
  });

  it('decodes histories: payloads wherever they stand, and messages of failures', async () => {
    const history = [
      { startedAttributes: { input: { payloads: [turned({ syncId: 's1' }), turned(2)] } } },
      {
        failedAttributes: {
          failure: { message: 'Encoded failure', encodedAttributes: turned({ message: 'said' }), cause: null },
        },
      },
      { eventId: 3, identity: 'x', data: new Uint8Array(2) },
    ];
    await decodeInPlace(history, createRemoteCodec(settings()));
    const [{ startedAttributes } = {}, { failedAttributes } = {}] = history;
    expect(startedAttributes?.input.payloads.map((one) => defaultPayloadConverter.fromPayload(one))).toEqual([
      { syncId: 's1' },
      2,
    ]);
    expect(failedAttributes?.failure.message).toBe('said');
  });

  it.each([
    [401, 7, 'answered 401'],
    [500, 2, 'answered 500'],
    [302, 2, 'cannot be reached'],
  ])('that answers %i ends the command with the code %i', async (answered, exitCode, message) => {
    status = answered;
    const failure = createRemoteCodec(settings()).decode([turned(1)]);
    await expect(failure).rejects.toMatchObject({ exitCode, message: expect.stringContaining(message) });
    status = 200;
  });
});

describe('the settings of a codec server', () => {
  const read = (options: Partial<RootOptions>, env: NodeJS.ProcessEnv = {}): CodecSettings | undefined =>
    codecSettings(options as RootOptions, { env, namespace: 'default' });
  const env = { TEMPORAL_CODEC_ENDPOINT: 'https://codec.example', TEMPORAL_CODEC_AUTH: 'Bearer v' };

  it('are flags, then variables, unless these are not to be read', () => {
    expect(read({})).toBeUndefined();
    expect(read({}, env)).toMatchObject({ endpoint: 'https://codec.example', auth: 'Bearer v' });
    expect(read({ codecEndpoint: 'http://other' }, env)).toMatchObject({ endpoint: 'http://other', auth: 'Bearer v' });
    expect(read({ disableConfigEnv: true }, env)).toBeUndefined();
  });

  it.each(['codec.example', 'ftp://codec.example', 'http://'])('refuse %s', (codecEndpoint) => {
    expect(() => read({ codecEndpoint })).toThrow('--codec-endpoint: expected an http or https URL');
  });
});
