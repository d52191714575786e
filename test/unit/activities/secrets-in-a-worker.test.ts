/** Secrets through whole activities: what the worker keeps for itself, what long work answers, what the audit log gets. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../../src/activities/dependencies';
import { messageOfError } from '../../../src/polytomic/errors';
import type { PolytomicError } from '../../../src/polytomic/errors';
import { caught, scriptedClient } from '../polytomic/support/scripted-fetch';
import { activitiesOnEmulator, failureOf } from './support/activities-on-emulator';
import { activitiesOnFetch } from './support/activities-on-fetch';
import { jobsOnFetch } from './support/jobs-on-fetch';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytomic-worker-secrets-'));
  await writeFile(join(folder, 'polytomic-api-key'), 'test-key\n');
  await writeFile(join(folder, 'passphrase'), 'phrase of the sync\n');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  delete process.env['POLYTOMIC_TEST_PW'];
});

const sync = { name: 'S', mode: 'create', fields: [{ target: 'email' }], schedule: { frequency: 'manual' } };

describe('a folder that holds secrets and the key of the worker', () => {
  it('gives the secrets, and never the key', async () => {
    const plugin = { apiKey: undefined, apiKeyFile: join(folder, 'polytomic-api-key'), secretsDir: folder };
    const { emulator, perform } = await activitiesOnEmulator({ emulator: { keys: ['test-key'] }, plugin });
    const target = { connection_id: emulator.addConnection().id };
    const body = { ...sync, target };
    await perform('modelSync.create', { ...body, encryption_passphrase: { $file: 'passphrase' } });
    expect(emulator.requests()[0]?.body).toMatchObject({ encryption_passphrase: 'phrase of the sync' });
    const refused = await failureOf(
      perform('modelSync.create', { ...body, encryption_passphrase: { $file: 'polytomic-api-key' } }),
    );
    expect(refused).toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: true });
    expect(emulator.requests()).toHaveLength(1);
  });
});

describe('a starter who names a secret where an id belongs', () => {
  it('is refused, and gets neither the secret nor a call made', async () => {
    process.env['POLYTOMIC_TEST_PW'] = 'S3cr3t-Warehouse-PW';
    const { sent, perform } = activitiesOnFetch(() => ({ status: 422 }), { secretEnv: ['POLYTOMIC_TEST_PW'] });
    const input = {
      workflow: 'createAndRunBulkSync',
      input: { sync: { name: 'n', source_connection_id: { $env: 'POLYTOMIC_TEST_PW' } } },
    };
    const failure = await failureOf(perform('prepareRuns', input));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.message).toContain('source_connection_id');
    expect(sent).toEqual([]);
  });
});

describe('the result of a sample job', () => {
  it('holds neither signed addresses nor configuration', async () => {
    const result = {
      records: [{ email: 'a@example.com' }],
      url: 'https://s3.example/x?X-Amz-Signature=SIGNED',
      configuration: { password: 'geheim' },
      enricher: { configuration: { api_key: 'geheim' } },
    };
    const { perform } = jobsOnFetch({
      'GET /api/models/m1/sample': { json: { job: { job_id: 'j1', type: 'samplemodel', status: 'created' } } },
      'GET /api/jobs/samplemodel/j1': { json: { data: { job_id: 'j1', type: 'samplemodel', status: 'done', result } } },
    });
    const answer = await perform('sampleModel', { id: 'm1' });
    expect(answer).toEqual({ jobId: 'j1', records: [{ email: 'a@example.com' }], enricher: {} });
  });
});

describe('long work whose request held a secret', () => {
  const model = { name: 'M', connection_id: 'c1', configuration: { api_token: { $secret: 'token' } } };
  const value = 'tOken/of the+model';
  const script = (job: object) => ({
    'POST /api/models': { json: { job: { job_id: 'j1', type: 'createmodel', status: 'created' } } },
    'GET /api/identity': { json: { data: { id: 'u1' } } },
    'GET /api/me': { json: { data: { id: 'u1' } } },
    'GET /api/jobs/createmodel/j1': { json: { data: { job_id: 'j1', type: 'createmodel', ...job } } },
  });
  const plugin = { resolveSecret: () => value };

  it.each([
    ['whole', Buffer.from(value).toString('base64'), 'cannot use [redacted]'],
    ['in part', value.slice(0, -3), 'what Polytomic says of it is withheld, as it may quote a secret'],
  ])('shows it in no form in the error of its job that quotes it %s', async (_what, quoted, told) => {
    const { perform } = jobsOnFetch(script({ status: 'failed', error: `cannot use ${quoted}` }), plugin);
    const failure = await failureOf(perform('createModel', model));
    expect(failure.message).toBe(`The work failed: ${told}`);
  });

  it('has it masked in its result', async () => {
    const { perform } = jobsOnFetch(script({ status: 'done', result: { id: 'm1', name: `uses ${value}` } }), plugin);
    expect(await perform('createModel', model)).toEqual({ jobId: 'j1', model: { id: 'm1', name: 'uses [redacted]' } });
  });
});

describe('the audit log', () => {
  const info = { workflowExecution: { workflowId: 'nightly', runId: 'run-1' }, namespace: 'sales' };

  it('gets an entry for each call that may change something, with who asked for it, and none for a read', async () => {
    const entries: AuditEntry[] = [];
    const { perform } = activitiesOnFetch(
      ({ method }) => ({
        json: { data: { id: 'e1' } },
        headers: { 'X-Request-Id': 'r-1' },
        status: method === 'GET' ? 200 : 201,
      }),
      { auditLog: (entry) => entries.push(entry) },
    );
    await perform('modelSync.get', { id: 's1' }, { info });
    await perform('modelSync.start', { id: 's1' }, { info });
    expect(entries).toEqual([
      {
        ...{ type: 'call', organization: 'default', operation: 'modelSync.start', method: 'POST' },
        ...{ status: 201, requestId: 'r-1', key: expect.stringMatching(/^tp-[0-9a-f]{9}$/) as unknown },
        ...{ activity: 'unknown', namespace: 'sales', workflowId: 'nightly', runId: 'run-1' },
      },
    ]);
  });

  it('gets failures and refusals too', async () => {
    const entries: AuditEntry[] = [];
    const { perform } = activitiesOnFetch(() => ({ status: 409 }), {
      auditLog: (entry) => entries.push(entry),
      operations: ['modelSync.start', 'webhooks.create'],
    });
    await perform('modelSync.delete', { id: 's1' }, { info }).catch(() => undefined);
    await perform('modelSync.start', { id: 's1' }, { info }).catch(() => undefined);
    await perform('webhooks.create', { endpoint: 'https://x.example', secret: { $env: 'NOT_LISTED' } }, { info }).catch(
      () => undefined,
    );
    expect(entries).toEqual([
      expect.objectContaining({
        type: 'refusal',
        operation: 'modelSync.delete',
        error: 'NotAllowedError',
        runId: 'run-1',
      }),
      expect.objectContaining({ type: 'call', operation: 'modelSync.start', status: 409, error: 'Conflict' }),
      expect.objectContaining({
        type: 'refusal',
        operation: 'webhooks.create',
        error: 'SecretNotAllowedError',
        workflowId: 'nightly',
      }),
    ]);
    expect(JSON.stringify(entries)).not.toContain('NOT_LISTED');
  });
});

it('an error can be told without any words of Polytomic', async () => {
  const message = 'identity jane.doe@example.com does not match';
  const { client } = scriptedClient([{ status: 422, json: { message } }]);
  const error = (await caught(client.modelSync.start({ id: 's1' }))) as PolytomicError;
  expect(messageOfError(error, 'include')).toContain(message);
  expect(messageOfError(error, 'omit')).toBe('modelSync.start (POST /api/syncs/{id}/executions) answered 422');
});
