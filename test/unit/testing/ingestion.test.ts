import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

describe('the ingestion of a CDC sync', () => {
  it('lags, catches up, and is told beside the runs', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync({ ingestion: { lagMs: 600_000, catchesUpInMs: 60_000 } });
    const statusOf = async (sync: string): Promise<unknown> =>
      ((await send(emulator, `GET /api/bulk/syncs/${sync}/status`)).body.data as { ingestion_status?: unknown })
        .ingestion_status;
    const behind = (lagMs: number): string => new Date(emulator.clock.now() - lagMs).toISOString();
    expect(await statusOf(id)).toMatchObject({
      ...{ enabled: true, is_running: true, status: 'ok', status_message: '' },
      ...{ position_time: behind(600_000), updated_at: behind(0) },
    });
    emulator.clock.advance(30_000);
    expect(await statusOf(id)).toMatchObject({ position_time: behind(300_000) });
    emulator.clock.advance(90_000);
    expect(await statusOf(id)).toMatchObject({ position_time: behind(0) });
    emulator.setIngestion(id, { lagMs: null, isRunning: false, status: 'error', statusMessage: 'no slot' });
    const stopped = { is_running: false, status: 'error', status_message: 'no slot', position_time: null };
    expect(await statusOf(id)).toMatchObject(stopped);
    const snapshot = emulator.snapshot();
    emulator.setIngestion(id, null);
    expect(await statusOf(id)).toBeUndefined();
    emulator.restore(snapshot);
    expect(await statusOf(id)).toMatchObject(stopped);
    expect(await statusOf(emulator.addBulkSync().id)).toBeUndefined();
    expect(emulator.sync(id).fields).not.toHaveProperty('ingestion');
    expect(() => emulator.setIngestion('none', null)).toThrow(RangeError);
  });
});
