import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

describe('bulk runs', () => {
  it('cover the asked schemas and show the shape they were asked for', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync({ schemas: ['a', 'b', { id: 'off', enabled: false }] });
    const call = `POST /api/bulk/syncs/${id}/executions`;
    const partial = await send(emulator, call, { body: { schemas: ['b'], resync_mode: 'resync', fetch_mode: 'full' } });
    expect(partial.body.data).toMatchObject({
      is_partial: true,
      is_resync: true,
      is_test: false,
      output_disposition: 'truncate',
      fetch_mode: 'full',
      schemas: [{ schema: 'b', status: 'created' }],
    });
    emulator.clock.advance(1_000);
    const whole = await send(emulator, call, { body: { schemas: [] } });
    expect(whole.body.data).toMatchObject({ is_partial: false, schemas: [{ schema: 'a' }, { schema: 'b' }] });
    emulator.clock.advance(1_000);
    expect((await send(emulator, call, { body: { schemas: ['z'] } })).status).toBe(400);
    expect((await send(emulator, call, { body: { test: true, resync_mode: 'refetch' } })).status).toBe(400);
  });

  it('can have 5,000 schemas', async () => {
    const emulator = await emulate();
    const schemas = Array.from({ length: 5_000 }, (_, index) => `public.table_${index}`);
    const { id } = emulator.addBulkSync({ schemas, script: 'oneSchemaFailed' });
    const run = emulator.startRun(id);
    emulator.clock.advance(1_000);
    const { data } = (await send(emulator, `GET /api/bulk/syncs/${id}/executions/${run}`)).body;
    expect(data).toMatchObject({ status: 'completed', record_count: 49_990, error_count: 1 });
    expect(data.schemas).toHaveLength(5_000);
  });

  it('are listed newest first, in pages, or only the ended ones', async () => {
    const emulator = await emulate({ durationMs: 1_000 });
    const { id } = emulator.addBulkSync({ schemas: ['a'] });
    const runs = [];
    for (let index = 0; index < 102; index += 1) {
      runs.push(emulator.startRun(id));
      emulator.clock.advance(1_000);
    }
    const last = emulator.startRun(id);
    const list = async (query: string) => (await send(emulator, `GET /api/bulk/syncs/${id}/executions${query}`)).body;
    const idsOf = (body: { data: unknown }): string[] => (body.data as { id: string }[]).map((run) => run.id);
    const first = await list('?limit=1000');
    expect(idsOf(first)).toEqual([...runs, last].reverse().slice(0, 100));
    const rest = await list(`?page_token=${first.pagination?.next_page_token}`);
    expect(idsOf(rest)).toEqual([...runs].reverse().slice(99));
    expect(rest.pagination).toEqual({});
    expect(idsOf(await list('?only_terminal=true&limit=1'))).toEqual(runs.slice(-1));
    expect(idsOf(await list('?ascending=true&limit=2'))).toEqual(runs.slice(0, 2));
    expect((await send(emulator, `GET /api/bulk/syncs/${id}/executions?page_token=made-up`)).status).toBe(400);
  });
});

describe('batch status', () => {
  it('tells each enabled schema once with its newest run', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync({ schemas: ['a', 'b', { id: 'off', enabled: false }] });
    const whole = emulator.startRun(id);
    emulator.clock.advance(1_000);
    const partial = emulator.startRun(id, { options: { schemas: ['b'] } });
    const { data } = (await send(emulator, `GET /api/bulk/syncs/status?sync_id=${id}`)).body;
    expect(data).toMatchObject([
      {
        sync_id: id,
        status: 'created',
        schemas: [
          { schema: 'b', execution_id: partial, status: 'created' },
          { schema: 'a', execution_id: whole, status: 'completed', record_count: 10 },
        ],
      },
    ]);
  });

  it('names all, the active, or the asked syncs, and knows no other', async () => {
    const emulator = await emulate({
      seed: { bulkSyncs: [{ id: 'one' }, { id: 'two', active: false }, { id: 'three' }] },
    });
    const asked = async (query: string) => {
      const { status, body } = await send(emulator, `GET /api/bulk/syncs/status?${query}`);
      const found = (body.data ?? []) as unknown as { sync_id: string }[];
      return status === 200 ? found.map(({ sync_id }) => sync_id).sort() : status;
    };
    expect(await asked('all=true')).toEqual(['one', 'three', 'two']);
    expect(await asked('active=true&sync_id=two')).toEqual(['one', 'three']);
    expect(await asked('sync_id=two&sync_id=one')).toEqual(['one', 'two']);
    expect(await asked('sync_id=one&sync_id=nobody')).toBe(404);
    expect(await asked('')).toEqual([]);
  });
});
