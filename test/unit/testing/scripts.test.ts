import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

async function endOf(script: Outcome, kind: 'model' | 'bulk') {
  const emulator = await emulate();
  const { id } =
    kind === 'model' ? emulator.addModelSync({ script }) : emulator.addBulkSync({ script, schemas: ['a', 'b'] });
  const run = emulator.startRun(id);
  emulator.clock.advance(1_000);
  return (await send(emulator, `GET /api/${kind === 'bulk' ? 'bulk/' : ''}syncs/${id}/executions/${run}`)).body.data;
}

describe('scripted outcomes', () => {
  it.each([
    ['completed', { status: 'completed', counts: { total: 10, insert: 10, error: 0 }, errors: [] }],
    ['completedWithErrors', { status: 'completed', counts: { total: 10, insert: 8, error: 2 } }],
    ['allRejected', { status: 'completed', counts: { total: 10, insert: 0, error: 10 } }],
    ['failed', { status: 'failed', errors: ['connection refused by the source'] }],
    ['canceled', { status: 'canceled', counts: { total: 0 } }],
    ['interrupted', { status: 'interrupted', completed_at: expect.any(String) }],
    ['unknownStatus', { status: 'completed' }],
    ['neverEnds', { status: 'running', completed_at: null }],
  ] as const)('of a model sync: %s', async (script, expected) => {
    expect(await endOf(script, 'model')).toMatchObject(expected);
  });

  it.each([
    ['completed', 'completed', 'completed', { record_count: 20, error_count: 0 }],
    ['completedWithErrors', 'completed', 'completed', { record_count: 16, error_count: 4 }],
    ['oneSchemaFailed', 'completed', 'failed', { record_count: 10, error_count: 1 }],
    ['errors', 'errors', 'failed', { record_count: 10, error_count: 1 }],
    ['failed', 'failed', 'failed', { record_count: 0, status_message: 'connection refused by the source' }],
  ] as const)('of a bulk sync: %s', async (script, status, firstSchema, expected) => {
    const run = await endOf(script, 'bulk');
    expect(run).toMatchObject({
      status,
      ...expected,
      schemas: [{ schema: 'a', status: firstSchema }, { schema: 'b' }],
    });
  });

  it('can be written out step by step, with statuses that nobody knows', async () => {
    const emulator = await emulate();
    const script = [
      { status: 'scheduled', afterMs: 0 },
      { status: 'frobnicating', afterMs: 100, schemas: { a: { status: 'completed', records: 3 } } },
      { status: 'completed', afterMs: 200, schemas: { b: { status: 'failed', errors: 1, message: 'no such table' } } },
    ];
    const { id } = emulator.addBulkSync({ schemas: ['a', 'b'], script });
    const call = `GET /api/bulk/syncs/${id}/executions/${emulator.startRun(id)}`;
    const startedAt = emulator.clock.now();
    expect((await send(emulator, call)).body.data).toMatchObject({ status: 'scheduled', started_at: null });
    emulator.clock.advance(150);
    const between = (await send(emulator, call)).body.data;
    expect(between).toMatchObject({
      status: 'frobnicating',
      schemas: [{ status: 'completed' }, { status: 'frobnicating' }],
    });
    emulator.clock.advance(100);
    expect((await send(emulator, call)).body.data).toMatchObject({
      completed_at: new Date(startedAt + 200).toISOString(),
      schemas: [
        { status: 'completed', record_count: 3, completed_at: new Date(startedAt + 100).toISOString() },
        { status: 'failed', error_count: 1, status_message: 'no such table' },
      ],
    });
  });

  it('hold for the next runs first, then for every run', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    emulator.scriptNext(id, 'failed', { outcome: 'canceled' });
    emulator.script(id, 'interrupted');
    for (let run = 0; run < 4; run += 1) {
      emulator.startRun(id);
      emulator.clock.advance(1_000);
    }
    const ends = emulator.executions().map(({ status }) => status);
    expect(ends).toEqual(['failed', 'canceled', 'interrupted', 'interrupted']);
  });

  it('keep a run open that says ended: false', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ script: [{ status: 'interrupted', afterMs: 0, ended: false }] });
    emulator.startRun(id);
    emulator.clock.advance(60_000);
    expect(emulator.executions()[0]).toMatchObject({ status: 'interrupted', completedAt: undefined });
    expect((await send(emulator, `POST /api/syncs/${id}/executions`, { body: {} })).status).toBe(409);
  });

  it('may report no counts', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ script: [{ status: 'completed', afterMs: 0, counts: null }] });
    const run = emulator.startRun(id);
    expect((await send(emulator, `GET /api/syncs/${id}/executions/${run}`)).body.data).toMatchObject({ counts: null });
  });

  it('are refused without a step', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ script: [] });
    expect(() => emulator.startRun(id)).toThrow('script: a run needs at least one step');
  });
});
