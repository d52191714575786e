import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

describe('starting a run', () => {
  it('moves from created over running to completed as the clock advances', async () => {
    const emulator = await emulate();
    const sync = emulator.addModelSync({ durationMs: 1_000 });
    const started = await send(emulator, `POST /api/syncs/${sync.id}/executions`, { body: {} });
    expect(started.body.data).toMatchObject({ status: 'created' });
    const path = `GET /api/syncs/${sync.id}/executions/${started.body.data.id}`;
    emulator.clock.advance(500);
    expect((await send(emulator, path)).body.data).toMatchObject({ status: 'running', completed_at: null });
    emulator.clock.advance(500);
    const ended = await send(emulator, path);
    expect(ended.body.data).toMatchObject({ status: 'completed', counts: { total: 10, insert: 10 }, errors: [] });
    expect(ended.body.data.completed_at).toBe(new Date(emulator.clock.now()).toISOString());
  });

  it.each(['model', 'bulk'] as const)('refuses a second %s start with 409 while the first is running', async (kind) => {
    const emulator = await emulate();
    const sync = kind === 'model' ? emulator.addModelSync() : emulator.addBulkSync();
    const call = `POST /api/${kind === 'model' ? '' : 'bulk/'}syncs/${sync.id}/executions`;
    expect((await send(emulator, call, { body: {} })).status).toBe(200);
    expect((await send(emulator, call, { body: {} })).status).toBe(409);
    emulator.clock.advance(1_000);
    expect((await send(emulator, call, { body: {} })).status).toBe(200);
    expect(emulator.executions().map(({ status }) => status)).toEqual(['completed', 'created']);
  });

  it('queues a model start behind the running one where it is told to', async () => {
    const emulator = await emulate({ startWhileRunning: 'queue', durationMs: 1_000 });
    const { id } = emulator.addModelSync();
    await send(emulator, `POST /api/syncs/${id}/executions`, { body: {} });
    const second = await send(emulator, `POST /api/syncs/${id}/executions`, { body: {} });
    expect(second.body.data).toMatchObject({ status: 'queued' });
    emulator.clock.advance(1_500);
    expect(emulator.executions().map(({ status }) => status)).toEqual(['completed', 'running']);
    emulator.clock.advance(500);
    expect(emulator.executions()[1]).toMatchObject({ status: 'completed', startedBy: 'api' });
  });

  it('refuses an inactive model sync but runs an inactive bulk sync', async () => {
    const emulator = await emulate();
    const model = emulator.addModelSync({ active: false });
    const bulk = emulator.addBulkSync({ active: false });
    const refused = await send(emulator, `POST /api/syncs/${model.id}/executions`, { body: {} });
    expect(refused).toMatchObject({ status: 409, body: { message: 'the sync is not active' } });
    expect((await send(emulator, `POST /api/bulk/syncs/${bulk.id}/executions`, { body: {} })).status).toBe(200);
  });

  it('refuses a model sync with problems and tells them', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({
      problems: [{ code: 'gone', message: 'field email is gone', severity: 'error' }],
    });
    const refused = await send(emulator, `POST /api/syncs/${id}/executions`, { body: {} });
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining('field email is gone') } });
    expect(emulator.executions()).toEqual([]);
  });

  it('records who started a run, with which key and options', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync({ schemas: ['a', 'b'] });
    await send(emulator, `POST /api/bulk/syncs/${id}/executions`, { body: { schemas: ['b'] }, key: 'start-0001' });
    emulator.clock.advance(1_000);
    emulator.startRun(id, { type: 'scheduled' });
    expect(emulator.executions()).toMatchObject([
      { startedBy: 'api', idempotencyKey: 'start-0001', options: { schemas: ['b'] }, schemas: { b: 'completed' } },
      { startedBy: 'schedule', schemas: { a: 'created', b: 'created' } },
    ]);
  });
});
