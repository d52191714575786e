/** Long work: started once, waited for over any number of tries, and never told more of than a history may hold. */
import { describe, expect, it } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import type { JobActivities } from '../../../src/activities/long-jobs/signatures';
import type { Scripted } from '../polytomic/support/scripted-fetch';
import { failureOf } from './support/activities-on-emulator';
import { jobsOnFetch, type Script } from './support/jobs-on-fetch';

const job = (type: string, more: object = {}): Scripted => ({
  json: { data: { job_id: 'j1', type, status: 'running', ...more } },
});
const accepted = (type: string): Scripted => ({ json: { job: { job_id: 'j1', type, status: 'created' } } });
const steps =
  (...answers: Scripted[]) =>
  (_request: unknown, nth: number): Scripted =>
    answers[Math.min(nth, answers.length - 1)] ?? {};
const post = (method: string): boolean => method === 'POST';

const model = { name: 'Users', connection_id: 'c1', configuration: { table: 'public.users' } };
const stored = { id: 'm1', name: 'Users', configuration: { table: 'public.users' }, fields: [{ id: 'f1' }] };
const query = { connection_id: 'c1', query: 'select secret_column from hidden_table' };

/** Each kind of work: its input, how it starts, how it goes on, how it ends, and what the activity answers. */
const kinds: [keyof JobActivities, unknown, string, Script, object][] = [
  [
    'createModel',
    model,
    'POST /api/models',
    {
      'GET /api/me': { json: { data: { id: 'u' } } },
      'POST /api/models': accepted('createmodel'),
      'GET /api/jobs/createmodel/j1': steps(job('createmodel'), job('createmodel', { status: 'done', result: stored })),
    },
    { jobId: 'j1', model: { id: 'm1', name: 'Users', fields: [{ id: 'f1' }] } },
  ],
  [
    'updateModel',
    { id: 'm1', ...model },
    'PUT /api/models/m1',
    {
      'PUT /api/models/m1': accepted('updatemodel'),
      'GET /api/jobs/updatemodel/j1': steps(job('updatemodel'), job('updatemodel', { status: 'done', result: stored })),
    },
    { jobId: 'j1', model: { id: 'm1', name: 'Users', fields: [{ id: 'f1' }] } },
  ],
  [
    'previewModel',
    model,
    'POST /api/model-preview',
    {
      'POST /api/model-preview': accepted('previewmodel'),
      'GET /api/jobs/previewmodel/j1': steps(
        job('previewmodel'),
        job('previewmodel', { status: 'done', result: { fields: [] } }),
      ),
    },
    { jobId: 'j1', model: { fields: [] } },
  ],
  [
    'sampleModel',
    { id: 'm1' },
    'GET /api/models/m1/sample',
    {
      'GET /api/models/m1/sample': accepted('samplemodel'),
      'GET /api/jobs/samplemodel/j1': steps(
        job('samplemodel'),
        job('samplemodel', { status: 'done', result: { records: [{ api_key: 1 }], warnings: null } }),
      ),
    },
    { jobId: 'j1', records: [{ api_key: 1 }], warnings: null },
  ],
  [
    'exportLogs',
    { sync_id: 's1', execution_id: 'e1' },
    'POST /api/bulk/syncs/s1/executions/e1/logs/export',
    {
      'POST /api/bulk/syncs/s1/executions/e1/logs/export': { json: { data: {}, job: { job_id: 'j1' } } },
      'GET /api/jobs/exportlogs/j1': steps(
        job('exportlogs'),
        job('exportlogs', { status: 'done', result: { url: 'https://logs.example/x.zip?sig=1' } }),
      ),
    },
    { jobId: 'j1', files: [], count: 0, bytes: 0 },
  ],
  [
    'runQuery',
    query,
    'POST /api/connections/c1/query',
    {
      'POST /api/connections/c1/query': { json: { data: { id: 'q1', status: 'created' } } },
      'GET /api/queries/q1': steps(
        { json: { data: { id: 'q1', status: 'running' } } },
        {
          json: {
            data: { id: 'q1', status: 'done', fields: ['a'], results: [{ a: 1 }], count: 1, error: 'quotes' },
            links: { next: '/api/queries/q1?page=2' },
          },
        },
      ),
    },
    { id: 'q1', status: 'done', fields: ['a'], results: [{ a: 1 }], count: 1, nextPage: '2' },
  ],
  [
    'refreshSchemas',
    { id: 'c1' },
    'POST /api/connections/c1/schemas/refresh',
    {
      'GET /api/connections/c1/schemas/status': steps(
        {
          json: {
            data: { last_refresh_started: '2026-11-22T09:00:00Z', last_refresh_finished: '2026-11-22T09:01:00Z' },
          },
        },
        {
          json: {
            data: { last_refresh_started: '2026-11-22T10:00:01Z', last_refresh_finished: '2026-11-22T09:01:00Z' },
          },
        },
        {
          json: {
            data: { last_refresh_started: '2026-11-22T10:00:01Z', last_refresh_finished: '2026-11-22T10:00:09Z' },
          },
        },
      ),
      'POST /api/connections/c1/schemas/refresh': { status: 202 },
    },
    { last_refresh_started: '2026-11-22T10:00:01Z', last_refresh_finished: '2026-11-22T10:00:09Z' },
  ],
];

