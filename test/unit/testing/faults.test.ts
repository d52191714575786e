import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

describe('a fault', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('that drops the connection %s the effect leaves %d runs behind', async (drop, runs) => {
    const emulator = await emulate();
    const call = `POST /api/syncs/${emulator.addModelSync().id}/executions`;
    const fault = emulator.fault({ operation: 'modelSync.start', drop });
    await expect(send(emulator, call, { body: {} })).rejects.toThrow();
    expect(emulator.executions()).toHaveLength(runs);
    expect(emulator.requests()).toMatchObject([{ operation: 'modelSync.start', status: 'dropped' }]);
    expect(fault.hits).toBe(1);
  });

  it('that truncates sends half of the answer after the effect', async () => {
    const emulator = await emulate();
    emulator.fault({ operation: 'modelSync.start', truncate: true });
    const call = `POST /api/syncs/${emulator.addModelSync().id}/executions`;
    await expect(send(emulator, call, { body: {} })).rejects.toThrow();
    expect(emulator.executions()).toHaveLength(1);
    expect(emulator.requests()).toMatchObject([{ status: 200, truncated: true }]);
  });

  it('hits as often as it is told, the oldest fitting one first', async () => {
    const emulator = await emulate();
    emulator.fault({ operation: 'identity.get', status: 503, times: 2 });
    emulator.fault({ path: /^\/api\/me$/, status: 418 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await send(emulator, 'GET /api/me')).status);
    expect(statuses).toEqual([503, 503, 418, 200]);
  });

  it('ends by time, by removal and by its predicate', async () => {
    const emulator = await emulate();
    emulator.fault({ status: 500, forMs: 1_000, when: ({ query }) => query.limit === '7' });
    expect((await send(emulator, 'GET /api/events?limit=8')).status).toBe(200);
    expect((await send(emulator, 'GET /api/events?limit=7')).status).toBe(500);
    emulator.clock.advance(1_000);
    expect((await send(emulator, 'GET /api/events?limit=7')).status).toBe(200);
    const fault = emulator.fault({ status: 500, times: 9 });
    fault.remove();
    expect((await send(emulator, 'GET /api/me')).status).toBe(200);
    expect(fault.hits).toBe(0);
  });

  it('as an outage resets every request until it is over', async () => {
    const emulator = await emulate();
    const fault = emulator.fault({ outage: true, forMs: 60_000 });
    await expect(send(emulator, 'GET /api/me')).rejects.toThrow();
    await expect(send(emulator, 'GET /api/syncs')).rejects.toThrow();
    emulator.clock.advance(60_000);
    expect((await send(emulator, 'GET /api/me')).status).toBe(200);
    expect(fault.hits).toBe(2);
  });

  it('may answer a page of HTML as a gateway does', async () => {
    const emulator = await emulate();
    emulator.fault({ status: 502, body: '<html>bad gateway</html>' });
    const answer = await send(emulator, 'GET /api/me');
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
      502,
      '<html>bad gateway</html>',
      'text/html',
    ]);
  });

  it('may change headers of an answer that is otherwise its own', async () => {
    const emulator = await emulate();
    emulator.fault({ headers: { 'x-polytomic-version': '2021-05-23' } });
    const answer = await send(emulator, 'GET /api/me');
    expect([answer.status, answer.headers.get('x-polytomic-version')]).toEqual([200, '2021-05-23']);
  });
});
