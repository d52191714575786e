import { describe, expect, it } from '@jest/globals';
import { startEmulator } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

describe('the emulator', () => {
  it('starts with two connections, a model sync and a bulk sync with three schemas', async () => {
    const emulator = await emulate();
    const lists = ['/api/connections', '/api/syncs', '/api/bulk/syncs'].map((path) => send(emulator, `GET ${path}`));
    const sizes = (await Promise.all(lists)).map(({ body }) => (body.data as unknown as unknown[]).length);
    expect(sizes).toEqual([2, 1, 1]);
    const schemas = await send(emulator, 'GET /api/bulk/syncs/00000000-0000-4000-8000-000000000022/schemas');
    expect(schemas.body.data).toHaveLength(3);
  });

  it('dates its answers by its own clock', async () => {
    const emulator = await emulate();
    emulator.clock.advance(86_400_000);
    const { headers } = await send(emulator, 'GET /api/me');
    expect(headers.get('date')).toBe(new Date(emulator.clock.now()).toUTCString());
    expect(() => emulator.clock.advance(-1)).toThrow('clock.advance takes milliseconds from 0 up');
  });

  it('follows the real clock unless told otherwise, and can jump ahead of it', async () => {
    const emulator = await emulate({ clock: 'real' });
    const before = Date.now();
    emulator.clock.advance(3_600_000);
    expect(emulator.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
  });

  it('logs every request with what was sent and what became of it', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    const { body } = await send(emulator, `POST /api/syncs/${id}/executions?x=1&y=2&y=3`, {
      body: { a: 1 },
      key: 'start-0001',
    });
    expect(body.message).toContain('body.a');
    expect(emulator.requests()).toMatchObject([
      {
        at: emulator.clock.now(),
        method: 'POST',
        path: `/api/syncs/${id}/executions`,
        operation: 'modelSync.start',
        query: { x: '1', y: ['2', '3'] },
        headers: { 'idempotency-key': 'start-0001' },
        body: { a: 1 },
        status: 400,
      },
    ]);
    emulator.clearRequests();
    expect(emulator.requests()).toEqual([]);
  });

  it('keeps only the newest requests where a bound is set', async () => {
    const emulator = await emulate({ maxRequests: 3 });
    for (let index = 1; index <= 8; index += 1) await send(emulator, `GET /api/events?limit=${index}`);
    expect(emulator.requests().map(({ query }) => query.limit)).toEqual(['6', '7', '8']);
  });

  it('tells a body that is no JSON from one of the wrong shape', async () => {
    const emulator = await emulate();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const answer = await fetch(`${emulator.url}/api/syncs`, { method: 'POST', headers, body: '{"name":' });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('not JSON')]);
  });

  it('forgets everything on reset and plants the seed anew', async () => {
    const emulator = await emulate({ seed: { modelSyncs: [{ id: 'first' }] } });
    emulator.setKeys(['fresh-key']);
    emulator.startRun('first');
    emulator.addModelSync({ id: 'second' });
    emulator.fault({ status: 500, times: 99 });
    emulator.reset();
    expect([emulator.executions(), emulator.requests()]).toEqual([[], []]);
    expect((await send(emulator, 'GET /api/syncs/first')).status).toBe(200);
    expect((await send(emulator, 'GET /api/syncs/second')).status).toBe(404);
    emulator.reset({ bulkSyncs: [{ id: 'third' }] });
    expect(() => emulator.sync('first')).toThrow('no sync has the id first');
    expect(emulator.sync('third')).toMatchObject({ kind: 'bulk', name: 'Bulk sync' });
  });

  it('closes with requests under way, more than once, and frees its port', async () => {
    const emulator = await startEmulator();
    emulator.fault({ delayMs: 60_000 });
    const waiting = expect(send(emulator, 'GET /api/me')).rejects.toThrow();
    while (emulator.requests().length === 0) await new Promise(setImmediate);
    await emulator.close();
    await emulator.close();
    await waiting;
    const { port } = new URL(emulator.url);
    await (await startEmulator({ port: Number(port) })).close();
  });

  it('rejects without a key and on a taken port', async () => {
    const emulator = await emulate();
    await expect(startEmulator({ keys: [] })).rejects.toThrow('keys: the emulator needs at least one API key');
    await expect(startEmulator({ port: Number(new URL(emulator.url).port) })).rejects.toThrow('EADDRINUSE');
  });

  it('notes a caller who left before the answer', async () => {
    const emulator = await emulate();
    emulator.fault({ operation: 'modelSync.start', delayMs: 500 });
    const { id } = emulator.addModelSync();
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    const call = fetch(`${emulator.url}/api/syncs/${id}/executions`, {
      method: 'POST',
      headers,
      signal: leaving.signal,
    });
    const gone = expect(call).rejects.toThrow();
    while (emulator.executions().length === 0) await new Promise(setImmediate);
    leaving.abort();
    await gone;
    while (emulator.requests()[0]?.status === 'pending') await new Promise(setImmediate);
    expect(emulator.requests()).toMatchObject([{ status: 'aborted', executionId: emulator.executions()[0]?.id }]);
  });
});
