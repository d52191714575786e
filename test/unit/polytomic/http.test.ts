import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestListener, ServerResponse } from 'node:http';
import { createClient, type ClientOptions, type PolytomicClient } from '../../../src/polytomic/client';
import type { Fetch } from '../../../src/polytomic/http';
import { startServer, type TestServer } from './support/http-server';
import { caught } from './support/scripted-fetch';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(
  listener: RequestListener,
  options: Partial<ClientOptions> = {},
): Promise<{ client: PolytomicClient; server: TestServer }> {
  const server = await startServer(listener);
  servers.push(server);
  return { client: createClient({ apiKey: 'test-key-1234', url: server.url, ...options }), server };
}

const answer = (response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { 'X-Polytomic-Version': '2025-09-18', ...headers });
  response.end(JSON.stringify(body));
};
const started = { data: { id: 'e1', status: 'created' } };
const half = '{"data":{"id":"e';

describe('over real connections, a call', () => {
  it('keeps its connection alive for the next one', async () => {
    const { client, server } = await serve((_request, response) => answer(response, { data: [] }));
    await client.connections.list({});
    await client.connections.list({});
    await client.connections.list({});
    expect(server.connections()).toBe(1);
  });

  it('sends what the API expects to see', async () => {
    const seen: unknown[] = [];
    const { client } = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { authorization, 'content-type': type, 'idempotency-key': key } = request.headers;
        seen.push({ line: `${request.method} ${request.url}`, authorization, type, key, body });
        answer(response, started);
      });
    });
    await client.modelSync.start({ id: 's 1' }, { idempotencyKey: 'run-0001' });
    await client.modelSync.cancel({ id: 's 1' });
    expect(seen).toEqual([
      {
        line: 'POST /api/syncs/s%201/executions',
        authorization: 'Bearer test-key-1234',
        type: 'application/json',
        key: expect.stringMatching(/^tp-[0-9a-f]{64}$/) as unknown as string,
        body: '{}',
      },
      { line: 'POST /api/syncs/s%201/cancel', authorization: 'Bearer test-key-1234', body: '' },
    ]);
  });

  it('does not follow a redirect, neither to another origin nor to its own', async () => {
    const keys: unknown[] = [];
    const other = await serve((request, response) => {
      keys.push(request.headers.authorization);
      answer(response, { data: [] });
    });
    const places = [`${other.server.url}/api/connections`, '/api/connections?again=1'];
    const { client } = await serve((_request, response) => {
      response.writeHead(302, { location: places.shift() });
      response.end();
    });
    expect(String(await caught(client.connections.list({})))).toContain(`a redirect to ${other.server.url}, refused`);
    expect(String(await caught(client.connections.list({})))).toContain('a redirect, which is not followed');
    expect(keys).toEqual([]);
  });

  it('takes the place of a log file from its redirect', async () => {
    const location = 'https://storage.example/log.csv?signature=s';
    const { client } = await serve((_request, response) => response.writeHead(302, { location }).end());
    const file = { sync_id: 's', id: 'e', type: 'errors', filename: 'log.csv' };
    expect(await client.modelSync.executions.getLogs(file)).toEqual({ location });
  });

  it('to nobody is a network error', async () => {
    const { client, server } = await serve(() => undefined);
    await server.close();
    expect(await caught(client.connections.list({}))).toMatchObject({ code: 'Network', answered: false });
  });
});

describe('an answer that is not whole', () => {
  it.each([
    ['a connection closed before the status', (response: ServerResponse) => response.destroy()],
    [
      'a body shorter than announced',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write(half, () => response.destroy());
      },
    ],
    [
      'a chunked body without its end',
      (response: ServerResponse) => {
        response.writeHead(200, { 'transfer-encoding': 'chunked' });
        response.write(half, () => response.destroy());
      },
    ],
  ])('is a network error, and unanswered: %s', async (_what, cut) => {
    const { client } = await serve((_request, response) => cut(response));
    const error = await caught(client.modelSync.start({ id: 's' }, { idempotencyKey: 'run-0001' }));
    expect(error).toMatchObject({ code: 'Network', answered: false });
  });

  it('is told apart from a whole one that is not JSON', async () => {
    const { client } = await serve((_request, response) => response.end(half));
    const error = await caught(client.modelSync.start({ id: 's' }, { idempotencyKey: 'run-0001' }));
    expect(error).toMatchObject({ code: 'UnexpectedResponse', answered: true, status: 200 });
  });

  it('still counts by its status when it is a refusal', async () => {
    const { client } = await serve((_request, response) => {
      response.writeHead(503, { 'content-length': '1000', 'retry-after': '4' });
      response.write('{"message":"ma', () => response.destroy());
    });
    expect(await caught(client.modelSync.start({ id: 's' }))).toMatchObject({
      code: 'Unavailable',
      retryAfterMs: 4_000,
    });
  });
});

