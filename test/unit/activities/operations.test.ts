/** One activity for each operation: what it sends, what it keeps to itself, and how it fails. */
import { describe, expect, it } from '@jest/globals';
import { createPolytomicActivities } from '../../../src/hosting/create-activities';
import type { FaultSpec } from '../../../src/testing';
import { activitiesOnEmulator, failureOf, type ActivitiesOptions } from './support/activities-on-emulator';
import { performing } from './support/perform';

const keyOf = ({ headers }: { headers: Readonly<Record<string, string>> }): string | undefined =>
  headers['idempotency-key'];

describe('an activity of an operation', () => {
  it('sends the same key in each of its attempts, so that it takes effect once', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync();
    const first = await perform('modelSync.start', { id });
    const second = await perform('modelSync.start', { id }, { info: { attempt: 2 } });
    expect(second).toEqual(first);
    expect(emulator.executions()).toHaveLength(1);
  });

  it('sends another key than another activity of the same workflow', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync();
    await perform('modelSync.activate', { id, active: true }, { info: { activityId: '1' } });
    await perform('modelSync.activate', { id, active: true }, { info: { activityId: '2' } });
    const keys = emulator.requests().map(keyOf);
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]{8,255}$/);
  });

  it('sends an HMAC of the key it is given, the same at each worker with the same credential, and none with a read', async () => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync();
    await perform('modelSync.start', { id, idempotencyKey: 'nightly-2026-11-22' });
    await perform('modelSync.get', { id });
    const [sent, ofRead] = emulator.requests().map(keyOf);
    expect(sent).toMatch(/^tp-[0-9a-f]{64}$/);
    expect(ofRead).toBeUndefined();
    const { url, apiKey } = emulator;
    const other = performing(createPolytomicActivities({ url, apiKey }));
    await other('modelSync.start', { id, idempotencyKey: 'nightly-2026-11-22' });
    expect(emulator.executions()).toHaveLength(1);
  });

  it('puts the secret in the place of its reference, and never answers it', async () => {
    process.env.POLYTOMIC_TEST_SECRET = 'not for histories';
    const { emulator, perform } = await activitiesOnEmulator({ plugin: { secretEnv: ['POLYTOMIC_TEST_SECRET'] } });
    const sync = {
      name: 'Encrypted',
      mode: 'create',
      fields: [{ target: 'email' }],
      schedule: {},
      target: { connection_id: emulator.addConnection().id },
      encryption_passphrase: { $env: 'POLYTOMIC_TEST_SECRET' },
    };
    const answer = await perform('modelSync.create', sync);
    delete process.env.POLYTOMIC_TEST_SECRET;
    expect(emulator.requests()[0]?.body).toMatchObject({ encryption_passphrase: 'not for histories' });
    expect(JSON.stringify(answer)).not.toContain('not for histories');
  });

  it('reaches the organization that it names with the key of that one', async () => {
    const organizations = { europe: { keys: ['europe-key'] } };
    const plugin = { organizations: { europe: { apiKey: 'europe-key' } } };
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { organizations }, plugin });
    const { id } = emulator.addModelSync({ organization: 'europe', name: 'Theirs' });
    expect(await perform('modelSync.get', { id, organization: 'europe' })).toMatchObject({ name: 'Theirs' });
    expect((await failureOf(perform('modelSync.get', { id }))).type).toBe('polytomic.NotFound');
  });
});

/** How the API answers, and what a workflow sees of it. */
const refusals: [FaultSpec, { type: string; nonRetryable: boolean; nextRetryDelay?: number }][] = [
  [{ status: 400 }, { type: 'polytomic.Rejected', nonRetryable: true }],
  [{ status: 401 }, { type: 'polytomic.Unauthorized', nonRetryable: true }],
  [{ status: 403 }, { type: 'polytomic.Forbidden', nonRetryable: true }],
  [{ status: 404 }, { type: 'polytomic.NotFound', nonRetryable: true }],
  [{ status: 409 }, { type: 'polytomic.Conflict', nonRetryable: false }],
  [{ status: 422 }, { type: 'polytomic.Rejected', nonRetryable: true }],
  [
    { status: 429, retryAfter: 17 },
    { type: 'polytomic.RateLimited', nonRetryable: false, nextRetryDelay: 17_000 },
  ],
  [{ status: 500 }, { type: 'polytomic.Unavailable', nonRetryable: false }],
  [
    { status: 503, retryAfter: 5 },
    { type: 'polytomic.Unavailable', nonRetryable: false, nextRetryDelay: 5_000 },
  ],
  [
    { status: 200, body: '<html>' },
    { type: 'polytomic.UnexpectedResponse', nonRetryable: false },
  ],
  [{ headers: { 'X-Polytomic-Version': '2022-12-12' } }, { type: 'polytomic.UnexpectedResponse', nonRetryable: false }],
  [{ drop: 'before' }, { type: 'polytomic.Network', nonRetryable: false }],
  [{ truncate: true }, { type: 'polytomic.Network', nonRetryable: false }],
];

describe('the failure of an activity', () => {
  it.each(refusals)('after %j is %j, without the key', async (fault, expected) => {
    const { emulator, perform } = await activitiesOnEmulator();
    const { id } = emulator.addModelSync();
    emulator.fault(fault);
    const failure = await failureOf(perform('modelSync.get', { id }));
    expect(failure).toMatchObject(expected);
    expect(failure.cause).toBeUndefined();
    expect(`${failure.message}${JSON.stringify(failure.details)}`).not.toContain(emulator.apiKey);
  });
});

const notAllowed = { type: 'polytomic.NotAllowed', nonRetryable: true };
const invalid = { type: 'polytomic.InvalidInput', nonRetryable: true };

/** What is refused before anything is sent. */
const unsent: [string, string, unknown, ActivitiesOptions['plugin'], object][] = [
  ['an operation outside the default group', 'modelSync.delete', { id: 'x' }, {}, notAllowed],
  ['an operation outside the list', 'modelSync.get', { id: 'x' }, { operations: ['bulkSync.*'] }, notAllowed],
  ['an organization that nobody configured', 'modelSync.get', { id: 'x', organization: 'mars' }, {}, invalid],
  ['a missing field', 'modelSync.get', {}, {}, { ...invalid, details: [[expect.objectContaining({ field: 'id' })]] }],
  ['a null input', 'modelSync.get', null, {}, invalid],
  [
    'a field that the operation does not have',
    'modelSync.start',
    { id: 'x', resnyc: true },
    {},
    { ...invalid, message: expect.stringContaining('resnyc') },
  ],
  [
    'a malformed key',
    'modelSync.start',
    { id: 'x', idempotencyKey: 'a:b' },
    {},
    { ...invalid, details: [[expect.objectContaining({ field: 'idempotencyKey' })]] },
  ],
];

describe('an activity sends nothing for', () => {
  it.each(unsent)('%s', async (_what, name, input, plugin, expected) => {
    const { emulator, perform } = await activitiesOnEmulator({ plugin });
    expect(await failureOf(perform(name, input))).toMatchObject(expected);
    expect(emulator.requests()).toEqual([]);
  });
});
