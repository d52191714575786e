import { describe, expect, it } from '@jest/globals';
import type { Emulator, EmulatorEvent } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

async function eventsOf(emulator: Emulator, query = 'limit=100'): Promise<EmulatorEvent[]> {
  const { body } = await send(emulator, `GET /api/events?${query}`);
  return (body.data ?? []) as unknown as EmulatorEvent[];
}

describe('events', () => {
  it('tell begin and end of each run, newest first, the same at each reading', async () => {
    const emulator = await emulate();
    const model = emulator.addModelSync({ name: 'Users' });
    const run = emulator.startRun(model.id);
    expect(await eventsOf(emulator)).toEqual([]);
    emulator.clock.advance(1_000);
    const events = await eventsOf(emulator);
    expect(events).toMatchObject([
      { type: 'sync.completed', event: { execution_id: run, sync_id: model.id, sync_name: 'Users', record_count: 10 } },
      { type: 'sync.running', event: { execution_id: run } },
    ]);
    emulator.clock.advance(60_000);
    expect(await eventsOf(emulator)).toEqual(events);
  });

  it.each([
    ['model', 'completedWithErrors', 'sync.completed_with_errors'],
    ['model', 'failed', 'sync.failed'],
    ['model', 'canceled', 'sync.canceled'],
    ['bulk', 'completed', 'bulk_sync.completed'],
    ['bulk', 'oneSchemaFailed', 'bulk_sync.completed_with_error'],
    ['bulk', 'errors', 'bulk_sync.completed_with_error'],
    ['bulk', 'failed', 'bulk_sync.failed'],
    ['bulk', 'canceled', 'bulk_sync.canceled'],
  ] as const)('of a %s run that is %s end with %s', async (kind, script, type) => {
    const emulator = await emulate();
    emulator.startRun((kind === 'model' ? emulator.addModelSync({ script }) : emulator.addBulkSync({ script })).id);
    emulator.clock.advance(1_000);
    expect((await eventsOf(emulator))[0]).toMatchObject({ type });
  });

  it('of an interrupted run have no end', async () => {
    const emulator = await emulate();
    emulator.startRun(emulator.addModelSync({ script: 'interrupted' }).id);
    emulator.clock.advance(1_000);
    expect((await eventsOf(emulator)).map(({ type }) => type)).toEqual(['sync.running']);
  });

  it('are read through a window open at both ends, ten at a time by default, for 48 hours', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    for (let run = 0; run < 8; run += 1) {
      emulator.startRun(id);
      emulator.clock.advance(1_000);
    }
    const all = await eventsOf(emulator);
    expect([all.length, (await eventsOf(emulator, '')).length]).toEqual([16, 10]);
    const [newest = '', , , oldest = ''] = all.map((event) => event.created_at);
    expect(await eventsOf(emulator, `starting_after=${oldest}&ending_before=${newest}`)).toEqual(all.slice(1, 3));
    expect(await eventsOf(emulator, 'type=sync.running&limit=3')).toEqual(
      all.filter(({ type }) => type === 'sync.running').slice(0, 3),
    );
    for (const limit of ['0', '101']) {
      expect((await send(emulator, `GET /api/events?limit=${limit}`)).status).toBe(422);
    }
    emulator.clock.advance(48 * 3_600_000);
    expect(await eventsOf(emulator)).toEqual([]);
  });

  it('can be lost, by choice or by a share that hides the same ones each time', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    for (let run = 0; run < 40; run += 1) {
      emulator.startRun(id);
      emulator.clock.advance(1_000);
    }
    const chosen = emulator.fault({ loseEvents: ({ type }) => type === 'sync.completed' });
    expect(new Set((await eventsOf(emulator)).map(({ type }) => type))).toEqual(new Set(['sync.running']));
    chosen.remove();
    emulator.fault({ loseEvents: 0.5 });
    const left = await eventsOf(emulator);
    expect(left.length).toBeGreaterThan(10);
    expect(left.length).toBeLessThan(70);
    expect(await eventsOf(emulator)).toEqual(left);
  });
});
