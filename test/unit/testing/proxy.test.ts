import { describe, expect, it } from '@jest/globals';
import type { ConnectionControls, Emulator } from '../../../src/testing';
import { callChecked, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const connect = (emulator: Emulator, proxy: ConnectionControls['proxy'] = {}, type = 'hubspot'): string =>
  `/api/connections/${String(emulator.addConnection({ type, proxy }).id)}`;

const ask = (emulator: Emulator, path: string, request: object, more: object = {}) =>
  send(emulator, `POST ${path}/proxy`, {
    body: { request: { method: 'GET', path: '/contacts', ...request }, ...more },
  });

describe('a call through the proxy', () => {
  it('is answered by the other system, without the headers that are blocked', async () => {
    const emulator = await emulate();
    const headers = { 'x-total': '2', 'Set-Cookie': 'a=b' };
    const answers = [{ method: 'POST', path: '/contacts', status: 201, headers, body: { id: 7 }, latencyMs: 300 }];
    const path = connect(emulator, { answers });
    const call = { body: { request: { method: 'POST', path: '/contacts', body: { name: 'Ann' } } } };
    const answer = (await callChecked(emulator, `POST ${path}/proxy`, call)).body.data;
    expect(answer).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-total': '2' },
      contentType: 'application/json',
      body: '{"id":7}',
      truncated: false,
      latencyMs: 300,
      proxyCallId: expect.any(String),
    });
    const echo = (await ask(emulator, path, { query: { a: 1 } })).body.data;
    expect(JSON.parse(String(echo.body))).toEqual({ method: 'GET', path: '/contacts', query: { a: 1 } });
  });

  it.each([
    [{ method: 'TRACE' }, {}, 'body.request.method'],
    [{ path: 'https://evil.example.com' }, {}, 'body.request.path'],
    [{ path: '/a/../../b' }, {}, 'body.request.path'],
    [{ api: 'rest' }, {}, 'body.request.api'],
    [{ query: {}, rawQuery: 'a=1' }, {}, 'body.request.rawQuery'],
    [{ headers: { Authorization: 'mine' } }, {}, 'body.request.headers.Authorization'],
    [{ method: 'POST', body: 'x'.repeat(101) }, {}, 'body.request.body'],
    [{ method: 'POST' }, { async: true }, 'body.async'],
  ])('is refused with %j %j: %s', async (request, more, field) => {
    const emulator = await emulate();
    const answer = await ask(emulator, connect(emulator, { maxRequestBodyBytes: 100 }), request, more);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(field) } });
  });

  it('keeps to the rate of the connection, minute by minute', async () => {
    const emulator = await emulate();
    const [path, other] = [connect(emulator, { rateLimitPerMinute: 2 }), connect(emulator)];
    const status = async (at: string) => (await ask(emulator, at, {})).status;
    expect([await status(path), await status(path), await status(path), await status(other)]).toEqual([
      200, 200, 429, 200,
    ]);
    emulator.clock.advance(60_000);
    expect(await status(path)).toBe(200);
  });

  it('fails with the other system: out of reach, too slow, or at the end of its quota, which the connection shows', async () => {
    const emulator = await emulate();
    const answers = [
      { path: '/gone', status: 'unreachable' as const },
      { path: '/slow', latencyMs: 30_001 },
      { path: '/much', status: 429 },
    ];
    const path = connect(emulator, { answers });
    const status = async (at: string) => (await ask(emulator, path, { path: at })).status;
    expect([await status('/gone'), await status('/slow'), await status('/much')]).toEqual([502, 504, 429]);
    const limit = async () => (await callChecked(emulator, `GET ${path}`)).body.data.rate_limit;
    expect(await limit()).toMatchObject({ currently_limited: true });
    emulator.clock.advance(60_000);
    expect(await limit()).toMatchObject({ currently_limited: false });
  });

  it('brings no more of an answer than fits', async () => {
    const emulator = await emulate();
    const path = connect(emulator, { maxResponseBodyBytes: 10, answers: [{ body: 'x'.repeat(11) }] });
    expect((await ask(emulator, path, {})).body.data).toMatchObject({ body: 'x'.repeat(10), truncated: true });
  });

  it('can be a job that leads to the body by a signed URL', async () => {
    const emulator = await emulate();
    const path = connect(emulator, { answers: [{ path: '/gone', status: 'unreachable' }, { body: 'long' }] });
    const later = async (at: string) => (await ask(emulator, path, { path: at }, { async: true })).body.data;
    const [accepted, failing] = [await later('/contacts'), await later('/gone')];
    expect(accepted).toMatchObject({ status: 202, jobStatus: 'created' });
    expect(accepted).not.toHaveProperty('body');
    emulator.clock.advance(1_000);
    const job = async (url: unknown) => (await callChecked(emulator, `GET ${String(url)}`)).body.data;
    expect(await job(accepted.jobUrl)).toMatchObject({
      job_id: accepted.jobId,
      status: 'done',
      result: { status: 200, contentLength: 4, bodyDownloadUrl: expect.stringContaining('signature=') },
    });
    expect(await job(failing.jobUrl)).toMatchObject({ status: 'failed', error: expect.any(String) });
  });
});

