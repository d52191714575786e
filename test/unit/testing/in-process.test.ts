/** The emulator without a server: called like a function, the same at each run, waiting by its own clock. */
import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../../src/polytomic/client';
import { createEmulator, type InProcessEmulator, type InProcessOptions } from '../../../src/testing';

const fixed = { clock: 'manual', startAt: Date.UTC(2026, 0, 1), idSeed: 'run 1' } as const;
const json = { authorization: 'Bearer test-key', 'content-type': 'application/json' };

const post = (emulator: InProcessEmulator, url: string, body: unknown = {}) =>
  emulator.handle({ method: 'POST', url, headers: json, body: JSON.stringify(body) });

const bulkSync = '00000000-0000-4000-8000-000000000022';

async function scenario(options: InProcessOptions): Promise<unknown[]> {
  const emulator = createEmulator(options);
  const answers: unknown[] = [];
  answers.push(await post(emulator, `/api/bulk/syncs/${bulkSync}/executions`));
  emulator.clock.advance(2_000);
  answers.push(await post(emulator, '/api/webhooks', { endpoint: 'http://receiver', secret: 'secret-1' }));
  answers.push(await emulator.handle({ url: `/api/bulk/syncs/${bulkSync}/status`, headers: json }));
  answers.push(await emulator.handle({ url: '/api/events', headers: json }));
  return [...answers, emulator.executions(), emulator.snapshot()];
}

describe('an emulator without a server', () => {
  it('does the same at each run with the same seed and start, and other ids with another seed', async () => {
    const first = JSON.stringify(await scenario(fixed));
    expect(JSON.stringify(await scenario(fixed))).toBe(first);
    expect(JSON.stringify(await scenario({ ...fixed, idSeed: 'run 2' }))).not.toBe(first);
  });

  it('repeats its ids after a reset, and goes on with them after a restore', async () => {
    const emulator = createEmulator(fixed);
    const first = emulator.startRun(bulkSync);
    emulator.reset();
    expect(emulator.startRun(bulkSync)).toBe(first);
    const snapshot = emulator.snapshot();
    const next = emulator.startRun(bulkSync);
    emulator.restore(snapshot);
    expect(emulator.startRun(bulkSync)).toBe(next);
  });

  it('serves the client as its fetch', async () => {
    const emulator = createEmulator(fixed);
    const { url, apiKey, fetch } = emulator;
    const client = createClient({ url, apiKey, allowHttp: true, fetch });
    const { id } = await client.bulkSync.start({ id: bulkSync });
    emulator.clock.advance(5_000);
    const run = await client.bulkSync.executions.get({ id: bulkSync, exec_id: String(id) });
    expect(run).toMatchObject({ status: 'completed', created_at: '2026-01-01T00:00:00.000Z' });
    expect(emulator.requests().map(({ status }) => status)).toEqual([200, 200]);
  });

  it('waits by its clock, and resets where a fault says so', async () => {
    const emulator = createEmulator(fixed);
    const get = { url: '/api/me', headers: json };
    emulator.fault({ delayMs: 60_000 });
    let answered = false;
    const slow = emulator.handle(get).then(() => (answered = true));
    emulator.clock.advance(59_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    emulator.clock.advance(1);
    await slow;
    emulator.fault({ drop: 'after' });
    await expect(emulator.handle(get)).rejects.toMatchObject({ code: 'ECONNRESET' });
    emulator.fault({ truncate: true });
    const cut = await emulator.fetch('http://polytomic.invalid/api/me', { headers: json });
    expect(cut.status).toBe(200);
    await expect(cut.text()).rejects.toMatchObject({ code: 'ECONNRESET' });
    const aborted = new AbortController();
    emulator.fault({ delayMs: 60_000 });
    const waiting = emulator.fetch('/api/me', { headers: json, signal: aborted.signal });
    aborted.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(emulator.requests().map(({ status, truncated }) => truncated ?? status)).toEqual([
      200,
      'dropped',
      true,
      'pending',
    ]);
  });

  it('posts webhooks through the given fetch', async () => {
    const told: string[] = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      told.push(`${url} ${(JSON.parse(init.body as string) as { type: string }).type}`);
      return new Response('', { status: 200 });
    };
    const emulator = createEmulator({ ...fixed, fetch });
    await post(emulator, '/api/webhooks', { endpoint: 'http://receiver/hook', secret: 'secret-1' });
    await post(emulator, `/api/bulk/syncs/${bulkSync}/executions`);
    emulator.clock.advance(5_000);
    await emulator.deliver();
    expect(told).toEqual(['http://receiver/hook bulk_sync.running', 'http://receiver/hook bulk_sync.completed']);
  });

  it('follows a time source from outside', async () => {
    let at = 1_000_000;
    const sleeps: number[] = [];
    const sleep = async (ms: number): Promise<void> => {
      sleeps.push(ms);
      at += ms;
    };
    const emulator = createEmulator({ clock: { now: () => at, sleep } });
    emulator.fault({ delayMs: 250 });
    await emulator.handle({ url: '/api/me', headers: json });
    expect(emulator.clock.now()).toBe(1_000_250);
    expect(sleeps).toEqual([250]);
  });
});