const startsOf = (sent: readonly { method: string; url: URL }[], line: string): number =>
  sent.filter(({ method, url }) => `${method} ${url.pathname}` === line).length;

describe.each(kinds)('jobs.%s', (name, input, start, script, answer) => {
  it('starts the work once, waits, and answers what it came to', async () => {
    const { sent, slept, perform } = jobsOnFetch(script);
    expect(await perform(name, input)).toMatchObject(answer);
    expect(startsOf(sent, start)).toBe(1);
    expect(slept()).toBeGreaterThan(500);
    expect(sent.filter(({ method }) => post(method)).every(({ headers }) => headers['Idempotency-Key'])).toBe(true);
  });

  it('goes on with the same work after its worker was killed', async () => {
    const [killed, next] = [jobsOnFetch(script), jobsOnFetch(script)];
    await killed.perform(name, input);
    const left = killed.heartbeats.at(-1);
    const again = await next.perform(name, input, { info: { attempt: 2, heartbeatDetails: left } });
    expect(again).toMatchObject(answer);
    expect(startsOf(next.sent, start)).toBe(0);
    expect(JSON.stringify(killed.heartbeats)).not.toMatch(/hidden_table|sig=1|public\.users|test-key/);
    expect(JSON.stringify(left).length).toBeLessThan(16_384);
  });

  it('outlives trouble of Polytomic while it waits', async () => {
    const looking = Object.keys(script).findLast((line) => line.startsWith('GET')) ?? '';
    const usual = script[looking] as (request: unknown, nth: number) => Scripted;
    const trouble: Scripted[] = [
      { status: 503, headers: { 'Retry-After': '120' } },
      { status: 429 },
      { error: new Error('reset') },
      { text: '<html>' },
      { status: 404 },
    ];
    const first = looking.includes('status') ? 1 : 0;
    const stormy = (request: unknown, nth: number): Scripted =>
      nth >= first && nth < first + trouble.length
        ? (trouble[nth - first] ?? {})
        : usual(request, nth < first ? nth : nth - trouble.length);
    // The 404 comes within the first half minute only where nothing asked to wait for longer.
    trouble[0] = { status: 503 };
    const { sent, perform } = jobsOnFetch({ ...script, [looking]: stormy });
    expect(await perform(name, input)).toMatchObject(answer);
    expect(startsOf(sent, start)).toBe(1);
  });

  it('ends when the workflow is cancelled', async () => {
    const { sent, perform } = jobsOnFetch({ ...script, 'GET /api/jobs': job('any') });
    const ended = perform(name, input, {
      onStart: (environment) => environment.on('heartbeat', () => environment.cancel('CANCELLED')),
    });
    await expect(ended).rejects.toBeInstanceOf(CancelledFailure);
    expect(startsOf(sent, start)).toBeLessThanOrEqual(1);
  });

  it('is refused where one of its operations is not allowed', async () => {
    const { sent, perform } = jobsOnFetch(script, { operations: ['modelSync.*'] });
    expect(await failureOf(perform(name, input))).toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: true });
    expect(sent).toEqual([]);
  });

  it('names a field that it does not know, and starts nothing', async () => {
    const { sent, perform } = jobsOnFetch(script);
    const failure = await failureOf(perform(name, { ...(input as object), colour: 'red' }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.message).toContain('colour');
    expect(startsOf(sent, start)).toBe(0);
  });
});

