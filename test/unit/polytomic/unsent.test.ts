/** Which failures prove that nothing left: a start that was never sent must not count as one that may have happened. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type ClientOptions } from '../../../src/polytomic/client';
import { PolytomicError } from '../../../src/polytomic/errors';
import { startServer } from './support/http-server';
import { caught, scriptedClient } from './support/scripted-fetch';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function failureOf(options: Partial<ClientOptions>): Promise<PolytomicError> {
  const client = createClient({ apiKey: 'test-key-1234', timeoutMs: 5_000, ...options });
  const error = await caught(client.modelSync.start({ id: 's1' }, { idempotencyKey: 'start-0001' }));
  if (error instanceof PolytomicError) return error;
  throw error;
}

/** A pair of files for a server that no client trusts. */
function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'unsent-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

describe('a call is proved unsent', () => {
  it('where the connection was refused', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await failureOf({ url: `http://127.0.0.1:${port}` })).toMatchObject({ code: 'Network', unsent: true });
  });

  it('where the name is not found', async () => {
    const error = await failureOf({ url: 'http://no-such-host.invalid', allowHttp: true });
    expect(error).toMatchObject({ code: 'Network', unsent: true });
  });

  it('where the certificate is not trusted', async () => {
    const requests: unknown[] = [];
    const server = createTlsServer(certificate(), (request) => requests.push(request.url));
    const port = await listening(server);
    expect(await failureOf({ url: `https://127.0.0.1:${port}` })).toMatchObject({ code: 'Network', unsent: true });
    expect(requests).toEqual([]);
  });

  it('where the time passed before TLS was secured', async () => {
    const sockets: { destroy(): void }[] = [];
    const port = await listening(createServer((socket) => sockets.push(socket)));
    closing.push(() => sockets.forEach((socket) => socket.destroy()));
    const error = await failureOf({ url: `https://127.0.0.1:${port}`, timeoutMs: 200 });
    expect(error).toMatchObject({ code: 'Network', unsent: true });
  });

  it('where the key could not be fetched', async () => {
    const apiKey = (): Promise<string> => Promise.reject(new Error('the vault is sealed'));
    expect(await failureOf({ apiKey })).toMatchObject({ code: 'Unavailable', unsent: true });
  });
});

describe('a call may have been sent', () => {
  it('where the connection broke after it was made', async () => {
    const port = await listening(createServer((socket) => socket.on('data', () => socket.destroy())));
    expect(await failureOf({ url: `http://127.0.0.1:${port}` })).toMatchObject({ code: 'Network', unsent: false });
  });

  it('where a kept connection broke', async () => {
    let answered = 0;
    const server = await startServer((request, response) => {
      answered += 1;
      if (answered > 1) request.socket.destroy();
      else response.writeHead(200, { 'X-Polytomic-Version': '2025-09-18' }).end('{"data":[]}');
    });
    closing.push(() => server.close());
    const client = createClient({ apiKey: 'test-key-1234', url: server.url });
    await client.modelSync.list({});
    const error = await caught(client.modelSync.start({ id: 's1' }));
    expect(error).toMatchObject({ code: 'Network', unsent: false });
    expect(answered).toBe(2);
  });

  it('where no answer came in time', async () => {
    const server = await startServer(() => undefined);
    closing.push(() => server.close());
    expect(await failureOf({ url: server.url, timeoutMs: 200 })).toMatchObject({ code: 'Network', unsent: false });
  });

  it("where a fetch of the user's own failed, whatever it says", async () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const { client } = scriptedClient([{ error: refused }]);
    expect(await caught(client.modelSync.start({ id: 's1' }))).toMatchObject({ code: 'Network', unsent: false });
  });
});

describe('an answer is the API’s own', () => {
  const errorOf = async (script: Parameters<typeof scriptedClient>[0][number]): Promise<unknown> =>
    caught(scriptedClient([script]).client.modelSync.start({ id: 's1' }));

  it.each([
    ['a refusal in JSON', { status: 404, json: { message: 'no such sync' } }, true],
    ['a refusal in HTML', { status: 404, text: '<html>not here</html>' }, false],
    ['a refusal without a body', { status: 403 }, false],
    ['trouble in JSON', { status: 500, json: { message: 'oops' } }, true],
    ['trouble of a gateway', { status: 502, text: 'bad gateway' }, false],
    ['a redirect', { status: 307, headers: { location: 'https://login.example' } }, false],
    ['a page of HTML', { status: 200, text: '<html>log in</html>' }, false],
    ['JSON of another shape', { status: 200, json: { data: 7 } }, true],
  ])('%s', async (_name, script, fromApi) => {
    expect(await errorOf(script)).toMatchObject({ fromApi });
  });
});