describe('the proxy of a connection', () => {
  it('tells its limits, its APIs and what was called', async () => {
    const emulator = await emulate();
    const path = connect(emulator, { rateLimitPerMinute: 5, answers: [{ path: '/no', status: 404 }] }, 'salesforce');
    await ask(emulator, path, { api: 'bulk' });
    await ask(emulator, path, { path: '/no' });
    expect((await callChecked(emulator, `GET ${path}/proxy/info`)).body.data).toMatchObject({
      backendType: 'salesforce',
      apis: [{ name: 'rest', default: true }, { name: 'bulk' }],
      requestContract: { rateLimitPerMinute: 5, timeoutMs: 30_000, maxRequestBodyBytes: 262_144 },
      stats: { proxyCallsLast24h: 2, proxy2xxLast24h: 1, proxy4xxLast24h: 1, callsLast24h: 2 },
    });
    expect((await ask(emulator, path, { api: 'soap' })).status).toBe(400);
  });

  it('is switched off and on', async () => {
    const emulator = await emulate();
    const path = connect(emulator);
    const set = (enabled: boolean) => callChecked(emulator, `PUT ${path}/proxy/settings`, { body: { enabled } });
    expect((await set(false)).body.data).toMatchObject({ supported: true, enabled: false });
    expect((await ask(emulator, path, {})).status).toBe(403);
    expect((await send(emulator, `GET ${path}/proxy/info`)).status).toBe(403);
    await set(true);
    await callChecked(emulator, `POST ${path}/proxy`, { body: { request: { method: 'GET', path: '/a' } } });
    await callChecked(emulator, `GET ${path}/proxy/info`);
    expect((await callChecked(emulator, `GET ${path}/proxy/settings`)).body.data).toMatchObject({ enabled: true });
    expect(unasked(emulator, /[pP]roxy/)).toEqual([]);
  });

  it('of a shared connection is its parent’s', async () => {
    const emulator = await emulate({ organizations: { child: { keys: ['child-key'] } } });
    const parent = emulator.addConnection({ type: 'hubspot', proxy: { enabled: false } });
    const child = emulator.addConnection({
      type: 'hubspot',
      parent_connection_id: parent.id,
      organization: 'child',
    });
    const path = `GET /api/connections/${String(child.id)}/proxy/settings`;
    expect((await send(emulator, path, { authorization: 'Bearer child-key' })).body.data).toMatchObject({
      connectionId: child.id,
      parentConnectionId: parent.id,
      enabled: false,
    });
  });

  it('is missing where the system has no API to call', async () => {
    const emulator = await emulate();
    const path = connect(emulator, {}, 'postgresql');
    expect((await send(emulator, `GET ${path}/proxy/settings`)).body.data).toMatchObject({
      supported: false,
      enabled: false,
    });
    expect((await send(emulator, `PUT ${path}/proxy/settings`, { body: { enabled: true } })).status).toBe(400);
    expect((await ask(emulator, path, {})).status).toBe(400);
  });
});