describe('the start of long work', () => {
  const { 'POST /api/connections/c1/query': started, ...rest } = kinds[5]?.[3] ?? {};
  const keys = (sent: readonly { method: string; headers: Record<string, string> }[]): (string | undefined)[] =>
    sent.filter(({ method }) => post(method)).map(({ headers }) => headers['Idempotency-Key']);

  it('that gets no answer is tried again with the same key', async () => {
    const lost = steps({ error: new Error('reset') }, started as Scripted);
    const { sent, perform } = jobsOnFetch({ 'POST /api/connections/c1/query': lost, ...rest });
    expect(await perform('runQuery', query)).toMatchObject({ status: 'done' });
    expect(keys(sent)).toHaveLength(2);
    expect(new Set(keys(sent)).size).toBe(1);
  });

  it('that got the same 5xx twice, which the key would repeat for a day, goes on with another key', async () => {
    const troubled = steps({ status: 500 }, { status: 500 }, started as Scripted);
    const { sent, perform } = jobsOnFetch({ 'POST /api/connections/c1/query': troubled, ...rest });
    expect(await perform('runQuery', query)).toMatchObject({ status: 'done' });
    const [first, second, third] = keys(sent);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('takes the key that the workflow gives', async () => {
    const { sent, perform } = jobsOnFetch({ 'POST /api/connections/c1/query': started as Scripted, ...rest });
    await perform('runQuery', { ...query, idempotencyKey: 'my-own-key' });
    await perform('runQuery', { ...query, idempotencyKey: 'my-own-key' }, { info: { activityId: 'other' } });
    expect(keys(sent)[0]).toMatch(/^tp-[0-9a-f]{64}$/);
    expect(keys(sent)[1]).toBe(keys(sent)[0]);
  });

  it('that was refused fails at once', async () => {
    const { perform } = jobsOnFetch({ 'POST /api/connections/c1/query': { status: 403 } });
    expect(await failureOf(perform('runQuery', query))).toMatchObject({
      type: 'polytomic.Forbidden',
      nonRetryable: true,
    });
  });
});

describe('a model that is created', () => {
  const [, , , script = {}] = kinds[0] ?? [];
  const made = { id: 'm9', name: 'Users', created_at: '2026-11-22T10:00:02Z' };
  const old = { id: 'm0', name: 'Users', created_at: '2026-11-21T10:00:00Z' };

  it('while the answer was a 504 is found by its name and time, and made once', async () => {
    const list = { json: { data: [made, old, { ...made, id: 'm8', name: 'Others' }] } };
    const { sent, perform } = jobsOnFetch({ ...script, 'POST /api/models': { status: 504 }, 'GET /api/models': list });
    expect(await perform('createModel', model)).toMatchObject({ jobId: null, model: { id: 'm9' } });
    expect(startsOf(sent, 'POST /api/models')).toBe(1);
  });

  it('is not guessed among several', async () => {
    const list = { json: { data: [made, { ...made, id: 'm10' }] } };
    const { perform } = jobsOnFetch({ ...script, 'POST /api/models': { status: 504 }, 'GET /api/models': list });
    expect(await failureOf(perform('createModel', model))).toMatchObject({ type: 'polytomic.Ambiguous' });
  });

  it('without a job is answered as it is', async () => {
    const { perform } = jobsOnFetch({ ...script, 'POST /api/models': { json: { data: stored } } });
    const { configuration: _configuration, ...kept } = stored;
    expect(await perform('createModel', model)).toEqual({ jobId: null, model: kept });
  });

  it('with a secret written out is refused', async () => {
    const { sent, perform } = jobsOnFetch(script);
    const failure = await failureOf(perform('createModel', { ...model, configuration: { password: 'literal-text' } }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput' });
    expect(failure.message).not.toContain('literal-text');
    expect(sent).toEqual([]);
  });
});

describe('work that fails', () => {
  it('fails with the reason, and without the request that it quotes', async () => {
    const failed = job('createmodel', {
      status: 'failed',
      error: `no table: ${JSON.stringify(model.configuration.table)}`,
    });
    const { perform } = jobsOnFetch({ ...kinds[0]?.[3], 'GET /api/jobs/createmodel/j1': failed });
    const failure = await failureOf(perform('createModel', model));
    expect(failure).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true });
    expect(failure.message).toBe('The work failed: no table: "[redacted]"');
  });

  it('and is a query tells nothing of it, neither from its status nor from a refusal', async () => {
    const data = { id: 'q1', status: 'failed', error: 'near "secret_column": no hidden_table' };
    const failed = {
      'POST /api/connections/c1/query': { json: { data: { id: 'q1' } } },
      'GET /api/queries/q1': { json: { data } },
    };
    const refused = { 'POST /api/connections/c1/query': { status: 422, json: { message: 'near "secret_column"' } } };
    for (const script of [failed, refused]) {
      const failure = await failureOf(jobsOnFetch(script).perform('runQuery', query));
      expect(failure).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true });
      expect(`${failure.message}${failure.stack}`).not.toMatch(/secret_column|hidden_table/);
    }
  });

  it('because its result was lost is done again by the next try, with another key', async () => {
    const [, , , script = {}] = kinds[5] ?? [];
    const lost = { json: { data: { id: 'q1', status: 'unknown' } } };
    const done = { json: { data: { id: 'q1', status: 'done', results: [] } } };
    const { sent, perform, retry } = jobsOnFetch({ ...script, 'GET /api/queries/q1': steps(lost, done) });
    const failure = await failureOf(perform('runQuery', query));
    expect(failure).toMatchObject({ type: 'polytomic.UnexpectedResponse', nonRetryable: false });
    expect(await retry('runQuery', query)).toMatchObject({ status: 'done' });
    const keys = sent.filter(({ method }) => post(method)).map(({ headers }) => headers['Idempotency-Key']);
    expect(new Set(keys).size).toBe(2);
  });

  it('or is forgotten says that it may well be done', async () => {
    const { perform, slept } = jobsOnFetch({ ...kinds[1]?.[3], 'GET /api/jobs/updatemodel/j1': { status: 404 } });
    const failure = await failureOf(perform('updateModel', { id: 'm1', ...model }));
    expect(failure).toMatchObject({ type: 'polytomic.NotFound', nonRetryable: true });
    expect(slept()).toBeGreaterThan(30_000);
  });

  it('with more than a history may hold fails once', async () => {
    const data = { id: 'q1', status: 'done', results: [{ a: 'x'.repeat(256 * 1024) }] };
    const { perform } = jobsOnFetch({ ...kinds[5]?.[3], 'GET /api/queries/q1': { json: { data } } });
    const failure = await failureOf(perform('runQuery', query));
    expect(failure).toMatchObject({ type: 'polytomic.PayloadTooLarge', nonRetryable: true });
  });
});

describe('a wait whose worker stops', () => {
  const noReason = { notFound: false, cancelRequested: false, paused: false, timedOut: false, reset: false };
  const stops = { ...noReason, workerShutdown: true };

  it('is handed over at once', async () => {
    const { perform } = jobsOnFetch({ ...kinds[1]?.[3], 'GET /api/jobs/updatemodel/j1': job('updatemodel') });
    const failure = await failureOf(
      perform(
        'updateModel',
        { id: 'm1', ...model },
        { onStart: (environment) => environment.on('heartbeat', () => environment.cancel('WORKER_SHUTDOWN', stops)) },
      ),
    );
    expect(failure).toMatchObject({ type: 'polytomic.Unavailable', nonRetryable: false, nextRetryDelay: '1ms' });
  });
});
