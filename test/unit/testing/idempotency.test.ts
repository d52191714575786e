import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

const key = 'start-0001';

async function emulatedModelStart() {
  const emulator = await emulate();
  const call = `POST /api/syncs/${emulator.addModelSync().id}/executions`;
  const start = (sentKey = key) => send(emulator, call, { body: {}, key: sentKey });
  return { emulator, start };
}

describe('an Idempotency-Key', () => {
  it('replays the recorded start instead of starting again', async () => {
    const { emulator, start } = await emulatedModelStart();
    const first = await start();
    emulator.clock.advance(5_000);
    const second = await start();
    expect(second.text).toBe(first.text);
    expect(emulator.executions()).toHaveLength(1);
    expect(emulator.requests()[1]).toMatchObject({ replayed: true, executionId: first.body.data.id });
  });

  it('replays a recorded refusal even after its reason is gone', async () => {
    const { emulator, start } = await emulatedModelStart();
    await start('other-key-1');
    expect((await start()).status).toBe(409);
    emulator.clock.advance(5_000);
    expect((await start()).status).toBe(409);
    expect((await start('other-key-2')).status).toBe(200);
  });

  it('is free again after 24 hours', async () => {
    const { emulator, start } = await emulatedModelStart();
    await start();
    emulator.clock.advance(24 * 3_600_000);
    await start();
    expect(emulator.executions()).toHaveLength(2);
  });

  it('answers 409 while its first request is being processed', async () => {
    const { emulator, start } = await emulatedModelStart();
    emulator.fault({ operation: 'modelSync.start', delayMs: 5_000 });
    const first = start();
    while (emulator.executions().length === 0) await new Promise(setImmediate);
    expect((await start()).status).toBe(409);
    expect((await first).status).toBe(200);
    expect((await start()).status).toBe(200);
    expect(emulator.executions()).toHaveLength(1);
  });

  it.each(['short', 'has.dots.in.it', 'x'.repeat(256)])('is refused when malformed: %s', async (malformed) => {
    const { emulator, start } = await emulatedModelStart();
    expect((await start(malformed)).status).toBe(400);
    expect(emulator.executions()).toEqual([]);
  });

  it('remembers a scripted error only where the fault says so', async () => {
    const { emulator, start } = await emulatedModelStart();
    emulator.fault({ operation: 'modelSync.start', status: 500, recorded: true });
    expect([(await start()).status, (await start()).status]).toEqual([500, 500]);
    emulator.fault({ operation: 'modelSync.start', status: 429, retryAfter: 2 });
    const limited = await start('other-key-1');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await start('other-key-1')).status).toBe(200);
    expect(emulator.executions()).toHaveLength(1);
  });

  it.each([
    [false, 200, 1],
    [true, 504, 1],
    ['nothing', 409, 1],
  ] as const)('after a 504 with effect, recorded %s, answers %d', async (recorded, status, runs) => {
    const { emulator, start } = await emulatedModelStart();
    emulator.fault({ operation: 'modelSync.start', status: 504, effect: true, recorded });
    expect((await start()).status).toBe(504);
    expect((await start()).status).toBe(status);
    expect(emulator.executions()).toHaveLength(runs);
  });
});
