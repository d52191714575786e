import { describe, expect, it } from '@jest/globals';
import type { Emulator, EmulatorSnapshot } from '../../../src/testing';
import { callChecked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';
import { startReceiver } from './support/receiver';

/** What reaches another process. */
const viaJson = (snapshot: EmulatorSnapshot): EmulatorSnapshot =>
  JSON.parse(JSON.stringify(snapshot)) as EmulatorSnapshot;

/** Every list that needs no id, as text: what anybody can see of the state. */
async function seen(emulator: Emulator): Promise<string[]> {
  const paths = [
    ...['/api/me', '/api/syncs', '/api/bulk/syncs', '/api/connections', '/api/models', '/api/events?limit=100'],
    ...['/api/bulk/syncs/status?all=true', '/api/webhooks', '/api/organization/users', '/api/permissions/roles'],
    ...['/api/permissions/policies', '/api/notifications/global-error-subscribers', '/api/organization/record-logging'],
  ];
  const answers = [];
  for (const path of paths) answers.push((await callChecked(emulator, `GET ${path}`)).text);
  return answers;
}

describe('a snapshot', () => {
  it('brings everything back, in this emulator and in another one', async () => {
    const emulator = await emulate({ organizations: { other: { keys: ['other-key'] } } });
    const model = emulator.addModelSync({ script: { outcome: 'completedWithErrors', durationMs: 9_000 } });
    const bulk = emulator.addBulkSync({ everyMs: 3_600_000, organization: 'other' });
    await send(emulator, 'POST /api/permissions/policies', { body: { name: 'P', policy_actions: [] } });
    await send(emulator, 'POST /api/organization/users', { body: { email: 'ann@example.com' } });
    const connection = String(emulator.addConnection({ configuration: { password: 'hidden' } }).id);
    await send(emulator, 'POST /api/models', { body: { name: 'M', connection_id: connection, configuration: {} } });
    const run = emulator.startRun(model.id);
    emulator.clock.advance(3_700_000);
    const running = emulator.startRun(model.id);
    const before = { seen: await seen(emulator), executions: emulator.executions(), at: emulator.clock.now() };
    const snapshot = emulator.snapshot();
    expect(viaJson(snapshot)).toEqual(snapshot);

    emulator.clock.advance(100_000);
    emulator.addModelSync({ name: 'later' });
    emulator.cancelRun(running);
    emulator.setKeys(['another-key']);
    emulator.restore(snapshot);
    expect({ seen: await seen(emulator), executions: emulator.executions(), at: emulator.clock.now() }).toEqual(before);
    expect(emulator.snapshot()).toEqual(snapshot);

    const copy = await emulate();
    copy.restore(viaJson(snapshot));
    expect({ seen: await seen(copy), executions: copy.executions(), at: copy.clock.now() }).toEqual(before);
    copy.clock.advance(9_000);
    const ended = (await send(copy, `GET /api/syncs/${model.id}/executions/${running}`)).body.data;
    expect(ended).toMatchObject({ status: 'completed', counts: { error: 2 } });
    expect(copy.executions().filter(({ syncId }) => syncId === bulk.id)).toHaveLength(1);
    copy.clock.advance(3_600_000);
    expect(copy.executions().filter(({ syncId }) => syncId === bulk.id)).toHaveLength(2);
    expect(emulator.executions().find(({ id }) => id === run)?.status).toBe('completed');
  });

  it('holds what every resource keeps, to the last detail', async () => {
    const emulator = await emulate();
    const { id } = emulator.addConnection({ type: 'hubspot', schemas: ['a'], schemasAfterRefresh: ['a', 'b'] });
    const connection = `/api/connections/${String(id)}`;
    const field = { field_id: 'extra', label: 'Extra', type: 'string' };
    const get = { request: { method: 'GET', path: '/contacts' }, async: true };
    const subject = { type: 'user' };
    for (const [call, body] of [
      [`POST ${connection}/schemas/refresh`, undefined],
      [`POST ${connection}/schemas/a/fields`, { fields: [field] }],
      [`PUT ${connection}/schemas/a/primary_keys`, { fields: [{ field_id: 'name', is_primary_key: true }] }],
      [`POST ${connection}/proxy`, get],
      [`POST ${connection}/query?query=select`, {}],
      ['POST /api/connections/connect/', { name: 'Theirs', redirect_url: 'https://example.com' }],
      ['POST /api/models?async=true', { name: 'M', connection_id: id, configuration: { table: 'a' } }],
      ['POST /api/temporary-credentials', { subject }],
    ] as const) {
      await callChecked(emulator, call, { body });
    }
    const copy = await emulate();
    const snapshot = emulator.snapshot();
    copy.restore(viaJson(snapshot));
    expect(copy.snapshot()).toEqual(snapshot);
    for (const each of [emulator, copy]) each.clock.advance(1_000);
    for (const path of [`${connection}/schemas/a`, `${connection}/schemas/b`, `${connection}/schemas/status`]) {
      const [mine, theirs] = [await callChecked(emulator, `GET ${path}`), await callChecked(copy, `GET ${path}`)];
      expect(theirs.text).toBe(mine.text);
    }
  });

  it('can be restored again and again, and what is done in between stays out of it', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    const snapshot = emulator.snapshot();
    for (let time = 0; time < 3; time += 1) {
      emulator.restore(snapshot);
      emulator.updateSync(id, { name: `changed ${time}` });
      emulator.startRun(id);
      expect(emulator.executions()).toHaveLength(1);
    }
    emulator.restore(snapshot);
    expect([emulator.sync(id).name, emulator.executions()]).toEqual(['Model sync', []]);
  });

  it('keeps which run waits for which, cancels and scripts yet to come', async () => {
    const emulator = await emulate({ startWhileRunning: 'queue' });
    const { id } = emulator.addModelSync({ nextScripts: ['completed', 'failed'] });
    const start = async () => (await send(emulator, `POST /api/syncs/${id}/executions`, { body: {} })).body.data.id;
    const [first, second] = [await start(), await start()];
    emulator.clock.advance(500);
    emulator.cancelRun(first);
    emulator.restore(viaJson(emulator.snapshot()));
    const statuses = () => emulator.executions().map(({ status }) => status);
    expect(statuses()).toEqual(['canceling', 'queued']);
    emulator.clock.advance(2_000);
    expect(statuses()).toEqual(['canceled', 'failed']);
    expect((await send(emulator, `GET /api/syncs/${id}/executions/${second}`)).body.data.status).toBe('failed');
  });

  it('keeps the outcomes of Idempotency-Keys, but not that one is in flight', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync();
    const start = (key: string) => send(emulator, `POST /api/bulk/syncs/${id}/executions`, { body: {}, key });
    const told = await start('settled-key');
    emulator.fault({ delayMs: 50, path: /executions/ });
    const held = start('in-flight-key');
    while (emulator.requests().length < 2) await new Promise(setImmediate);
    expect((await start('in-flight-key')).status).toBe(409);
    const snapshot = emulator.snapshot();
    await held;
    emulator.restore(viaJson(snapshot));
    expect((await start('settled-key')).text).toBe(told.text);
    expect((await start('in-flight-key')).body.message).toContain('already');
  });

  it('keeps deliveries that are still to be tried', async () => {
    const emulator = await emulate();
    const receiver = await startReceiver();
    receiver.answer = 500;
    const body = { endpoint: receiver.url, secret: 'a-shared-secret' };
    const { id } = (await send(emulator, 'POST /api/webhooks', { body })).body.data;
    const rows = async (from: Emulator) =>
      ((await send(from, `GET /api/webhooks/${id}/deliveries`)).body.data ?? []) as unknown as object[];
    emulator.startRun(emulator.addModelSync({ script: [{ status: 'running', afterMs: 0 }] }).id);
    while ((await rows(emulator)).length < 1) await new Promise(setImmediate);
    const snapshot = viaJson(emulator.snapshot());
    await emulator.close();
    const copy = await emulate();
    receiver.answer = 200;
    copy.restore(snapshot);
    expect(await rows(copy)).toMatchObject([{ success: false }]);
    copy.clock.advance(1_000);
    while ((await rows(copy)).length < 2) await new Promise(setImmediate);
    expect(await rows(copy)).toMatchObject([{ success: true }, { success: false }]);
  });

  it('moves a real clock forward only', async () => {
    const early = await emulate({ clock: 'real' });
    const snapshot = early.snapshot();
    early.clock.advance(3_600_000);
    const late = early.snapshot();
    early.restore(snapshot);
    expect(early.clock.now()).toBeGreaterThanOrEqual(late.at);
    const other = await emulate({ clock: 'real' });
    other.restore(late);
    expect(other.clock.now()).toBeGreaterThanOrEqual(late.at);
  });

  it('refuses what is none, or what cannot be kept, and changes nothing then', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    const wrong = (snapshot: object) => () => emulator.restore(snapshot as EmulatorSnapshot);
    expect(wrong({ format: 1 })).toThrow('snapshot.format: expected 2, not 1');
    expect(wrong({ format: 2, at: 0 })).toThrow('snapshot.graph: expected a list');
    expect(wrong({ format: 2, at: 0, graph: [] })).toThrow('the graph is empty');
    expect(wrong({ format: 2, at: 0, graph: [['socket', {}]] })).toThrow('the graph holds a socket');
    expect(emulator.sync(id).id).toBe(id);
    emulator.addModelSync({ note: () => 'x' });
    expect(() => emulator.snapshot()).toThrow('a function cannot be kept in a snapshot');
    emulator.reset();
    emulator.addModelSync({ pattern: /x/ });
    expect(() => emulator.snapshot()).toThrow('a RegExp cannot be kept in a snapshot');
  });
});
