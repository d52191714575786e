import { describe, expect, it } from '@jest/globals';
import type { Emulator, QueryScript } from '../../../src/testing';
import { callChecked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

interface Answer {
  readonly data: { readonly id: string; readonly status: string; readonly results?: unknown[] };
  readonly links?: { readonly next?: string; readonly previous?: string };
}

async function run(emulator: Emulator, sql: string, queries: QueryScript[] = []): Promise<string> {
  const schemas = [{ id: 'public.users', records: [{ id: 1 }, { id: 2 }] }];
  const { id } = emulator.addConnection({ queries, schemas });
  const call = `POST /api/connections/${String(id)}/query?query=${encodeURIComponent(sql)}`;
  const { data } = (await callChecked(emulator, call, { body: {} })).body;
  expect(data).toEqual({ id: data.id, status: 'created' });
  return data.id;
}

const read = async (emulator: Emulator, path: string): Promise<Answer> =>
  (await callChecked(emulator, `GET ${path}`)).body as unknown as Answer;

describe('a query', () => {
  it('tells its rows once it is done, and nothing before', async () => {
    const emulator = await emulate();
    const id = await run(emulator, 'select * from public.users');
    emulator.clock.advance(999);
    expect(await read(emulator, `/api/queries/${id}`)).toEqual({ data: { id, status: 'running' } });
    emulator.clock.advance(1);
    expect(await read(emulator, `/api/queries/${id}`)).toMatchObject({
      data: { status: 'done', count: 2, fields: ['id'], results: [{ id: 1 }, { id: 2 }] },
      links: {},
    });
  });

  it('has pages that lead to each other by links without a host', async () => {
    const emulator = await emulate();
    const rows = [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }];
    const id = await run(emulator, 'select n', [{ rows, pageRows: 2, durationMs: 0 }]);
    emulator.clock.advance(1);
    const first = await read(emulator, `/api/queries/${id}`);
    const second = await read(emulator, first.links?.next ?? '');
    const third = await read(emulator, second.links?.next ?? '');
    expect([first, second, third].flatMap(({ data }) => data.results)).toEqual(rows);
    expect(third.links).not.toHaveProperty('next');
    expect(first.links).not.toHaveProperty('previous');
    expect(await read(emulator, second.links?.previous ?? '')).toEqual(first);
    expect((await send(emulator, `GET /api/queries/${id}?page=mine`)).status).toBe(400);
  });

  it.each([
    [
      { status: 'failed', error: 'no such column' },
      { status: 'failed', error: 'no such column' },
    ],
    [{ status: 'unknown' }, { status: 'unknown' }],
    [{ status: 'running' }, { status: 'running' }],
  ] as [QueryScript, object][])('scripted as %j ends as %j', async (script, end) => {
    const emulator = await emulate();
    const id = await run(emulator, 'SELECT secret', [{ contains: 'nothing' }, { contains: 'Secret', ...script }]);
    emulator.clock.advance(24 * 3_600_000);
    expect((await read(emulator, `/api/queries/${id}`)).data).toEqual({ id, ...end });
  });

  it('is lost when its results expire', async () => {
    const emulator = await emulate();
    const id = await run(emulator, 'select 1', [{ expiresMs: 60_000 }]);
    emulator.clock.advance(61_000);
    expect((await read(emulator, `/api/queries/${id}`)).data).toEqual({ id, status: 'unknown' });
  });

  it('is read by its creator, with whichever key, and by nobody else', async () => {
    const emulator = await emulate({
      keys: ['test-key', 'second-key'],
      organizations: { other: { keys: ['other-key'] } },
    });
    const id = await run(emulator, 'select 1');
    const status = async (authorization: string) =>
      (await send(emulator, `GET /api/queries/${id}`, { authorization })).status;
    expect(await status('Bearer second-key')).toBe(200);
    expect(await status('Bearer other-key')).toBe(404);
    const partner = Buffer.from(`${emulator.organizationId}:${emulator.partnerKey}`).toString('base64');
    expect(await status(`Basic ${partner}`)).toBe(404);
  });

  it('needs a text and a connection', async () => {
    const emulator = await emulate();
    const connections = '/api/connections/00000000-0000-4000-8000-000000000011';
    expect((await send(emulator, `POST ${connections}/query`, { body: {} })).status).toBe(400);
    expect((await send(emulator, 'POST /api/connections/nobody/query?query=x', { body: {} })).status).toBe(404);
  });
});
