import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../../../src/polytomic/client';
import { startServer, type TestServer } from './support/http-server';
import { caught } from './support/scripted-fetch';

const servers: TestServer[] = [];
const names = [
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
];
const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));

afterEach(async () => {
  for (const name of names) {
    delete process.env[name];
    if (before[name] !== undefined) process.env[name] = before[name];
  }
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A proxy that answers plain requests itself, and refuses tunnels; it remembers what it was asked for. */
async function startProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const proxy = await startServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('{"data":[]}');
  });
  proxy.server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  servers.push(proxy);
  return { url: proxy.url, asked };
}

function setEnvironment(values: Record<string, string>): void {
  names.forEach((name) => delete process.env[name]);
  Object.assign(process.env, values);
}

describe('the proxy of the environment', () => {
  it('is asked for a tunnel to an https API', async () => {
    const { url, asked } = await startProxy();
    setEnvironment({ HTTPS_PROXY: url });
    await caught(createClient({ apiKey: 'test-key-1234', url: 'polytomic.invalid' }).connections.list({}));
    expect(asked).toEqual(['CONNECT polytomic.invalid:443']);
  });

  it('carries plain http where that is allowed', async () => {
    const { url, asked } = await startProxy();
    setEnvironment({ HTTP_PROXY: url });
    const client = createClient({ apiKey: 'test-key-1234', url: 'http://polytomic.invalid', allowHttp: true });
    expect(await client.connections.list({})).toEqual({ items: [] });
    expect(asked).toEqual(['GET http://polytomic.invalid/api/connections']);
  });

  it('is left out for hosts in NO_PROXY', async () => {
    const { url, asked } = await startProxy();
    setEnvironment({ HTTPS_PROXY: url, NO_PROXY: '.invalid' });
    const error = await caught(
      createClient({ apiKey: 'test-key-1234', url: 'polytomic.invalid' }).connections.list({}),
    );
    expect(error).toMatchObject({ code: 'Network' });
    expect(asked).toEqual([]);
  });

  it('is left out for this machine', async () => {
    const { url, asked } = await startProxy();
    setEnvironment({ HTTP_PROXY: url, HTTPS_PROXY: url });
    const api = await startServer((_request, response) => response.end('{"data":[{"id":"c"}]}'));
    servers.push(api);
    const client = createClient({ apiKey: 'test-key-1234', url: api.url });
    expect(await client.connections.list({})).toEqual({ items: [{ id: 'c' }] });
    expect(asked).toEqual([]);
  });
});
