/** What the operator did not allow, no activity does: not by itself, and not on the way to something else. */
import { describe, expect, it } from '@jest/globals';
import { guardClient, methodOf } from '../../../src/activities/guard-client';
import type { Organization } from '../../../src/activities/dependencies';
import { createClient } from '../../../src/polytomic/client';
import { createPolicy } from '../../../src/settings/operation-policy';
import { exampleInput, rows } from '../polytomic/support/example-inputs';
import { activitiesOnEmulator, failureOf } from './support/activities-on-emulator';
import { activitiesOnFetch } from './support/activities-on-fetch';

function clientThatCounts(
  allows: (name: string) => boolean,
  apiVersion = '2025-09-18',
): { client: Organization['client']; sent: string[]; refused: string[] } {
  const sent: string[] = [];
  const refused: string[] = [];
  const fetch = (url: string): Promise<never> => {
    sent.push(new URL(url).pathname);
    return Promise.reject(new Error('nobody answers'));
  };
  const client = createClient({ apiKey: 'test-key-1234', apiVersion, fetch });
  const guarded = guardClient({
    ...{ name: 'default', client, allows, requestsPerMinute: 60 },
    redactAnswer: async (_row, answer) => answer,
    onRefused: (operation) => refused.push(operation),
  });
  return { client: guarded, sent, refused };
}

describe('the client that activities get', () => {
  it.each(rows)('performs %s only where it is allowed', async (name, row) => {
    // Of jobs the type in the path decides what else is needed.
    const input = name === 'jobs.get' ? { type: 'createmodel', id: 'j1' } : exampleInput(row);
    const refused = clientThatCounts((other) => other !== name);
    await expect(methodOf(refused.client, name)(input)).rejects.toMatchObject({ name: 'NotAllowedError' });
    expect(refused).toMatchObject({ sent: [], refused: [name] });
    const allowed = clientThatCounts(() => true);
    await expect(methodOf(allowed.client, name)(input)).rejects.toMatchObject({ code: 'Network' });
    expect(allowed.sent).toHaveLength(1);
  });

  it('performs a request of any kind only where everything is allowed', async () => {
    const { client, sent } = clientThatCounts(createPolicy('provisioning'));
    await expect(client.request({ method: 'GET', path: '/api/me' })).rejects.toMatchObject({ name: 'NotAllowedError' });
    expect(sent).toEqual([]);
  });

  it('knows how lists end, as the client that it guards', () => {
    const { client } = clientThatCounts(() => true);
    expect(client.bulkSync.list.paging).toBeDefined();
    expect(client.apiVersion).toBe('2025-09-18');
  });

  it.each([
    ['2024-02-08', 'sent'],
    ['2025-09-18', 'refused'],
  ])('cancels a whole sync for a run in version %s: %s', async (version, expected) => {
    const { client, sent } = clientThatCounts(createPolicy('run'), version);
    const error = await client.modelSync.cancel({ id: 's1' }).catch((caught: Error) => caught);
    expect(error).toMatchObject(expected === 'sent' ? { code: 'Network' } : { name: 'NotAllowedError' });
    expect(sent).toHaveLength(expected === 'sent' ? 1 : 0);
  });
});

describe('an activity', () => {
  it.each(['modelSync.cancel', 'bulkSync.cancel'])('%s cancels the runs of others only under all', async (name) => {
    for (const operations of ['run', 'run,create', 'provisioning', undefined]) {
      const { perform, sent } = activitiesOnFetch(() => ({ status: 204 }), { operations, apiVersion: '2024-02-08' });
      expect(await failureOf(perform(name, { id: 's1' }))).toMatchObject({ type: 'polytomic.NotAllowed' });
      expect(sent).toHaveLength(0);
    }
  });

  it('that waits reads no sync of another kind than is allowed, also not as what is next', async () => {
    const { emulator, perform } = await activitiesOnEmulator({ plugin: { operations: 'modelSync.*' } });
    const { id: syncId } = emulator.addModelSync();
    const executionId = emulator.startRun(syncId);
    const other = emulator.addBulkSync({ name: 'Payroll' });
    const waiting = perform('awaitExecutions', {
      ...{ organization: 'default', waiter: 'test', deadline: null, lingerMs: 0 },
      executions: [{ kind: 'model', syncId, executionId, createdAt: null, usual: null }],
      upNext: [{ kind: 'bulk', syncId: other.id }],
    });
    const failure = await failureOf(waiting);
    // Another worker may be allowed to.
    expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: false });
    expect(emulator.requests().filter(({ path }) => path.includes(other.id))).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['awaitExecutions', { waiter: 'test', lingerMs: 0, executions: [], upNext: [] }],
    ['awaitNextRun', { kind: 'model', syncId: 's1', endedAfter: '2026-01-05T00:00:00Z', inProgress: [] }],
    ['awaitIngestion', { syncId: 's1', withinMs: 1_000 }],
    ['listSyncs', { kind: 'bulk', filter: {} }],
    ['readPastRecords', { items: [] }],
  ])('%s ends nothing that others began, where its worker does not know the organization', async (name, request) => {
    const { perform } = await activitiesOnEmulator();
    const failure = await failureOf(perform(name, { organization: 'emea', ...request }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: false });
  });

  it.each<[subject: string, activity: string, input: object]>([
    ['runModelSync', 'prepareRuns', { workflow: 'runModelSync', input: { syncId: 's', organization: 'emea' } }],
    ['runAllBulkSyncs', 'prepareRuns', { workflow: 'runAllBulkSyncs', input: { organization: 'emea' } }],
    [
      'awaitSync',
      'prepareAwaitSync',
      { beganAt: '2026-01-05T00:00:00Z', input: { kind: 'bulk', syncId: 's', organization: 'emea' } },
    ],
    [
      'provisionPolytomic',
      'prepareProvision',
      { workflow: 'provisionPolytomic', input: { spec: {}, organization: 'emea' } },
    ],
    ['exportPolytomic', 'exportObjects', { input: { organization: 'emea' } }],
    ['modelSync.get', 'modelSync.get', { id: 's', organization: 'emea' }],
    ['listSyncs', 'listSyncs', { kind: 'bulk', filter: {}, organization: 'emea' }],
  ])(
    'an organization that nobody knows is reported as a field of the input of %s',
    async (subject, activity, input) => {
      const { perform } = activitiesOnFetch(() => ({ status: 500, json: {} }));
      const failure = await failureOf(perform(activity, input));
      const told = 'organization: no organization "emea" is configured on this worker';
      expect(failure.message).toBe(`Input of ${subject} is not valid. ${told}`);
      expect(failure.type).toBe('polytomic.InvalidInput');
    },
  );

  it.each([
    ['samplemodel', 'models.sample'],
    ['previewmodel', 'models.preview'],
    ['connectionproxy', 'connections.executeProxy'],
    ['whatever', 'request'],
  ])('hands out the result of a job %s only where %s is allowed', async (type, operation) => {
    const { perform, sent } = activitiesOnFetch(() => ({ json: { data: { status: 'done' } } }), { operations: 'run' });
    const failure = await failureOf(perform('jobs.get', { type, id: 'j1' }));
    expect(failure.type).toBe('polytomic.NotAllowed');
    expect(failure.message).toContain(operation);
    expect(sent).toHaveLength(0);
  });
});
