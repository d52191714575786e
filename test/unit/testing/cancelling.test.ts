import { describe, expect, it } from '@jest/globals';
import type { CancelReaction } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

async function running(onCancel?: CancelReaction) {
  const emulator = await emulate();
  const { id } = emulator.addModelSync({
    script: { outcome: 'completed', durationMs: 10_000, onCancel, cancelMs: 200 },
  });
  const execution = emulator.startRun(id);
  emulator.clock.advance(2_000);
  const status = () => emulator.executions()[0]?.status;
  return { emulator, id, execution, status };
}

describe('cancelling a run', () => {
  it.each(['/cancel', (execution: string) => `/executions/${execution}/cancel`])(
    'is asynchronous by %s',
    async (tail) => {
      const { emulator, id, execution, status } = await running();
      const path = typeof tail === 'string' ? tail : tail(execution);
      const answer = await send(emulator, `POST /api/syncs/${id}${path}`);
      expect(answer).toMatchObject({ status: 200, body: { data: { message: 'cancellation requested' } } });
      expect(status()).toBe('canceling');
      emulator.clock.advance(200);
      expect(status()).toBe('canceled');
      const { cancelRequestedAt = 0, completedAt } = emulator.executions()[0] ?? {};
      expect(completedAt).toBe(cancelRequestedAt + 200);
    },
  );

  it.each([
    ['never', 'canceling'],
    ['complete', 'completed'],
    ['fail', 'failed'],
    ['ignore', 'running'],
  ] as const)('can be scripted to %s: the run is then %s', async (reaction, end) => {
    const { emulator, id, status } = await running(reaction);
    await send(emulator, `POST /api/syncs/${id}/cancel`);
    emulator.clock.advance(200);
    expect(status()).toBe(end);
  });

  it('of an ended run is refused for a model sync and accepted without effect for a bulk sync', async () => {
    const { emulator, id, execution } = await running();
    const bulk = emulator.addBulkSync();
    const bulkRun = emulator.startRun(bulk.id);
    emulator.clock.advance(10_000);
    expect((await send(emulator, `POST /api/syncs/${id}/executions/${execution}/cancel`)).status).toBe(400);
    expect((await send(emulator, `POST /api/bulk/syncs/${bulk.id}/executions/${bulkRun}/cancel`)).status).toBe(200);
    expect((await send(emulator, `POST /api/syncs/${id}/cancel`)).body.data).toEqual({ message: 'nothing to cancel' });
    expect(emulator.executions()).toMatchObject([{ status: 'completed' }, { status: 'completed' }]);
    expect(emulator.executions().map(({ cancelRequestedAt }) => cancelRequestedAt)).toEqual([undefined, undefined]);
  });

  it('by somebody else looks the same', async () => {
    const { emulator, execution, status } = await running();
    emulator.cancelRun(execution);
    emulator.clock.advance(200);
    expect(status()).toBe('canceled');
    expect(() => emulator.cancelRun('nothing')).toThrow('no execution has the id nothing');
  });

  it('happens on deactivating a bulk sync, but not a model sync, and on deleting either', async () => {
    const { emulator, id } = await running();
    const bulk = emulator.addBulkSync({ script: 'neverEnds' });
    emulator.startRun(bulk.id);
    await send(emulator, `POST /api/syncs/${id}/activate`, { body: { active: false } });
    await send(emulator, `POST /api/bulk/syncs/${bulk.id}/activate`, { body: { active: false } });
    expect(emulator.executions()).toMatchObject([{ status: 'running' }, { status: 'canceling' }]);
    await send(emulator, `DELETE /api/syncs/${id}`);
    await send(emulator, `DELETE /api/bulk/syncs/${bulk.id}`);
    emulator.clock.advance(200);
    expect(emulator.executions()).toMatchObject([{ status: 'canceled' }, { status: 'canceled' }]);
    expect((await send(emulator, `GET /api/bulk/syncs/${bulk.id}`)).status).toBe(404);
  });

  it('of one schema leaves the others running', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync({ schemas: ['a', 'b'], script: { durationMs: 10_000 } });
    emulator.startRun(id);
    emulator.clock.advance(2_000);
    expect((await send(emulator, `POST /api/bulk/syncs/${id}/schemas/a/cancel`)).status).toBe(200);
    expect((await send(emulator, `POST /api/bulk/syncs/${id}/schemas/c/cancel`)).status).toBe(404);
    emulator.clock.advance(8_000);
    expect(emulator.executions()).toMatchObject([{ status: 'completed', schemas: { a: 'canceled', b: 'completed' } }]);
  });
});