describe('the time and size of an answer', () => {
  it('bound a server that never answers', async () => {
    const { client } = await serve(() => undefined, { timeoutMs: 50 });
    const error = await caught(client.connections.list({}));
    expect(error).toMatchObject({ code: 'Network', answered: false });
    expect(String(error)).toContain('timed out after 50 ms');
  });

  it('bound a body that trickles, although each byte comes in time', async () => {
    const timers: NodeJS.Timeout[] = [];
    const trickle: RequestListener = (_request, response) => {
      response.writeHead(200);
      timers.push(setInterval(() => response.write(' '), 10));
    };
    const { client } = await serve(trickle, { timeoutMs: 100 });
    const error = await caught(client.connections.list({}));
    timers.forEach(clearInterval);
    expect(error).toMatchObject({ code: 'Network', answered: false });
    expect(String(error)).toContain('timed out');
  });

  it('bound a POST too, whose outcome then is unknown', async () => {
    const { client } = await serve(() => undefined, { timeoutMs: 50 });
    expect(await caught(client.modelSync.start({ id: 's' }))).toMatchObject({ code: 'Network', answered: false });
  });

  it('end the reading of a body that has no end', async () => {
    let written = 0;
    const endless: RequestListener = (_request, response) => {
      const more = (): void => {
        written += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536, 32), more);
      };
      response.writeHead(200);
      more();
    };
    const { client } = await serve(endless, { maxAnswerBytes: 1_000_000 });
    const error = await caught(client.connections.list({}));
    expect(error).toMatchObject({ code: 'TooLarge', answered: false });
    expect(written).toBeLessThan(20_000_000);
  });

  it('let a refusal with an endless body count by its status', async () => {
    const endless: RequestListener = (_request, response) => {
      const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536, 32), more));
      response.writeHead(500);
      more();
    };
    const { client } = await serve(endless);
    expect(await caught(client.connections.list({}))).toMatchObject({ code: 'Unavailable', status: 500 });
  });

  it('let a refusal whose body never comes count by its status', async () => {
    const headers = new Headers({ 'retry-after': '9' });
    const body = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    const fetch: Fetch = async () => ({ status: 429, headers, body });
    const client = createClient({ apiKey: 'test-key-1234', fetch, timeoutMs: 50 });
    expect(await caught(client.connections.list({}))).toMatchObject({ code: 'RateLimited', retryAfterMs: 9_000 });
  });
});

describe('a cancellation signal', () => {
  it('ends a read with its own reason', async () => {
    const controller = new AbortController();
    const reason = new Error('workflow was cancelled');
    const { client } = await serve(() => controller.abort(reason));
    expect(await caught(client.connections.list({}, { signal: controller.signal }))).toBe(reason);
  });

  it('keeps a read from leaving when it was aborted before', async () => {
    const { client, server } = await serve((_request, response) => answer(response, { data: [] }));
    const reason = new Error('too late');
    expect(await caught(client.connections.list({}, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.connections()).toBe(0);
  });

  it('never touches a POST that is under way', async () => {
    const controller = new AbortController();
    const { client } = await serve((_request, response) => {
      controller.abort(new Error('workflow was cancelled'));
      setImmediate(() => answer(response, started));
    });
    expect(await client.modelSync.start({ id: 's' }, { signal: controller.signal })).toEqual(started.data);
  });
});

describe('a fetch of the user', () => {
  it('may be the built-in one', async () => {
    const { client } = await serve((_request, response) => answer(response, started), { fetch: globalThis.fetch });
    expect(await client.modelSync.start({ id: 's' })).toEqual(started.data);
  });

  it('that heeds no signal is left behind when the time is up', async () => {
    const { client } = await serve(() => undefined, { fetch: () => new Promise(() => undefined), timeoutMs: 20 });
    expect(await caught(client.connections.list({}))).toMatchObject({ code: 'Network' });
  });
});
