import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

describe('runs that start on their own', () => {
  it('are dated when they were due, however late somebody looks', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ everyMs: 60_000 });
    const from = emulator.clock.now();
    emulator.clock.advance(150_000);
    expect(emulator.executions()).toMatchObject([
      { syncId: id, startedBy: 'schedule', status: 'completed', createdAt: from + 60_000, completedAt: from + 61_000 },
      { startedBy: 'schedule', createdAt: from + 120_000 },
    ]);
    const { data } = (await send(emulator, `GET /api/syncs/${id}/status`)).body;
    expect(data).toMatchObject({ next_execution_time: new Date(from + 180_000).toISOString() });
  });

  it('are left out while the sync runs or is inactive', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync({ everyMs: 60_000, durationMs: 90_000 });
    emulator.clock.advance(300_000);
    expect(emulator.executions()).toHaveLength(3);
    await send(emulator, `POST /api/bulk/syncs/${id}/activate`, { body: { active: false } });
    emulator.clock.advance(300_000);
    expect(emulator.executions()).toHaveLength(3);
  });

  it('occupy the sync for everybody else', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ everyMs: 60_000, script: 'neverEnds' });
    emulator.clock.advance(60_000);
    expect((await send(emulator, `POST /api/syncs/${id}/executions`, { body: {} })).status).toBe(409);
  });

  it('need an interval above zero', async () => {
    const emulator = await emulate();
    expect(() => emulator.addModelSync({ everyMs: 0 })).toThrow('everyMs: expected milliseconds above 0');
  });
});
