/** An API with certificates of its operator's own: an authority that nobody else knows, and clients that show who they are. */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { once } from 'node:events';
import { connect, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { resolveOptions } from '../../../src/settings/resolve-options';
import { caught } from './support/scripted-fetch';

const fileOf = (name: string): string => join(__dirname, '..', '..', 'fixtures', 'tls', name);
const read = (name: string): string => readFileSync(fileOf(name), 'utf8');
const silent = { info: () => undefined, warn: () => undefined };

const closing: (() => unknown)[] = [];
const proxies = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];
const before = Object.fromEntries(proxies.map((name) => [name, process.env[name]]));

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  for (const name of proxies) {
    delete process.env[name];
    if (before[name] !== undefined) process.env[name] = before[name];
  }
});

async function listen(server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return (server.address() as AddressInfo).port;
}

/** Tells who came. */
async function startApi(options: ServerOptions = {}): Promise<{ port: number; clients: unknown[] }> {
  const clients: unknown[] = [];
  const server = createServer({ cert: read('server.pem'), key: read('server.key'), ...options }, (request, answer) => {
    clients.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN);
    answer.writeHead(200, { 'Content-Type': 'application/json' }).end('{"data":[]}');
  });
  return { port: await listen(server), clients };
}

async function list(options: PolytomicPluginOptions): Promise<unknown> {
  const { organizations } = resolveOptions({ apiKey: 'test-key-1234', ...options }, silent);
  return organizations.get('default')?.client.connections.list({});
}

const ca = { caFile: fileOf('ca.pem') };
const certificate = { clientCertFile: fileOf('client.pem'), clientKeyFile: fileOf('client.key') };

describe('an API on premises', () => {
  it('is reached where its authority is trusted, and nowhere else', async () => {
    const { port, clients } = await startApi();
    const url = `https://localhost:${port}`;
    expect(await caught(list({ url }))).toMatchObject({ code: 'Network' });
    expect(clients).toEqual([]);
    expect(await list({ url, ...ca })).toEqual({ items: [] });
  });

  it('is shown the certificate of the client where it asks for one', async () => {
    const { port, clients } = await startApi({ ca: read('ca.pem'), requestCert: true, rejectUnauthorized: true });
    const url = `https://localhost:${port}`;
    expect(await caught(list({ url, ...ca }))).toMatchObject({ code: 'Network' });
    expect(await list({ url, ...ca, ...certificate })).toEqual({ items: [] });
    expect(clients).toEqual(['client']);
  });

  it('is reached through a proxy with the same certificates', async () => {
    const { port, clients } = await startApi({ ca: read('ca.pem'), requestCert: true, rejectUnauthorized: true });
    const tunnels: (string | undefined)[] = [];
    const proxy = createHttpServer();
    proxy.on('connect', ({ url }, socket) => {
      tunnels.push(url);
      const target = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy());
    });
    for (const name of proxies) delete process.env[name];
    process.env.HTTPS_PROXY = `http://127.0.0.1:${await listen(proxy)}`;
    expect(await list({ url: 'https://polytomic.internal', ...ca, ...certificate })).toEqual({ items: [] });
    expect(tunnels).toEqual(['polytomic.internal:443']);
    expect(clients).toEqual(['client']);
  });

  it('may be one organization among others', async () => {
    const { port } = await startApi();
    const url = `https://localhost:${port}`;
    const organizations = { own: { apiKey: 'test-key-5678', url, ...ca }, other: { apiKey: 'test-key-9012', url } };
    const resolved = resolveOptions({ organizations }, silent).organizations;
    expect(await resolved.get('own')?.client.connections.list({})).toEqual({ items: [] });
    expect(await caught(resolved.get('other')!.client.connections.list({}))).toMatchObject({ code: 'Network' });
  });
});

describe('certificates in the settings', () => {
  it.each<[string, Partial<PolytomicPluginOptions>, RegExp]>([
    ['a file that is not there', { caFile: '/nowhere/ca.pem' }, /^caFile: cannot be read \(ENOENT\)$/],
    ['a file that holds none', { caFile: __filename + '.none' }, /^caFile: cannot be read/],
    ['a certificate without its key', { clientCertFile: fileOf('client.pem') }, /^clientKeyFile: missing/],
    ['a key without its certificate', { clientKeyFile: fileOf('client.key') }, /^clientCertFile: missing/],
    ['something else than PEM', { caFile: fileOf('README.md') }, /^caFile: expected PEM$/],
  ])('are refused for %s', (_what, options, message) => {
    expect(() => resolveOptions({ apiKey: 'test-key-1234', ...options }, silent)).toThrow(message);
  });
});
