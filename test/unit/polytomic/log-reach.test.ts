/** From where log files may be fetched. */
import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fetchFile } from '../../../src/activities/logs/fetch-file';
import { createLogReach, type LogReachOptions } from '../../../src/polytomic/log-reach';
import { createPublicLookup, isPublicAddress } from '../../../src/polytomic/public-addresses';

const cloud = { apiUrl: 'https://app.polytomic.com' };
const closing: (() => unknown)[] = [];
const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'NO_PROXY', 'no_proxy'];
const before = Object.fromEntries(proxies.map((name) => [name, process.env[name]]));

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  for (const name of proxies) {
    delete process.env[name];
    if (before[name] !== undefined) process.env[name] = before[name];
  }
});

const withoutProxy = (): void => proxies.forEach((name) => delete process.env[name]);

describe('an address of a log file', () => {
  it.each<[string, Omit<LogReachOptions, 'apiUrl'> & { apiUrl?: string }, string, boolean]>([
    ['https to a public host', {}, 'https://bucket.s3.amazonaws.com/f?sig=1', true],
    ['http to a public host', {}, 'http://bucket.s3.amazonaws.com/f', false],
    ['http to a public host, where that is allowed', { allowHttp: true }, 'http://bucket.example.com/f', true],
    [
      'http to any host, where the API has http',
      { apiUrl: 'http://localhost:4600' },
      'http://169.254.169.254/f',
      false,
    ],
    ['http to the host of an API that has http', { apiUrl: 'http://localhost:4600' }, 'http://localhost:4600/f', true],
    ['loopback', {}, 'https://127.0.0.1/internal/config_dump', false],
    ['loopback of version 6', {}, 'https://[::1]/x', false],
    ['metadata of a cloud', {}, 'https://169.254.169.254/latest', false],
    ['a private address', {}, 'https://10.1.2.3/x', false],
    ['a private address inside one of version 6', {}, 'https://[::ffff:10.1.2.3]/x', false],
    ['a private address that is listed', { hosts: ['10.1.2.3'] }, 'https://10.1.2.3/x', true],
    ['a host that is not listed', { hosts: ['logs.example.com'] }, 'https://other.example.com/x', false],
    ['a host that is listed', { hosts: ['Logs.example.com'] }, 'https://logs.example.com/x', true],
    ['a host below one that is listed', { hosts: ['*.example.com'] }, 'https://a.b.example.com/x', true],
    ['a host that only ends alike', { hosts: ['*.example.com'] }, 'https://evilexample.com/x', false],
    ['the API, beside hosts that are listed', { hosts: ['logs.example.com'] }, 'https://app.polytomic.com/x', true],
    ['a user name', {}, 'https://a:b@logs.example.com/x', false],
    ['another protocol', { allowHttp: true }, 'file:///etc/passwd', false],
    ['no URL', {}, 'nowhere', false],
  ])('%s', (_what, options, address, allowed) => {
    withoutProxy();
    const refusal = createLogReach({ ...cloud, ...options }).refusalOf(address);
    expect(refusal === undefined).toBe(allowed);
    expect(refusal ?? '').not.toContain(address);
  });

  it('needs to be listed where a proxy resolves names', () => {
    withoutProxy();
    process.env.HTTPS_PROXY = 'http://proxy.example.com:3128';
    const address = 'https://logs.example.com/f';
    expect(createLogReach(cloud).refusalOf(address)).toMatch(/proxy/);
    expect(createLogReach({ ...cloud, hosts: ['logs.example.com'] }).refusalOf(address)).toBeUndefined();
  });
});

describe('public addresses', () => {
  it.each([
    ...[
      '0.0.0.0',
      '10.0.0.1',
      '100.100.100.200',
      '127.0.0.2',
      '169.254.169.254',
      '172.31.0.1',
      '192.168.1.1',
      '224.0.0.1',
    ],
    ...['255.255.255.255', '::', '::1', '::ffff:127.0.0.1', 'fd00:ec2::254', 'fe80::1', 'ff02::1', '64:ff9b::a00:1'],
    ...['2002:a00:1::', 'localhost', ''],
  ])('are not %j', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['1.1.1.1', '52.216.1.1', '172.32.0.1', '2600:1f18::1', '::ffff:1.1.1.1'])('are %j', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
});

describe('a name', () => {
  const answering = (addresses: string[]) =>
    ((_name: string, _options: unknown, callback: (error: null, found: LookupAddress[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      )) as never;
  const resolve = (addresses: string[], all: boolean, exempt = false): Promise<unknown> =>
    new Promise((done) => {
      const lookup = createPublicLookup(() => exempt, answering(addresses));
      lookup('logs.example.com', { all }, (error, found) => done(error?.code ?? found));
    });

  it('is refused at the connection when any of its addresses is private', async () => {
    expect(await resolve(['1.1.1.1', '10.0.0.1'], true)).toBe('ENOTPUBLIC');
    expect(await resolve(['127.0.0.1'], false)).toBe('ENOTPUBLIC');
  });

  it('is taken as it is when all are public, or when it is exempt', async () => {
    expect(await resolve(['1.1.1.1'], false)).toBe('1.1.1.1');
    expect(await resolve(['1.1.1.1'], true)).toEqual([{ address: '1.1.1.1', family: 4 }]);
    expect(await resolve(['10.0.0.1'], true, true)).toEqual([{ address: '10.0.0.1', family: 4 }]);
  });
});

describe('a server that is fetched from', () => {
  /** On loopback, reached by a name too. */
  async function serve(
    content: Buffer,
    headers: Record<string, string> = {},
  ): Promise<{ port: number; met: string[] }> {
    const met: string[] = [];
    const server = createServer(({ url }, answer) => {
      met.push(url ?? '');
      answer.writeHead(200, headers).end(content);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    return { port: (server.address() as AddressInfo).port, met };
  }

  const bounds = { maxBytes: 1e6, room: { bytes: 1e9 }, idleMs: 5_000, signal: new AbortController().signal };
  const drain = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of content) void chunk;
  };

  it('is not connected to when its name means this machine', async () => {
    withoutProxy();
    const { port, met } = await serve(Buffer.from('secret'));
    const reach = createLogReach({ ...cloud, allowHttp: true });
    const fetching = fetchFile({ ...bounds, reach, address: `http://localhost:${port}/dump` }, drain);
    await expect(fetching).rejects.toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: true });
    expect(met).toEqual([]);
  });

  it('cannot fill a disk with little that is compressed', async () => {
    withoutProxy();
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const { port } = await serve(bomb, { 'Content-Encoding': 'gzip', 'Content-Length': String(bomb.length) });
    const url = `http://127.0.0.1:${port}`;
    let bytes = 0;
    const take = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of content) bytes += chunk.length;
    };
    const fetching = fetchFile({ ...bounds, reach: createLogReach({ apiUrl: url }), address: `${url}/f` }, take);
    await expect(fetching).rejects.toMatchObject({ type: 'polytomic.PayloadTooLarge' });
    expect(bytes).toBeLessThanOrEqual(1e6);
  });
});
