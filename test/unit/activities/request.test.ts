/** The escape hatch: any call of the API, where the owner of the worker allows everything. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { activitiesOnFetch } from './support/activities-on-fetch';
import { activitiesOnEmulator, failureOf } from './support/activities-on-emulator';

const secretName = 'POLYTOMIC_TEST_REQUEST_SECRET';
afterEach(() => {
  delete process.env[secretName];
});

const get = { method: 'GET', path: '/api/harbors' };

describe('the activity request', () => {
  it('sends what it is told, as whom and in which version the worker says, and answers the whole JSON', async () => {
    const answer = { data: [{ id: 'h1', name: 'Harbor' }], pagination: { next_page_token: 'page-2' } };
    const { sent, perform } = activitiesOnFetch(() => ({ json: answer }));
    const query = { limit: 2, ids: ['a', 'b'], params: { table: 'x y' }, page_token: null };
    expect(await perform('request', { ...get, query })).toEqual(answer);
    expect(sent[0]).toMatchObject({
      method: 'GET',
      headers: { Authorization: 'Bearer test-key-1234', 'X-Polytomic-Version': '2025-09-18' },
      body: undefined,
    });
    expect(decodeURIComponent(sent[0]?.url.search ?? '')).toBe('?limit=2&ids=a&ids=b&params[table]=x+y');
  });

  it('answers null where the API answers nothing', async () => {
    const { perform } = activitiesOnFetch(() => ({ status: 204 }));
    expect(await perform('request', { method: 'DELETE', path: '/api/harbors/h1' })).toBeNull();
  });

  it('posts with the same key in each of its attempts, or with the key it is given', async () => {
    const { sent, perform } = activitiesOnFetch(() => ({ json: {} }));
    const post = { method: 'POST', path: '/api/harbors', body: { name: 'Harbor' } };
    await perform('request', post);
    await perform('request', post, { info: { attempt: 2 } });
    await perform('request', post, { info: { activityId: 'other' } });
    await perform('request', { ...post, idempotencyKey: 'harbor-0001' });
    const [first, second, other, given] = sent.map(({ headers }) => headers['Idempotency-Key']);
    expect(first).toMatch(/^[A-Za-z0-9_-]{8,255}$/);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    expect(given).toMatch(/^tp-[0-9a-f]{64}$/);
    expect([first, other]).not.toContain(given);
    expect(sent[0]?.body).toBe('{"name":"Harbor"}');
  });

  it('puts secrets in the place of their references, and shows them neither in the answer nor in an error', async () => {
    process.env[secretName] = 'not for histories';
    const plugin = { secretEnv: [secretName] };
    const post = { method: 'POST', path: '/api/harbors', body: { name: 'H', password: { $env: secretName } } };
    const echo = activitiesOnFetch(({ body }) => ({ json: { data: JSON.parse(body ?? '') as unknown } }), plugin);
    expect(await echo.perform('request', post)).toEqual({ data: { name: 'H' } });
    expect(echo.sent[0]?.body).toContain('not for histories');
    const refusal = activitiesOnFetch(({ body }) => ({ status: 422, json: { message: `bad ${body}` } }), plugin);
    const failure = await failureOf(refusal.perform('request', post));
    expect(failure).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true });
    expect(`${failure.message}${failure.stack}`).not.toContain('not for histories');
  });

  it('leaves out of an answer what a row of the path marks, what is called a secret, and what signs a URL', async () => {
    const data = {
      id: 'c1',
      configuration: { hostname: 'db', password: 'p' },
      api_key: 'k',
      tokens: ['t'],
      place: 'https://logs.example.com/f.csv?X-Amz-Signature=abc',
      next: 'https://app.polytomic.com/api/x?page_token=p2',
      primary_key: 'id',
    };
    const { perform } = activitiesOnFetch(() => ({ json: { data } }));
    expect(await perform('request', { method: 'GET', path: '/api/connections/c1' })).toEqual({
      data: {
        id: 'c1',
        configuration: { hostname: 'db' },
        place: 'https://logs.example.com/f.csv?[redacted]',
        next: data.next,
        primary_key: 'id',
      },
    });
  });

  it('fails with polytomic.PayloadTooLarge where the answer is more than a history may hold', async () => {
    const { perform } = activitiesOnFetch(() => ({ json: { data: 'x'.repeat(256 * 1024) } }));
    const failure = await failureOf(perform('request', get));
    expect(failure).toMatchObject({ type: 'polytomic.PayloadTooLarge', nonRetryable: true });
  });

  it.each([
    [429, 'polytomic.RateLimited', false],
    [403, 'polytomic.Forbidden', true],
    [404, 'polytomic.NotFound', true],
    [501, 'polytomic.Unavailable', false],
    [302, 'polytomic.UnexpectedResponse', false],
  ])('fails after %i as %s', async (status, type, nonRetryable) => {
    const { perform } = activitiesOnFetch(() => ({ status, headers: { Location: 'https://x.example/?signature=s' } }));
    const failure = await failureOf(perform('request', get));
    expect(failure).toMatchObject({ type, nonRetryable });
    expect(failure.message).not.toContain('signature');
  });

  it('tells what the emulator lacks', async () => {
    const { perform } = await activitiesOnEmulator({ plugin: { operations: 'all' } });
    expect(await perform('request', { method: 'GET', path: '/api/me' })).toHaveProperty('data');
    const failure = await failureOf(perform('request', get));
    expect(failure.message).toContain('answered 501: the emulator has no GET /api/harbors');
  });

  it('fails when another version answers', async () => {
    const { perform } = activitiesOnFetch(() => ({ json: {}, headers: { 'X-Polytomic-Version': '2022-12-12' } }));
    expect(await failureOf(perform('request', get))).toMatchObject({ type: 'polytomic.UnexpectedResponse' });
  });
});

describe('the activity request is refused', () => {
  const settings: PolytomicPluginOptions['operations'][] = ['runs', 'provisioning', ['runs', 'modelSync.*'], undefined];

  it.each(settings)('where the owner of the worker allows %j', async (operations) => {
    const { sent, perform } = activitiesOnFetch(() => ({}), { operations });
    const failure = await failureOf(perform('request', { method: 'GET', path: '/api/me' }));
    expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: true });
    expect(sent).toEqual([]);
  });

  it.each([
    '/api',
    '/apis/x',
    'api/x',
    '//evil.example/api/x',
    'https://evil.example/api/x',
    '/api/../admin',
    '/api/./x',
    '/api/%2e%2e/admin',
    '/api/x/..',
    '/api/x%2f..%2f..%2fadmin',
    '/api/%252e%252e%252fadmin',
    '/api\\..\\admin',
    '/api/x%5c..%5c..',
    '/api/x?y=1',
    '/api/x#y',
    '/api/a b',
    '/api/x\r\nHost: evil.example',
    '/api/\u0000',
    '/api/%zz',
    '',
    7,
    null,
  ])('with the path %j', async (path) => {
    const { sent, perform } = activitiesOnFetch(() => ({}));
    const failure = await failureOf(perform('request', { method: 'GET', path }));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(failure.details).toEqual([[expect.objectContaining({ field: 'path' })]]);
    expect(sent).toEqual([]);
  });

  it.each([
    [{ ...get, method: 'TRACE' }, 'method'],
    [{ ...get, method: 'get' }, 'method'],
    [{ ...get, body: {} }, 'body'],
    [{ ...get, headers: { Host: 'evil' } }, 'headers'],
    [{ ...get, query: 'a=b' }, 'query'],
    [{ ...get, idempotencyKey: 'only-for-posts' }, 'idempotencyKey'],
    [{ ...get, organization: 'mars' }, 'organization'],
    [{ method: 'POST', path: '/api/harbors', body: { api_key: 'secret-text' } }, 'body.api_key'],
    [{ method: 'POST', path: '/api/harbors', body: { items: [{ encryption_passphrase: 'secret-text' }] } }, 'body'],
    [{ method: 'PUT', path: '/api/webhooks/w1', body: { secret: 7 } }, 'body.secret'],
    [{ method: 'GET', path: '/api/x', query: { token: 'secret-text' } }, 'query.token'],
    ['/api/x', 'input'],
  ])('for %j, naming %s and no value', async (input, field) => {
    const { sent, perform } = activitiesOnFetch(() => ({}));
    const failure = await failureOf(perform('request', input));
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(JSON.stringify(failure.details)).toContain(`"field":"${field}`);
    expect(`${failure.message}${JSON.stringify(failure.details)}`).not.toContain('secret-text');
    expect(sent).toEqual([]);
  });
});
