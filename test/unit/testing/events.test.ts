import { describe, expect, it } from '@jest/globals';
import type { Emulator, EmulatorEvent } from '../../../src/testing';
import { callChecked } from './support/checked-call';
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

  const ofModel = ['execution_id', 'sync_id', 'sync_name', 'organization_id', 'target_connection_id'];
  const ofBulk = [...ofModel.slice(0, 4), 'source_connection_id', 'destination_connection_id'];
  const counts = ['record_count', 'inserted_count', 'updated_count', 'upserted_count', 'error_count', 'warning_count'];
  const urls = ['total', 'inserted', 'updated', 'deleted', 'errored'].map((what) => `${what}_records`);

  it.each([
    ['model', 'neverEnds', 'sync.running', ofModel],
    ['model', 'canceled', 'sync.canceled', [...ofModel, 'status']],
    ['model', 'failed', 'sync.failed', [...ofModel, 'error']],
    [
      'model',
      'completedWithErrors',
      'sync.completed_with_errors',
      [...ofModel, 'error', 'number_of_errors', 'number_of_warnings'],
    ],
    [
      'model',
      'completed',
      'sync.completed',
      [...ofModel, 'status', 'trigger', 'schedule', 'logs_url', 'warnings', ...counts, ...urls],
    ],
    ['bulk', 'neverEnds', 'bulk_sync.running', ofBulk],
    ['bulk', 'canceled', 'bulk_sync.canceled', ofBulk],
    ['bulk', 'completed', 'bulk_sync.completed', [...ofBulk, 'trigger_source', 'schedule']],
    ['bulk', 'errors', 'bulk_sync.completed_with_error', [...ofBulk, 'trigger_source', 'schedule']],
    ['bulk', 'failed', 'bulk_sync.failed', [...ofBulk, 'trigger_source', 'schedule', 'error']],
  ] as const)(
    'of a scheduled %s run that is %s have as %s every documented field',
    async (kind, script, type, fields) => {
      const emulator = await emulate();
      const seed = { script, everyMs: 3_600_000, schedule: { frequency: 'hourly' } };
      if (kind === 'model') emulator.addModelSync(seed);
      else emulator.addBulkSync(seed);
      emulator.clock.advance(3_601_000);
      const { body } = await callChecked(emulator, `GET /api/events?type=${type}`);
      const [told] = body.data as unknown as EmulatorEvent[];
      expect(Object.keys(told?.event ?? {}).sort()).toEqual([...fields].sort());
      for (const value of Object.values(told?.event ?? {})) expect(value).toBeDefined();
    },
  );

  it('name the index of the logs and the schedule behind a run, which a run that somebody started has not', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    const run = emulator.startRun(id);
    emulator.clock.advance(1_000);
    const [told] = await eventsOf(emulator);
    expect(told?.event).toMatchObject({ logs_url: `${emulator.url}/api/syncs/${id}/executions/${run}/logs` });
    expect(told?.event).not.toHaveProperty('schedule');
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
