/** Refusals that pass: the schemas of a new connection are not known yet. Activities of operations wait for them. */
import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../../src/polytomic/client';
import type { Emulator } from '../../../src/testing';
import { activitiesOnEmulator, failureOf, type Activities } from './support/activities-on-emulator';
import { attemptAfter } from './support/perform';

const crm = '00000000-0000-4000-8000-000000000012';
const warehouse = '00000000-0000-4000-8000-000000000011';
const sync = {
  name: 'New lake',
  mode: 'replicate',
  source_connection_id: warehouse,
  destination_connection_id: crm,
  destination_configuration: {},
  default_schedule: { frequency: 'manual' },
};

/** Attempts of one activity, each with what the one before left in its heartbeats. */
function attempts({ perform }: Activities, name: string, input: unknown): () => Promise<unknown> {
  const heartbeats: unknown[] = [];
  let attempt = 0;
  return () => {
    attempt += 1;
    return perform(name, input, { heartbeats, info: { attempt, heartbeatDetails: heartbeats.at(-1) } });
  };
}

const keysOf = (emulator: Emulator): (string | undefined)[] =>
  emulator.requests().map(({ headers }) => headers['idempotency-key']);
const waiting = { type: 'polytomic.Rejected', nonRetryable: false };

describe('an activity that needs the schemas of a connection', () => {
  it.each([
    ['inProgress', 'cache refresh in progress'],
    ['noSchemas', 'did not provide any schemas'],
  ] as const)('is tried again later, under another key, while Polytomic answers %s', async (inspection, text) => {
    const activities = await activitiesOnEmulator();
    const { emulator } = activities;
    emulator.fault({ inspection, times: 2 });
    const next = attempts(activities, 'bulkSync.create', sync);
    expect(await failureOf(next())).toMatchObject({ ...waiting, nextRetryDelay: 2_000 });
    const second = await failureOf(next());
    expect(second).toMatchObject({ ...waiting, nextRetryDelay: 4_000, message: expect.stringContaining(text) });
    expect(await next()).toMatchObject({ name: 'New lake' });
    expect(new Set(keysOf(emulator)).size).toBe(3);
  });

  it('gets past a refusal that Polytomic has recorded for its first key', async () => {
    const activities = await activitiesOnEmulator({ emulator: { clock: 'manual', inspectionMs: 30_000 } });
    const { emulator } = activities;
    const { apiKey, url } = emulator;
    const made = await createClient({ apiKey, url }).connections.create({
      name: 'New',
      type: 'csv',
      configuration: { url: 'https://example.com/a.csv' },
    });
    const next = attempts(activities, 'bulkSync.create', { ...sync, source_connection_id: made.id });
    expect(await failureOf(next())).toMatchObject(waiting);
    emulator.clock.advance(30_000);
    expect(await next()).toMatchObject({ name: 'New lake' });
  });

  it('keeps the next key until it is answered, so that a lost answer makes no second sync', async () => {
    const activities = await activitiesOnEmulator();
    const { emulator } = activities;
    emulator.fault({ inspection: 'inProgress' });
    const next = attempts(activities, 'bulkSync.create', { ...sync, idempotencyKey: 'made-by-hand' });
    await failureOf(next());
    emulator.fault({ drop: 'after' });
    expect(await failureOf(next())).toMatchObject({ type: 'polytomic.Network' });
    await next();
    const [first, second, third] = keysOf(emulator);
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    const { items } = (await activities.perform('bulkSync.list', {})) as { items: { name: string }[] };
    expect(items.filter(({ name }) => name === 'New lake')).toHaveLength(1);
  });

  it('is tried again where it only reads or changes schemas, too', async () => {
    const activities = await activitiesOnEmulator();
    const { emulator } = activities;
    emulator.fault({ inspection: 'inProgress' });
    const { id } = emulator.addBulkSync();
    const next = attempts(activities, 'bulkSync.schemas.list', { id });
    expect(await failureOf(next())).toMatchObject(waiting);
    expect(await next()).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ enabled: true })]) });
  });

  it('fails for good once the schemas have been missing for 15 minutes', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const heartbeats: unknown[] = [];
    emulator.fault({ inspection: 'noSchemas', times: 2 });
    await failureOf(perform('bulkSync.create', sync, { heartbeats }));
    const left = heartbeats.at(-1) as { since: number };
    const heartbeatDetails = { ...left, since: left.since - 15 * 60_000 };
    const last = perform('bulkSync.create', sync, { info: { attempt: 40, heartbeatDetails } });
    expect(await failureOf(last)).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true });
  });

  it('is tried again for 15 minutes by the clock of Temporal, though the worker of this attempt is a day ahead', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    emulator.fault({ inspection: 'noSchemas' });
    const since = Date.now() - 86_400_000;
    const info = { ...attemptAfter(60_000, since), attempt: 2, heartbeatDetails: { v: 1, refusals: 1, since } };
    expect(await failureOf(perform('bulkSync.create', sync, { info }))).toMatchObject(waiting);
  });

  it.each([
    ['bulkSync.create', sync, { status: 422, body: { message: 'name is taken' } }],
    ['bulkSync.create', sync, { status: 400, body: { message: 'no such mode' } }],
    ['bulkSync.create', sync, { status: 422, body: 'cache refresh in progress, says a gateway' }],
    ['bulkSync.get', { id: warehouse }, { status: 422, body: { message: 'cache refresh in progress' } }],
  ])('fails at once after any other refusal (%s)', async (name, input, fault) => {
    const { emulator, perform } = await activitiesOnEmulator();
    emulator.fault(fault);
    expect(await failureOf(perform(name, input))).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true });
  });
});
